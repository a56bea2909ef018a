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

/// What a message's signatures are verified with.
struct SignatureContext {
  DnsSources dns;                     ///< has the keys
  std::optional<Timestamp> received;  ///< absent: no expiry is judged
  bool complete = true;               ///< all octets of the message were fed: its body can be judged
};

class SignatureReader {
 public:
  SignatureReader();
  ~SignatureReader();
  SignatureReader(SignatureReader&&) noexcept;
  SignatureReader& operator=(SignatureReader&&) noexcept;

  /// Octets of the message as they stand, in any cut, and the message's header once it was read from these octets and
  /// those before. Its fields must outlive the reader.
  void feed(std::string_view octets, const Header* header);

  /// The message is over and was read: verifies as far as the context allows. Reports dkim.content-type-unsigned,
  /// dkim.from-unsigned, dkim.l-tag-unsigned-body, dkim.not-oversigned and dkim.weak-algorithm. To be called once.
  [[nodiscard]] Signatures finish(const Message& message, const SignatureContext& context, DiagnosticSink& sink);

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

}  // namespace mailparse
