#include "trace/original_client.hpp"

#include <algorithm>

#include <mailparse/base/octets.hpp>

#include "trace/address_text.hpp"

namespace mailparse {

std::optional<Endpoint> read_client_attributes(std::string_view line) {
  constexpr std::string_view ipv6_mark = "IPV6:";
  Endpoint client;
  while (!line.empty()) {
    const std::string_view word = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(line.size(), word.size() + 1));
    const std::size_t equals = word.find('=');
    if (equals == word.npos) continue;
    const std::string_view name = word.substr(0, equals);
    std::string_view value = word.substr(equals + 1);
    if (iequals(name, "PORT")) client.port = port_number(value).value_or(0);
    if (!iequals(name, "ADDR")) continue;
    if (iequals(value.substr(0, ipv6_mark.size()), ipv6_mark)) value.remove_prefix(ipv6_mark.size());
    client.ip = usual_address(value).value_or("");
  }
  if (client.ip.empty()) return std::nullopt;
  return client;
}

}  // namespace mailparse
