// DNS records from a file, for work without a network.
// Layer: source. RFC 1035 5.1, as much of it as lists of records use.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include <mailparse/source/dns_answers.hpp>

namespace mailparse {

/// Reads lines of the form `name [TTL] [IN] TYPE data` into `answers`: A, AAAA, CNAME, MX, PTR and TXT; other types are
/// passed over. All names are absolute. Strings stand in quotation marks, or go to the end of the line; parentheses
/// join lines; `;` and `#` begin a comment. `name v=...` is a TXT record. Returns the number of records, or the number
/// of the first line that is none of these.
[[nodiscard]] std::expected<std::uint64_t, std::uint64_t> read_dns_file(std::string_view text, DnsAnswers& answers);

}  // namespace mailparse
