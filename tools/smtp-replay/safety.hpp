// What a replay must not do: reach people, or hosts that were not named. RFC 2606, RFC 6761.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mailparse::tools {

/// Whether nobody's mail can be there: the domains example, test, invalid and localhost, example.com, example.net and
/// example.org, and all below them. RFC 2606 2 and 3, RFC 6761 6.
[[nodiscard]] bool is_reserved_domain(std::string_view domain);

/// Whether mail to `address` (local-part@domain, no brackets) can reach nobody. False too for a local part that relays
/// read as a route (user%domain, domain!user) and where there is no domain.
[[nodiscard]] bool is_harmless(std::string_view address);

/// Addresses of the record and what is put in their place.
class AddressRewrites {
 public:
  /// Lines of two addresses, old and new; empty lines and those with '#' first are passed over. The error names the
  /// line.
  [[nodiscard]] static std::expected<AddressRewrites, std::string> parse_map(std::string_view text);

  void set_all(std::string address) { all_ = std::move(address); }
  /// What stands for `address`, whose ASCII case does not count; nothing: it stays.
  [[nodiscard]] std::optional<std::string> find(std::string_view address) const;

 private:
  std::map<std::string, std::string> map_;
  std::optional<std::string> all_;  ///< for those that the map does not name
};

}  // namespace mailparse::tools
