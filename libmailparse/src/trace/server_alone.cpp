#include <mailparse/base/octets.hpp>
#include <mailparse/trace/server_alone.hpp>

namespace mailparse {
namespace {

/// The subject and detail of an enhanced code that `text` begins with, taken off with its blank: "1.5 ".
std::string_view take_enhanced(std::string_view& text) noexcept {
  if (text.size() < 5 || !is(OctetClass::digit, text[0]) || text[1] != '.') return {};
  const auto end = text.find(' ');
  const auto code = text.substr(2, end == text.npos ? end : end - 2);
  if (code.find_first_not_of("0123456789.") != code.npos) return {};
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return code;
}

/// `<bob@example.com> saved`.
bool names_mailbox(std::string_view text) noexcept {
  const auto end = text.find('>');
  return text.starts_with('<') && end != text.npos && text.substr(0, end).find('@') != text.npos;
}

}  // namespace

bool ServerAlone::speaks_lmtp(std::string_view line) noexcept {
  if (place_ == Place::decided || line.size() < 3 || (line.size() > 3 && line[3] == '-')) return false;
  const auto code = line.substr(0, 3);
  auto text = line.substr(line.size() > 3 ? 4 : 3);
  const auto enhanced = take_enhanced(text);
  switch (place_) {
    case Place::before:
      if (code == "354") place_ = Place::message;
      return false;
    case Place::message:
      place_ = Place::final;
      named_mailbox_ = names_mailbox(text);
      return false;
    default:
      place_ = Place::decided;
      // A reply to MAIL may name the sender; then its enhanced code is of addresses (2.1.0).
      return (named_mailbox_ && names_mailbox(text) && !enhanced.starts_with("1.")) || enhanced == "1.5";
  }
}

}  // namespace mailparse
