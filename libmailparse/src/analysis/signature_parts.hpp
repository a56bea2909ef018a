// A signature as it is worked on, and the keys it is verified with.
// Layer: analysis (private). RFC 6376 3.5, 6.1.2.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include <mailparse/analysis/signatures.hpp>
#include <mailparse/message/header.hpp>
#include <mailparse/message/tag_list.hpp>

#include "analysis/body_hash.hpp"
#include "analysis/known_records.hpp"
#include "analysis/public_key.hpp"

namespace mailparse {

/// A signature field and what it says. Its pointers live as long as the header that it was read from.
struct ReadSignature {
  const HeaderField* field = nullptr;
  TagList tags;
  std::string value;                                     ///< b=, decoded
  std::optional<std::pair<Canonical, Canonical>> forms;  ///< of header and body; absent: none that is known
  SignatureRecord record;
};

/// The keys that one message's signatures name, each read once.
class KeyRing {
 public:
  struct Entry {
    std::optional<PublicKey> key;
    SignatureKey about;
    SignatureResult without = SignatureResult::unchecked;  ///< what a signature is while there is no key
    std::string fault;                                     ///< why there is none
  };

  /// `received`: when the message was received, as far as it is known.
  KeyRing(const DnsSources& dns, const std::optional<Timestamp>& received) : records_(dns), received_(received) {}

  [[nodiscard]] const Entry& find(const std::string& domain, const std::string& selector);
  [[nodiscard]] const std::optional<Timestamp>& received() const noexcept { return received_; }

 private:
  KnownRecords records_;
  std::optional<Timestamp> received_;
  std::map<std::string, Entry> entries_;
};

/// Verifies b= over the header, and with what is known of the body gives the result. DKIM-Signature and
/// ARC-Message-Signature; a signature that has a result already keeps it.
void verify(ReadSignature& signature, const Header& header, KeyRing& keys);
/// Verifies b= over a text that was put together elsewhere, and gives the result.
void verify_text(ReadSignature& signature, std::string_view text, KeyRing& keys);

}  // namespace mailparse
