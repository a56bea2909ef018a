// A conversation inside TLS from its first octet on, as if there were none.
// Layer: trace, private. RFC 8314 3.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <mailparse/source/conversation.hpp>
#include <mailparse/source/tls_decryption.hpp>
#include <mailparse/trace/session_record.hpp>

#include "trace/held_stream.hpp"

namespace mailparse {

/// TLS around a conversation.
class TlsAround {
 public:
  virtual ~TlsAround() = default;
  /// Whether the conversation is given what TLS carried; otherwise it is given TLS itself.
  [[nodiscard]] virtual bool taken_off() const noexcept = 0;
  /// What is known of it by now.
  [[nodiscard]] virtual TlsRecord known() = 0;
};

/// `around` outlives the conversation; null: it does not begin with TLS.
using OpenInTls = std::function<std::unique_ptr<ConversationListener>(TlsAround* around)>;

/// Holds what begins with a TLS handshake until its first octets are decrypted, then opens the conversation
/// and gives it those and all that follow. The conversation is given TLS as it is where the secrets are not known or
/// something is wrong. Where that happens after the conversation was opened, it ends there as cut.
[[nodiscard]] std::unique_ptr<ConversationListener> behind_tls(const TlsKeyLog& keys, OpenInTls open, HeldTotal total);

}  // namespace mailparse
