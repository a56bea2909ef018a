// What waits behind an odd end of data, seen without reading it: where a strict end stands, how many lines follow it,
// and how many replies the server gave meanwhile. One of two readings explains all that: the octets are content up to
// the strict end, or the server took the odd end and they are commands.
// Layer: session (private). RFC 5321 4.1.1.4.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <mailparse/scan/run_scanner.hpp>

#include "base/ring.hpp"
#include "session/smtp_reply_reader.hpp"

namespace mailparse {

/// Counts in octets that are held back. Each octet is looked at once, however often a reading is asked for.
class OddEndEvidence {
 public:
  enum class Reading : std::uint8_t { undecided, content, commands };

  /// The client's octets are held from here on; `before` is the line break in front of them.
  void begin(LineBreak before);
  void client(std::string_view octets, std::uint64_t offset);
  /// Octets of the client are missing.
  void gap() noexcept { matched_ = 0; }
  /// The client's octets before `offset` are read.
  void client_read_to(std::uint64_t offset);

  /// The server's octets are held from here on; `reader` stands where they begin.
  void begin_replies(const SmtpReplyReader& reader);
  void server(std::string_view octets, const Stamp& stamp);
  /// The first reply held is read.
  void reply_read();

  /// Code of the first reply held.
  [[nodiscard]] std::optional<std::uint16_t> first_code() const noexcept;
  /// Code of the reply held at that place; nothing when there are not so many.
  [[nodiscard]] std::optional<std::uint16_t> code(std::uint64_t place) const noexcept;
  /// Offset behind the first strict end held.
  [[nodiscard]] std::optional<std::uint64_t> strict_end() const noexcept;
  /// The reading that the replies prove. `replies_to_data`: as many as the server gives to one end of data.
  [[nodiscard]] Reading reading(std::uint64_t replies_to_data) const noexcept;
  /// Whether the client went on behind the strict end and every reply it got is that of the strict reading. To be asked
  /// when the client speaks again.
  [[nodiscard]] bool strict_so_far(std::uint64_t replies_to_data) const noexcept;

 private:
  struct StrictEnd {
    std::uint64_t next = 0;   ///< offset behind it
    std::uint64_t lines = 0;  ///< counted up to it
  };

  [[nodiscard]] std::uint64_t lines_behind_strict_end() const noexcept;

  Ring<StrictEnd> strict_ends_;
  std::uint64_t lines_ = 0;
  std::size_t matched_ = 0;  ///< octets of CRLF "." CRLF that the last octets are
  std::optional<SmtpReplyReader> replies_;
  Ring<std::uint16_t> codes_;
  std::uint64_t telling_ = 0;  ///< codes among them that a server gives to commands only
};

}  // namespace mailparse
