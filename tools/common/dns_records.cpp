#include "common/dns_records.hpp"

#include <cstring>

#include <fmt/format.h>

#include <mailparse/source/dns_file.hpp>

#include "common/small_file.hpp"

namespace mailparse::tools {

std::string DnsRecords::open(bool sandboxed) {
  if (std::string trouble = read_file(); !trouble.empty()) return trouble;
  const int error = options_.ask ? resolver_.start(options_, sandboxed) : 0;
  return error == 0 ? std::string{} : fmt::format("--dns: {}", std::strerror(error));
}

std::string DnsRecords::read_file() {
  constexpr std::size_t most_octets = std::size_t{64} * 1024 * 1024;
  const std::string& file = options_.file;
  if (file.empty()) return {};
  const auto text = read_beginning(file, most_octets + 1);
  if (!text) return text.error();
  if (text->size() > most_octets) return fmt::format("{}: too large for a list of records", file);
  const auto records = read_dns_file(*text, file_);
  if (!records) return fmt::format("{}: line {} is no DNS record", file, records.error());
  return {};
}

}  // namespace mailparse::tools
