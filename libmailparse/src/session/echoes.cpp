#include "session/echoes.hpp"

#include <algorithm>
#include <utility>

#include <mailparse/base/octets.hpp>

#include "session/sasl.hpp"

namespace mailparse {
namespace {

constexpr std::size_t shortest = 4;
constexpr std::size_t longest = 1024;
constexpr std::size_t most_secrets = 4;
constexpr std::size_t most_ranges = 100;

std::size_t find_in_any_case(std::string_view text, std::string_view wanted, std::size_t from) noexcept {
  const auto same = [](char a, char b) { return to_upper(a) == to_upper(b); };
  const auto found =
      std::search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), wanted.begin(), wanted.end(), same);
  return found == text.end() ? std::string_view::npos : static_cast<std::size_t>(found - text.begin());
}

}  // namespace

void Echoes::keep(std::string_view secret) {
  if (secret.size() < shortest || secrets_.size() == most_secrets) return;
  secrets_.emplace_back(secret.substr(0, longest));
}

void Echoes::keep_response(std::string_view base64) {
  keep(base64);
  const auto decoded = decode_base64_token(base64);
  if (!decoded) return;
  // RFC 4616 2: authorization identity, identity and password, with a NUL between
  const auto last = decoded->rfind('\0');
  keep(std::string_view(*decoded).substr(last == std::string::npos ? 0 : last + 1));
}

std::vector<SecretRange> Echoes::find(std::span<const std::string_view> lines) const {
  std::vector<SecretRange> found;
  for (std::size_t line = 0; line < lines.size(); ++line) {
    for (const std::string& secret : secrets_) {
      for (std::size_t at = find_in_any_case(lines[line], secret, 0);
           at != std::string_view::npos && found.size() < most_ranges;
           at = find_in_any_case(lines[line], secret, at + secret.size()))
        found.push_back({.offset = at, .length = secret.size(), .line = line});
    }
  }
  std::ranges::sort(found, {}, [](const SecretRange& range) { return std::pair(range.line, range.offset); });
  std::vector<SecretRange> apart;
  for (const SecretRange& range : found) {
    if (apart.empty() || apart.back().line != range.line || apart.back().offset + apart.back().length <= range.offset) {
      apart.push_back(range);
    } else {
      SecretRange& last = apart.back();
      last.length = std::max(last.length, range.offset + range.length - last.offset);
    }
  }
  return apart;
}

}  // namespace mailparse
