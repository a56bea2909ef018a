#include "msg-inspect/html_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/html_tokenizer.hpp>
#include <mailparse/message/observables.hpp>

namespace mailparse::tools {
namespace {

constexpr std::array<std::string_view, 26> blocks{
    "address", "article", "aside", "blockquote", "br", "center", "dd", "div", "dl",  "dt",      "footer", "form", "h1",
    "h2",      "h3",      "h4",    "header",     "hr", "li",     "ol", "p",   "pre", "section", "table",  "tr",   "ul"};
/// Elements without an end tag: they hold nothing that could be hidden.
constexpr std::array<std::string_view, 12> empty_elements{"area", "base",  "br",   "col",  "embed",  "hr",
                                                          "img",  "input", "link", "meta", "source", "wbr"};
/// Elements whose text nobody is shown.
constexpr std::array<std::string_view, 3> unseen{"head", "title", "template"};
/// Declarations, without blanks, of a style that hides; each ends where the value must.
constexpr std::array<std::string_view, 14> hiding{
    "display:none",   "visibility:hidden", "font-size:0;", "font-size:0px",    "font-size:0pt",
    "font-size:1px",  "opacity:0;",        "mso-hide:all", "max-height:0;",    "max-height:0px",
    "text-indent:-9", "left:-9",           "width:0;",     "color:transparent"};

bool is_one_of(const auto& names, std::string_view name) noexcept {
  return std::ranges::find(names, name) != names.end();
}

/// The value of one declaration of a style without blanks; empty where it is absent.
std::string_view declaration(std::string_view style, std::string_view property) noexcept {
  for (std::size_t at = 0; at < style.size();) {
    const std::size_t end = std::min(style.find(';', at), style.size());
    const std::string_view one = style.substr(at, end - at);
    if (one.size() > property.size() && one.starts_with(property) && one[property.size()] == ':')
      return one.substr(property.size() + 1);
    at = end + 1;
  }
  return {};
}

/// Whether a tag's own attributes hide what it holds.
bool hides(const HtmlTag& tag) {
  if (tag.attribute("hidden") != nullptr) return true;
  const HtmlAttribute* const attribute = tag.attribute("style");
  if (attribute == nullptr) return false;
  std::string style = attribute->value + ";";
  std::erase_if(style, [](char c) { return static_cast<unsigned char>(c) <= ' '; });
  for (char& c : style) c = to_lower(c);
  if (std::ranges::any_of(hiding, [&](std::string_view mark) { return style.contains(mark); })) return true;
  const std::string_view color = declaration(style, "color");
  std::string_view ground = declaration(style, "background-color");
  if (ground.empty()) ground = declaration(style, "background");
  return !color.empty() && color == ground;
}

class Writer final : public HtmlSink {
 public:
  std::string take() {
    end_link();
    if (!hidden_.empty()) out_ += "]";
    while (!out_.empty() && (out_.back() == ' ' || out_.back() == '\n')) out_.pop_back();
    if (!out_.empty()) out_ += '\n';
    return std::move(out_);
  }

  void on_text(HtmlText kind, std::string_view text, std::uint64_t) override {
    if (kind != HtmlText::content || !unseen_.empty()) return;
    for (const char c : text) character(c);
  }

  void on_tag(const HtmlTag& tag) override {
    if (!unseen_.empty()) {
      // A head that is never closed ends where the body begins.
      if ((tag.closing && tag.name == unseen_) || tag.name == "body") unseen_.clear();
      return;
    }
    if (!tag.closing && is_one_of(unseen, tag.name)) {
      unseen_ = tag.name;
      return;
    }
    if (tag.name == "a") link(tag);
    if (tag.name == "pre") preformatted_ = !tag.closing;
    if (is_one_of(blocks, tag.name)) block(tag);
    if ((tag.name == "td" || tag.name == "th") && !tag.closing && !out_.empty() && out_.back() != '\n') out_ += "  ";
    if (tag.name == "img") image(tag);
    hide(tag);
  }

 private:
  void character(char c) {
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!blank || (preformatted_ && c != '\r')) {
      out_ += c;
    } else if (!out_.empty() && out_.back() != ' ' && out_.back() != '\n') {
      out_ += ' ';
    }
  }

  void block(const HtmlTag& tag) {
    while (!out_.empty() && out_.back() == ' ') out_.pop_back();
    const bool paragraph = tag.name == "p" || tag.name == "br" || tag.name == "table" || tag.name.starts_with("h");
    const bool wanted = paragraph ? !out_.ends_with("\n\n") : !out_.ends_with('\n');
    if (!out_.empty() && wanted) out_ += '\n';
    if (tag.name == "li" && !tag.closing) out_ += "- ";
    if (tag.name == "hr") out_ += "----\n";
  }

  void image(const HtmlTag& tag) {
    const HtmlAttribute* const text = tag.attribute("alt");
    if (text == nullptr || trim_blanks(text->value).empty()) return;
    out_.append("[image: ").append(text->value).append("]");
  }

  void hide(const HtmlTag& tag) {
    if (tag.name == hidden_) {
      if (!tag.closing) {
        ++depth_;
      } else if (depth_-- == 0) {
        out_ += "]";
        hidden_.clear();
      }
      return;
    }
    if (!hidden_.empty() || tag.closing || is_one_of(empty_elements, tag.name) || !hides(tag)) return;
    hidden_ = tag.name;
    depth_ = 0;
    out_ += "[hidden: ";
  }

  void link(const HtmlTag& tag) {
    end_link();
    const HtmlAttribute* const target = tag.closing ? nullptr : tag.attribute("href");
    if (target == nullptr) return;
    url_ = resolve_url(target->value, {});
    link_begin_ = out_.size();
  }

  void end_link() {
    if (url_.empty()) return;
    const std::string url = std::exchange(url_, {});
    const std::string shown(trim_blanks(std::string_view(out_).substr(std::min(link_begin_, out_.size()))));
    if (shown == url) return;
    const std::string seen = shown.contains(' ') ? std::string() : host_shown(shown);
    const bool elsewhere = !seen.empty() && seen != host_of(url);
    out_.append(elsewhere ? " [leads elsewhere: " : " [").append(url).append("]");
  }

  /// The host that the text of a link names, with or without a scheme.
  static std::string host_shown(const std::string& shown) {
    if (shown.contains("://") || istarts_with(shown, "www.")) return host_of(shown);
    if (shown.contains('@') || !shown.contains('.')) return {};
    return host_of("http://" + shown);
  }

  std::string out_;
  std::string hidden_;  ///< name of the tag that hides what is read
  std::size_t depth_ = 0;
  std::string unseen_;  ///< name of the element whose text is not shown
  std::string url_;     ///< of the open link
  std::size_t link_begin_ = 0;
  bool preformatted_ = false;
};

}  // namespace

std::string html_to_text(std::string_view html) {
  Writer writer;
  HtmlTokenizer tokenizer(writer);
  tokenizer.feed(html);
  tokenizer.finish();
  return writer.take();
}

}  // namespace mailparse::tools
