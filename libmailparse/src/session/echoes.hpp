// What a server may repeat of a login, which must not be shown either.
// Layer: session, private.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/session/dialogue.hpp>

namespace mailparse {

/// Keeps the secrets of one command, as sent and decoded, and finds them in the reply to it.
class Echoes {
 public:
  /// Secrets of less than four octets would be found in any text and are not kept, nor more than the first KiB of one.
  void keep(std::string_view secret);
  /// Keeps a SASL response of which nothing else is known: its base64 and the words that it decodes to.
  void keep_response(std::string_view base64);
  /// Where the secrets stand in `lines`, in any case, ascending and apart from each other.
  [[nodiscard]] std::vector<SecretRange> find(std::span<const std::string_view> lines) const;

 private:
  std::vector<std::string> secrets_;
};

}  // namespace mailparse
