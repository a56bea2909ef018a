#include "smtp-replay/message_octets.hpp"

#include <algorithm>

namespace mailparse::tools {
namespace {

constexpr std::string_view crlf = "\r\n";
constexpr std::string_view end_of_data = ".\r\n";

constexpr bool ends_line(char octet) noexcept {
  return octet == '\r' || octet == '\n';
}
/// What receivers were seen to pass over beside the dot.
constexpr bool decorates(char octet) noexcept {
  return octet == ' ' || octet == '\t' || octet == '\0';
}

}  // namespace

std::string to_data(std::string_view message) {
  std::string data;
  data.reserve(message.size() + message.size() / 64 + 8);
  while (!message.empty()) {
    const std::size_t end = message.find(crlf);
    const std::string_view line = message.substr(0, end);
    if (line.starts_with('.')) data += '.';
    data += line;
    data += crlf;
    message.remove_prefix(end == std::string_view::npos ? message.size() : end + crlf.size());
  }
  data += end_of_data;
  return data;
}

bool hides_end_of_data(std::string_view data) {
  const std::string_view meant = data.ends_with(end_of_data) ? data.substr(0, data.size() - end_of_data.size()) : data;
  for (std::size_t at = meant.find('.'); at != std::string_view::npos; at = meant.find('.', at + 1)) {
    std::size_t before = at;
    while (before > 0 && decorates(meant[before - 1])) --before;
    if (before != 0 && !ends_line(meant[before - 1])) continue;
    std::size_t behind = at + 1;
    while (behind < meant.size() && decorates(meant[behind])) ++behind;
    if (behind < meant.size() && ends_line(meant[behind])) return true;
  }
  return false;
}

std::string made_up_message(std::uint64_t size) {
  constexpr std::uint64_t least = 2;
  constexpr std::size_t line_octets = 74;
  constexpr std::string_view header = "Subject: octets made up for a replay\r\n\r\n";
  size = std::max(size, least);
  std::string message;
  message.reserve(size);
  if (size > header.size() + least) message = header;
  while (message.size() < size) {
    const std::uint64_t left = size - message.size();
    // A rest of one octet would be a line end without its other half.
    const std::uint64_t line = left <= line_octets ? left : std::min<std::uint64_t>(line_octets, left - least);
    message.append(line - crlf.size(), 'x');
    message += crlf;
  }
  return message;
}

std::string with_crlf(std::string_view text) {
  std::string result;
  result.reserve(text.size() + text.size() / 32);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!ends_line(text[at])) {
      result += text[at];
      continue;
    }
    if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') ++at;
    result += crlf;
  }
  return result;
}

}  // namespace mailparse::tools
