#include <array>

#include <mailparse/base/octets.hpp>
#include <mailparse/trace/session_record.hpp>

namespace mailparse {

bool ReplyRecord::positive() const noexcept {
  if (code) return *code >= 200 && *code < 300;
  return status == "+OK" || status == "OK" || status == "PREAUTH";
}

bool ReplyRecord::negative() const noexcept {
  if (code) return *code >= 400 && *code < 600;
  return status == "-ERR" || status == "NO" || status == "BAD" || status == "BYE";
}

std::string_view to_string(Outcome outcome) noexcept {
  constexpr std::array<std::string_view, 4> names{"accepted", "rejected", "aborted", "unknown"};
  return names[static_cast<std::size_t>(outcome)];
}

std::string_view to_string(Smuggling smuggling) noexcept {
  constexpr std::array<std::string_view, 3> names{"succeeded", "not-accepted", "unknown"};
  return names[static_cast<std::size_t>(smuggling)];
}

std::string_view to_string(Ending ending) noexcept {
  constexpr std::array<std::string_view, 5> names{"quit", "closed", "reset", "tls", "cut"};
  return names[static_cast<std::size_t>(ending)];
}

}  // namespace mailparse
