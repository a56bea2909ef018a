#include "common/dns_records.hpp"

#include <fmt/format.h>

#include <mailparse/source/dns_file.hpp>

#include "common/small_file.hpp"

namespace mailparse::tools {

std::string load_dns_file(const std::string& file, DnsAnswers& answers) {
  constexpr std::size_t most_octets = std::size_t{64} * 1024 * 1024;
  if (file.empty()) return {};
  const auto text = read_beginning(file, most_octets + 1);
  if (!text) return text.error();
  if (text->size() > most_octets) return fmt::format("{}: too large for a list of records", file);
  const auto records = read_dns_file(*text, answers);
  if (!records) return fmt::format("{}: line {} is no DNS record", file, records.error());
  return {};
}

}  // namespace mailparse::tools
