// A body's octets to its content's octets, whatever its transfer encoding.
// Layer: message. RFC 2045 6.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/message/entity_head.hpp>
#include <mailparse/scan/base64.hpp>
#include <mailparse/scan/quoted_printable.hpp>

namespace mailparse {

/// Decodes one body from octets in any cut. Identity encodings pass through without a copy; so do uuencode and yEnc,
/// whose files EmbeddedFileScanner finds.
class ContentDecoder {
 public:
  explicit ContentDecoder(TransferEncoding encoding) : encoding_(encoding) {}

  /// The content of `octets`: valid until the next call, and only as long as `octets` are.
  [[nodiscard]] std::string_view feed(std::string_view octets);
  /// What was held back. No octets follow.
  [[nodiscard]] std::string_view finish();

  /// Reports mime.b64.* and mime.qp.* of what was fed, which began at `offset` of the message.
  void report(std::uint64_t offset, DiagnosticSink& sink) const;

 private:
  TransferEncoding encoding_;
  Base64Decoder base64_;
  QuotedPrintableDecoder quoted_printable_;
  std::vector<char> room_;
};

}  // namespace mailparse
