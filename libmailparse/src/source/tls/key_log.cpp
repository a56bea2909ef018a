#include <algorithm>
#include <optional>

#include <mailparse/source/tls_decryption.hpp>

namespace mailparse {
namespace {

constexpr std::uint64_t kept_octets = 64 * 1024 * 1024;
constexpr std::size_t random_octets = 32;

int digit(char c) noexcept {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.empty() || text.size() % 2 != 0) return std::nullopt;
  std::string octets;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]);
    const int low = digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    octets += static_cast<char>(high << 4 | low);
  }
  return octets;
}

std::string_view take_word(std::string_view& line) noexcept {
  line.remove_prefix(std::min(line.size(), line.find_first_not_of(' ')));
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

std::string name_of(std::string_view label, std::string_view client_random) {
  return std::string(label) + ' ' + std::string(client_random);
}

}  // namespace

void TlsKeyLog::add(std::string_view text) {
  constexpr std::size_t longest_secret = 64;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with('#')) continue;
    const std::string_view label = take_word(line);
    const auto random = from_hex(take_word(line));
    const auto secret = from_hex(take_word(line));
    if (label.empty() || !random || random->size() != random_octets || !secret || secret->size() > longest_secret)
      continue;
    octets_ += label.size() + random->size() + secret->size();
    if (octets_ > kept_octets) return;
    secrets_.insert_or_assign(name_of(label, *random), *secret);
  }
}

std::string_view TlsKeyLog::find(std::string_view label, std::string_view client_random) const {
  const auto found = secrets_.find(name_of(label, client_random));
  return found == secrets_.end() ? std::string_view{} : std::string_view(found->second);
}

}  // namespace mailparse
