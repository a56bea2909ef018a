// Which protocol a conversation speaks, and which side speaks as the server: told by content.
// Layer: trace. RFC 5321, RFC 2033, RFC 1939, RFC 9051, and the signatures of what else runs over TCP.
//
// Ports decide only between protocols that the content leaves equal: FTP and SMTP greet alike.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <mailparse/base/provenance.hpp>
#include <mailparse/session/dialogue.hpp>
#include <mailparse/source/conversation.hpp>
#include <mailparse/trace/server_alone.hpp>
#include <mailparse/trace/traffic_kind.hpp>

namespace mailparse {

struct ProtocolGuess {
  TrafficKind kind = TrafficKind::unknown;
  double confidence = 0;  ///< 0 to 1
  bool swapped = false;   ///< Side::client speaks as the server
  bool settled = false;   ///< what follows would hardly change it
};

/// Weighs the first lines of both sides. The same lines in the same order give the same guess, whatever the cut.
class ProtocolDetector {
 public:
  explicit ProtocolDetector(const ConversationStart& start);

  /// The next octets of a side. Nothing happens once the guess is settled.
  void push(Side side, std::string_view octets);
  /// Octets of a side are missing here.
  void gap(Side side);
  /// The source leaves octets of a side out here, and says so: the line has more than is seen.
  void elided(Side side);
  /// What is known so far; kind is unknown until settled.
  [[nodiscard]] const ProtocolGuess& guess() const noexcept { return guess_; }
  /// Nothing but SMTP or LMTP is left: waiting longer for the line that tells them apart gains little.
  [[nodiscard]] bool mail_transfer() const noexcept;
  /// The best guess if nothing more comes.
  [[nodiscard]] ProtocolGuess finish() const;

  /// Protocols of lines, told from each other by weight.
  enum class Speech : std::uint8_t { smtp, lmtp, pop3, imap, ftp, nntp, irc, managesieve, redis };
  static constexpr std::size_t speeches = 9;
  using Weights = std::array<int, speeches>;

 private:
  struct Stream {
    std::string line;  ///< the unfinished one, as far as it is kept
    std::uint64_t octets = 0;
    bool fresh = true;      ///< nothing came yet: a signature may
    bool skipping = false;  ///< in a line whose begin was lost or that is too long
  };

  void take_line(Side side, std::string_view line);
  void take_answer(Side side, std::string_view line);
  void take_signature(Side side, std::string_view head);
  void weigh(std::size_t orientation, const Weights& weights);
  void settle_if_clear();

  std::array<Stream, 2> streams_;
  ServerAlone server_alone_;
  std::array<Weights, 2> scores_{};  ///< [0]: Side::client is the client; [1]: the other way round
  ProtocolGuess guess_;
  /// What the client of a mail port begins with, until the server's first line tells whether it is a mail server.
  TrafficKind unanswered_ = TrafficKind::unknown;
  std::uint16_t client_port_ = 0;
  std::uint16_t server_port_ = 0;
  bool begun_ = true;
  bool sides_known_ = true;
  bool client_spoke_ = false;
};

/// The mail protocol of that kind; Protocol::unknown for all others.
[[nodiscard]] Protocol to_protocol(TrafficKind kind) noexcept;

}  // namespace mailparse
