#include "smtp-replay/safety.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <mailparse/base/octets.hpp>

namespace mailparse::tools {
namespace {

constexpr std::array<std::string_view, 7> reserved{"example",     "test",        "invalid",    "localhost",
                                                   "example.com", "example.net", "example.org"};

bool stands_at_end(std::string_view domain, std::string_view of) {
  if (domain.size() == of.size()) return iequals(domain, of);
  return domain.size() > of.size() && domain[domain.size() - of.size() - 1] == '.' &&
         iequals(domain.substr(domain.size() - of.size()), of);
}

}  // namespace

bool is_reserved_domain(std::string_view domain) {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  return std::ranges::any_of(reserved, [&](std::string_view of) { return stands_at_end(domain, of); });
}

bool is_harmless(std::string_view address) {
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos || at == 0) return false;
  const std::string_view local_part = address.substr(0, at);
  if (local_part.find_first_of("@%!:") != std::string_view::npos) return false;
  return is_reserved_domain(address.substr(at + 1));
}

std::expected<AddressRewrites, std::string> AddressRewrites::parse_map(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  AddressRewrites rewrites;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const std::size_t first = line.find_first_not_of(blanks);
    if (first == std::string_view::npos || line[first] == '#') continue;
    line = line.substr(first, line.find_last_not_of(blanks) + 1 - first);
    const std::size_t old_end = line.find_first_of(blanks);
    const std::size_t fresh = old_end == std::string_view::npos ? old_end : line.find_first_not_of(blanks, old_end);
    if (fresh == std::string_view::npos || line.find_first_of(blanks, fresh) != std::string_view::npos)
      return std::unexpected(fmt::format("line {}: not two addresses", number));
    rewrites.map_.insert_or_assign(lower_case(line.substr(0, old_end)), std::string(line.substr(fresh)));
  }
  return rewrites;
}

std::optional<std::string> AddressRewrites::find(std::string_view address) const {
  const auto found = map_.find(lower_case(address));
  return found != map_.end() ? std::optional(found->second) : all_;
}

}  // namespace mailparse::tools
