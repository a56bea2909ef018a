#include "trace-to-json/record_lines.hpp"

#include <algorithm>

namespace mailparse::tools {
namespace {

// Our own writer puts the kind of a record first; what other tools reorder is told of, not guessed at.
constexpr std::string_view any_record = "{\"record\":\"";
constexpr std::string_view session_record = "{\"record\":\"session\",";

std::string_view without_blanks(std::string_view line) {
  constexpr std::string_view blanks = " \t\r\n";
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  while (!line.empty() && blanks.find(line.back()) != std::string_view::npos) line.remove_suffix(1);
  return line;
}

}  // namespace

bool RecordLines::begins_with_record(std::string_view octets) noexcept {
  return without_blanks(octets).starts_with(any_record);
}

void RecordLines::feed(std::string_view octets) {
  for (std::size_t end = octets.find('\n'); end != std::string_view::npos; end = octets.find('\n')) {
    if (pending_.empty() && !too_long_) {
      take(octets.substr(0, end));
    } else {
      feed(octets.substr(0, end));
      finish();
    }
    octets.remove_prefix(end + 1);
  }
  too_long_ = too_long_ || pending_.size() + octets.size() > longest_line;
  if (too_long_) {
    pending_.clear();
  } else {
    pending_ += octets;
  }
}

void RecordLines::finish() {
  if (too_long_) ++strange_;
  too_long_ = false;
  take(pending_);
  pending_.clear();
}

void RecordLines::take(std::string_view line) {
  line = without_blanks(line);
  if (line.empty()) return;
  if (!line.starts_with(any_record) || !line.ends_with('}')) {
    ++strange_;
  } else if (line.starts_with(session_record)) {
    ++sessions_;
    out_ += line;
    out_ += '\n';
  }
}

}  // namespace mailparse::tools
