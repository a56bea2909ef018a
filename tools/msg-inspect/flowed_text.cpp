#include "msg-inspect/flowed_text.hpp"

#include <algorithm>
#include <cstddef>

namespace mailparse::tools {
namespace {

struct FlowedLine {
  std::size_t depth = 0;  ///< ">" in front
  std::string_view text;  ///< behind them, unstuffed
  bool flows = false;     ///< the next line belongs to it

  [[nodiscard]] bool begins_signature() const noexcept { return text == "-- "; }
};

/// Takes one line off the front of `rest`. RFC 3676 4.2-4.5
FlowedLine take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  FlowedLine line;
  line.text = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  if (line.text.ends_with('\r')) line.text.remove_suffix(1);
  line.depth = std::min(line.text.find_first_not_of('>'), line.text.size());
  line.text.remove_prefix(line.depth);
  if (line.text.starts_with(' ')) line.text.remove_prefix(1);
  line.flows = line.text.ends_with(' ') && !line.begins_signature();
  return line;
}

}  // namespace

std::string unflowed(std::string_view text, bool delete_blank) {
  std::string out;
  FlowedLine before;
  bool open = false;  // the last line written flows on
  while (!text.empty()) {
    const FlowedLine line = take_line(text);
    const bool continues = open && line.depth == before.depth && !line.begins_signature();
    if (continues) {
      if (delete_blank) out.pop_back();
    } else {
      if (open) out += '\n';
      out.append(line.depth, '>');
      if (line.depth > 0 && !line.text.empty()) out += ' ';
    }
    out += line.text;
    open = line.flows;
    if (!open) out += '\n';
    before = line;
  }
  return out;
}

}  // namespace mailparse::tools
