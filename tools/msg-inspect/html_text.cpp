#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/utf8_character.hpp>

#include "msg-inspect/view.hpp"

namespace mailparse::tools {
namespace {

struct Entity {
  std::string_view name;
  std::string_view text;
};
constexpr std::array entities{Entity{"amp", "&"},   Entity{"apos", "'"},   Entity{"copy", "©"},  Entity{"euro", "€"},
                              Entity{"gt", ">"},    Entity{"hellip", "…"}, Entity{"laquo", "«"}, Entity{"ldquo", "“"},
                              Entity{"lsquo", "‘"}, Entity{"lt", "<"},     Entity{"mdash", "—"}, Entity{"nbsp", " "},
                              Entity{"ndash", "–"}, Entity{"quot", "\""},  Entity{"raquo", "»"}, Entity{"rdquo", "”"},
                              Entity{"reg", "®"},   Entity{"rsquo", "’"},  Entity{"trade", "™"}};
constexpr std::array blocks{std::string_view("address"), std::string_view("article"), std::string_view("blockquote"),
                            std::string_view("br"),      std::string_view("div"),     std::string_view("h1"),
                            std::string_view("h2"),      std::string_view("h3"),      std::string_view("h4"),
                            std::string_view("hr"),      std::string_view("li"),      std::string_view("ol"),
                            std::string_view("p"),       std::string_view("pre"),     std::string_view("table"),
                            std::string_view("tr"),      std::string_view("ul")};
constexpr std::size_t entity_octets = 12;

/// What a numeric reference that names no character stands for is U+FFFD, as in browsers.
void append_referenced(std::string& out, std::uint32_t c) {
  append_utf8(out, c == 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF) ? 0xFFFD : c);
}

/// Appends the character of the reference at the front of `text` ("&..."), and returns its octets; 0 when it is none.
std::size_t append_reference(std::string& out, std::string_view text) {
  const std::size_t end = text.substr(0, entity_octets).find(';');
  if (end == std::string_view::npos || end < 2) return 0;
  std::string_view name = text.substr(1, end - 1);
  if (name[0] == '#') {
    name.remove_prefix(1);
    const bool hex = !name.empty() && (name[0] == 'x' || name[0] == 'X');
    if (hex) name.remove_prefix(1);
    std::uint32_t value = 0;
    const auto [stop, error] = std::from_chars(name.data(), name.data() + name.size(), value, hex ? 16 : 10);
    if (name.empty() || error != std::errc() || stop != name.data() + name.size()) return 0;
    append_referenced(out, value);
    return end + 1;
  }
  const auto found = std::ranges::find(entities, name, &Entity::name);
  if (found == entities.end()) return 0;
  out += found->text;
  return end + 1;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = to_lower(c);
  return out;
}

/// Whether a tag's own style hides what it holds.
bool hides(std::string_view tag) {
  std::string style = lower(tag);
  std::erase(style, ' ');
  for (const char* mark :
       {"display:none", "visibility:hidden", "font-size:0px", "font-size:0;", "font-size:0\"", "mso-hide:all"}) {
    if (style.find(mark) != std::string::npos) return true;
  }
  return false;
}

class Reader {
 public:
  explicit Reader(std::string_view html) : html_(html) {}

  std::string read() {
    while (at_ < html_.size()) {
      if (html_[at_] == '<') {
        tag();
      } else if (html_[at_] == '&') {
        const std::size_t used = append_reference(out_, html_.substr(at_));
        if (used == 0) out_ += '&';
        at_ += std::max<std::size_t>(1, used);
      } else {
        character(html_[at_++]);
      }
    }
    if (!hidden_.empty()) out_ += "]";
    return std::move(out_);
  }

 private:
  void character(char c) {
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!blank) {
      out_ += c;
    } else if (!out_.empty() && out_.back() != ' ' && out_.back() != '\n') {
      out_ += ' ';
    }
  }

  void break_line() {
    while (!out_.empty() && out_.back() == ' ') out_.pop_back();
    if (!out_.empty() && !(out_.size() > 1 && out_.ends_with("\n\n"))) out_ += '\n';
  }

  void tag() {
    const std::string_view rest = html_.substr(at_);
    if (rest.starts_with("<!--")) {
      const std::size_t end = rest.find("-->", 4);
      at_ = end == std::string_view::npos ? html_.size() : at_ + end + 3;
      return;
    }
    const std::size_t end = rest.find('>');
    if (end == std::string_view::npos) {  // no tag: text
      character(html_[at_++]);
      return;
    }
    const std::string_view whole = rest.substr(1, end - 1);
    at_ += end + 1;
    const bool closing = whole.starts_with('/');
    const std::string_view body = whole.substr(closing ? 1 : 0);
    const std::string name = lower(body.substr(0, body.find_first_of(" \t\r\n/")));
    if (!closing && (name == "script" || name == "style" || name == "head" || name == "title"))
      return skip_to_end_of(name);
    if (std::ranges::find(blocks, std::string_view(name)) != blocks.end()) break_line();
    if (!closing && hidden_.empty() && hides(body) && !body.ends_with('/')) {
      hidden_ = name;
      depth_ = 0;
      out_ += "[hidden: ";
    } else if (name == hidden_ && !hidden_.empty()) {
      if (!closing) {
        ++depth_;
      } else if (depth_ == 0) {
        out_ += "]";
        hidden_.clear();
      } else {
        --depth_;
      }
    }
  }

  void skip_to_end_of(const std::string& name) {
    const std::string closing = "</" + name;
    for (std::size_t i = at_; i < html_.size(); ++i) {
      i = std::min(html_.find('<', i), html_.size());
      if (istarts_with(html_.substr(i), closing)) {
        at_ = i;
        return;
      }
    }
    at_ = html_.size();
  }

  std::string_view html_;
  std::string out_;
  std::string hidden_;  ///< name of the tag that hides what is read
  std::size_t depth_ = 0;
  std::size_t at_ = 0;
};

}  // namespace

std::string html_to_text(std::string_view html) {
  return Reader(html).read();
}

}  // namespace mailparse::tools
