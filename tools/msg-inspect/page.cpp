#include "msg-inspect/page.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <mailparse/message/observables.hpp>

#include "common/terminal.hpp"
#include "common/text_width.hpp"

namespace mailparse::tools {
namespace {

constexpr std::size_t name_columns = 12;
// A value is never squeezed into less, however narrow the terminal says it is.
constexpr std::size_t least_columns = 20;

constexpr std::string_view code_of(Ink ink) noexcept {
  switch (ink) {
    case Ink::plain:
      return {};
    case Ink::strong:
      return "1";
    case Ink::faint:
      return "2";
    case Ink::notice:
      return "36";
    case Ink::warning:
      return "33";
    case Ink::alarm:
      return "31";
  }
  return {};
}

}  // namespace

std::string Page::clean(std::string_view text) const {
  return visible(style_.defang ? defang_text(text) : std::string(text));
}

std::string Page::paint(Ink ink, std::string_view text) const {
  const std::string_view code = code_of(ink);
  return style_.color && !code.empty() ? fmt::format("\x1B[{}m{}\x1B[0m", code, text) : std::string(text);
}

void Page::title(std::string_view text) {
  if (!out_.empty()) out_ += "\n";
  out_ += paint(Ink::strong, text) + "\n";
}

void Page::row(std::string_view name, std::string_view value, Ink ink) {
  const std::string head = visible(name);
  const std::size_t used = std::max(name_columns, text_width(head) + 1);
  const std::size_t room = std::max(style_.width - std::min(style_.width, used), least_columns);
  bool first = true;
  for (const std::string& line : wrap_text(clean(value), room)) {
    const std::string front = first ? paint(Ink::strong, pad_text(head, used)) : std::string(used, ' ');
    out_ += front + paint(ink, line) + "\n";
    first = false;
  }
}

void Page::item(std::size_t indent, std::string_view head, std::string_view text, Ink ink) {
  const std::size_t used = indent + text_width(head);
  const std::size_t room = std::max(style_.width - std::min(style_.width, used), least_columns);
  bool first = true;
  for (const std::string& line : wrap_text(clean(text), room)) {
    if (first) {
      out_ += std::string(indent, ' ') + paint(ink, head) + line + "\n";
    } else {
      out_ += std::string(used, ' ') + line + "\n";
    }
    first = false;
  }
}

void Page::text(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view one = text.substr(0, end);
    if (one.ends_with('\r')) one.remove_suffix(1);
    // A tab is what it is.
    for (;;) {
      const std::size_t tab = std::min(one.find('\t'), one.size());
      out_ += clean(one.substr(0, tab));
      if (tab == one.size()) break;
      out_ += '\t';
      one.remove_prefix(tab + 1);
    }
    out_ += "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace mailparse::tools
