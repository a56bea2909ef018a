// Where a tool that judges signatures and policies has its DNS records from: --dns-file and --dns.
#pragma once

#include <string>

#include <mailparse/analysis/signatures.hpp>
#include <mailparse/source/dns_answers.hpp>

#include "common/dns_options.hpp"
#include "common/live_resolver.hpp"

namespace mailparse::tools {

class DnsRecords {
 public:
  /// The options must outlive the records.
  explicit DnsRecords(const DnsOptions& options) : options_(options) {}

  /// Reads the file and starts to ask, as far as the options say so. To be called once, before threads are started and
  /// the sandbox is entered. Returns what went wrong, or nothing.
  [[nodiscard]] std::string open(bool sandboxed);

  /// Views of these records, beside those seen in a capture. They may be taken before open().
  [[nodiscard]] DnsSources sources(const DnsAnswers* capture = nullptr) noexcept {
    return {.file = &file_, .capture = capture, .resolver = options_.ask ? &resolver_ : nullptr};
  }

 private:
  [[nodiscard]] std::string read_file();

  const DnsOptions& options_;
  DnsAnswers file_;
  LiveResolver resolver_;
};

}  // namespace mailparse::tools
