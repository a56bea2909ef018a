// Any octets as a message with signatures: the same verdicts whole and octet by octet, and results that agree with
// themselves.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <mailparse/analysis/message_analyzer.hpp>
#include <mailparse/source/dns_file.hpp>

#include "require.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

/// The key of corpus/make_signed.py, and a policy for its domain.
const DnsAnswers& records() {
  static const DnsAnswers known = [] {
    DnsAnswers answers;
    require(read_dns_file("corpus._domainkey.example.net TXT \"v=DKIM1; k=ed25519; "
                          "p=BbIMoXNKmamgpSSKfffHzOKe+7JzEPeMDScZVDmE2NE=\"\n"
                          "_dmarc.example.net TXT \"v=DMARC1; p=reject\"\n",
                          answers)
                .has_value());
    return answers;
  }();
  return known;
}

AnalyzedMessage analyzed(std::string_view message, std::size_t step) {
  MessageAnalyzer analyzer;
  for (std::size_t at = 0; at < message.size(); at += step) analyzer.feed(message.substr(at, step));
  return analyzer.finish({.dns = {.file = &records()}});
}

void check(const SignatureRecord& signature, std::size_t size) {
  require(signature.offset + signature.length <= size);
  if (signature.result != SignatureResult::pass) return;
  require(signature.header_verifies == true && signature.key.has_value());
  require(signature.kind == SignatureKind::arc_seal || signature.body_matches == true);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view message(reinterpret_cast<const char*>(data), size);
  const AnalyzedMessage whole = analyzed(message, message.size() + 1);
  const AnalyzedMessage split = analyzed(message, 1);
  require(whole.signatures.size() == split.signatures.size());
  for (std::size_t index = 0; index < whole.signatures.size(); ++index) {
    const SignatureRecord& one = whole.signatures[index];
    const SignatureRecord& other = split.signatures[index];
    require(one.result == other.result && one.reason == other.reason && one.body_matches == other.body_matches);
    require(one.unsigned_octets == other.unsigned_octets && one.offset == other.offset);
    check(one, message.size() * 3);  // UTF-16 grows when it is unpacked
  }
  require(whole.arc.has_value() == split.arc.has_value());
  if (whole.arc) require(whole.arc->result == split.arc->result && whole.arc->instances == split.arc->instances);
  require(whole.dmarc.has_value() == split.dmarc.has_value());
  return 0;
}
