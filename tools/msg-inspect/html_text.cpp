#include "msg-inspect/html_text.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

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
/// Elements that one of their own kind ends, where their end tag is left out.
constexpr std::array<std::string_view, 8> self_ending{"dd", "dt", "li", "option", "p", "td", "th", "tr"};
// Open elements that are followed; what is nested deeper is shown as what is around it.
constexpr std::size_t deepest = 512;

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

/// What a tag's own attributes do to the text it holds.
struct Style {
  bool gone = false;   ///< not drawn at all
  bool sized = false;  ///< says how large letters are
  bool tiny = false;   ///< too small to see
};

std::string plain_style(const HtmlAttribute& attribute) {
  std::string style = attribute.value;
  std::erase_if(style, [](char c) { return static_cast<unsigned char>(c) <= ' '; });
  for (char& c : style) c = to_lower(c);
  for (std::size_t at = 0; (at = style.find("!important", at)) != std::string::npos;) style.erase(at, 10);
  return style;
}

/// "0", "0px", "0.0em": no size at all.
bool is_nothing(std::string_view size) noexcept {
  return size.starts_with('0') && size.find_first_of("123456789") == std::string_view::npos;
}

Style style_of(const HtmlTag& tag) {
  Style told;
  told.gone = tag.attribute("hidden") != nullptr;
  const HtmlAttribute* const attribute = tag.attribute("style");
  if (attribute == nullptr) return told;
  const std::string style = plain_style(*attribute);
  const auto value = [&](std::string_view property) { return declaration(style, property); };
  const bool clipped = value("overflow").starts_with("hidden");
  const std::string_view ground = value("background-color").empty() ? value("background") : value("background-color");
  told.gone = told.gone || value("display") == "none" || value("visibility") == "hidden" ||
              value("mso-hide") == "all" || is_nothing(value("opacity")) || is_nothing(value("max-height")) ||
              (clipped && (is_nothing(value("height")) || is_nothing(value("width")))) ||
              value("text-indent").starts_with("-9") || value("left").starts_with("-9") ||
              value("top").starts_with("-9") || value("color") == "transparent" ||
              (!value("color").empty() && value("color") == ground);
  const std::string_view size = value("font-size");
  told.sized = !size.empty();
  told.tiny = is_nothing(size) || size == "1px" || size == "1pt";
  return told;
}

class Writer final : public HtmlSink {
 public:
  std::string take() {
    end_link();
    mark(false);
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
    nest(tag);
  }

 private:
  /// An open element.
  struct Level {
    std::string name;
    bool gone = false;
    bool tiny = false;
  };

  void character(char c) {
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!blank) mark(hidden());
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

  [[nodiscard]] bool hidden() const noexcept {
    return !levels_.empty() && (levels_.back().gone || levels_.back().tiny);
  }

  /// What follows is hidden, or is not.
  void mark(bool hidden) {
    if (hidden == marked_) return;
    marked_ = hidden;
    if (hidden) {
      out_ += "[hidden: ";
      return;
    }
    const std::size_t end = out_.find_last_not_of(" \n") + 1;
    out_.insert(end, 1, ']');
  }

  void nest(const HtmlTag& tag) {
    if (is_one_of(empty_elements, tag.name)) return;
    if (tag.closing) {
      const auto open =
          std::find_if(levels_.rbegin(), levels_.rend(), [&](const Level& l) { return l.name == tag.name; });
      if (open != levels_.rend()) levels_.erase(std::prev(open.base()), levels_.end());
      return;
    }
    if (is_one_of(self_ending, tag.name) && !levels_.empty() && levels_.back().name == tag.name) levels_.pop_back();
    if (levels_.size() >= deepest) return;
    const Style style = style_of(tag);
    Level level{std::string(tag.name), style.gone, style.tiny};
    if (!levels_.empty()) {
      level.gone = level.gone || levels_.back().gone;
      if (!style.sized) level.tiny = levels_.back().tiny;
    }
    levels_.push_back(std::move(level));
  }

  void link(const HtmlTag& tag) {
    end_link();
    const HtmlAttribute* const target = tag.closing ? nullptr : tag.attribute("href");
    if (target == nullptr) return;
    mark(hidden());
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
  std::vector<Level> levels_;
  bool marked_ = false;  ///< what was written last stands in "[hidden: "
  std::string unseen_;   ///< name of the element whose text is not shown
  std::string url_;      ///< of the open link
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
