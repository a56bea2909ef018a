// A server heard without its client: whether its replies are those of an LMTP server.
// Layer: trace. RFC 2033 4.2, RFC 3463.
#pragma once

#include <cstdint>
#include <string_view>

namespace mailparse {

/// Behind the end of a message SMTP has one reply and LMTP one a recipient. Without the commands that shows where a
/// second one cannot be the answer to a new MAIL: both name a mailbox, or the second one judges a recipient.
class ServerAlone {
 public:
  /// The next line of the server, without its end. True when it shows LMTP, at most once.
  bool speaks_lmtp(std::string_view line) noexcept;
  /// Nothing that follows would tell more.
  [[nodiscard]] bool decided() const noexcept { return place_ == Place::decided; }

 private:
  enum class Place : std::uint8_t {
    before,   ///< no message was taken yet
    message,  ///< 354 was said
    final,    ///< one reply came behind the message
    decided,  ///< the reply after it came too
  };
  Place place_ = Place::before;
  bool named_mailbox_ = false;  ///< in the reply behind the message
};

}  // namespace mailparse
