// The file of --dns-file.
#pragma once

#include <string>

#include <mailparse/source/dns_answers.hpp>

namespace mailparse::tools {

/// Reads the records of the file, where one was named, into `answers`. Returns what went wrong, or nothing.
[[nodiscard]] std::string load_dns_file(const std::string& file, DnsAnswers& answers);

}  // namespace mailparse::tools
