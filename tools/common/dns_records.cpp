#include "common/dns_records.hpp"

#include <fmt/format.h>

#include <mailparse/source/dns_file.hpp>
#include <mailparse/source/input.hpp>

namespace mailparse::tools {

std::string load_dns_file(const std::string& file, DnsAnswers& answers) {
  constexpr std::size_t most_octets = std::size_t{64} * 1024 * 1024;
  Silence ignored;
  auto input = Input::open(file, ignored);
  if (!input) return input.error().text;
  std::string text;
  for (;;) {
    const auto octets = input->read();
    if (!octets) return octets.error().text;
    if (octets->empty()) break;
    if (octets->size() > most_octets - text.size()) return fmt::format("{}: too large for a list of records", file);
    text += *octets;
  }
  const auto records = read_dns_file(text, answers);
  if (!records) return fmt::format("{}: line {} is no DNS record", file, records.error());
  return {};
}

}  // namespace mailparse::tools
