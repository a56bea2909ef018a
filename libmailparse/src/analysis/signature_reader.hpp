// Finds the signatures of a passing message, makes their body hashes, and verifies them when it is over.
// Layer: analysis (private). RFC 6376 6.1, RFC 8617 5.2.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <mailparse/analysis/signatures.hpp>
#include <mailparse/message/message.hpp>

namespace mailparse {

/// What the message's signatures say.
struct Signatures {
  std::vector<SignatureRecord> records;  ///< in the order of their fields
  std::optional<ArcRecord> arc;
};

class SignatureReader {
 public:
  SignatureReader();
  ~SignatureReader();
  SignatureReader(SignatureReader&&) noexcept;
  SignatureReader& operator=(SignatureReader&&) noexcept;

  /// Octets of the message as they stand, in any cut.
  void feed(std::string_view octets);

  /// The message is over and was read: verifies with the keys that `dns` has, as of `received` (absent: no expiry is
  /// judged). Reports dkim.content-type-unsigned, dkim.from-unsigned, dkim.l-tag-unsigned-body, dkim.not-oversigned and
  /// dkim.weak-algorithm. To be called once.
  [[nodiscard]] Signatures finish(const Message& message, const DnsSources& dns,
                                  const std::optional<Timestamp>& received, DiagnosticSink& sink);

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

}  // namespace mailparse
