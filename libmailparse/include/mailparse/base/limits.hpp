// Every bound on what hostile input may make us keep. Reaching one is a finding; what follows is kept as raw ranges.
// Layer: base.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace mailparse {

struct Limits {
  /// Commands and replies. RFC 5321 allows 512 and extensions add; 64 KiB holds every AUTH response met in the wild.
  std::uint64_t line_octets = 64 * 1024;
  /// One header field. 80,000 recipients in To have been seen in half of this.
  std::uint64_t header_field_octets = 1024 * 1024;
  std::uint64_t header_fields = 10'000;
  /// All fields of one header together: what is gathered when it comes in pieces. Fields behind it count as too many.
  std::uint64_t header_octets = 32 * 1024 * 1024;
  /// Dovecot's and Zeek's figure; MimeKit and GMime allow 1024 and recurse.
  std::uint64_t mime_depth = 100;
  std::uint64_t mime_parts = 10'000;
  /// RFC 2231 sections counted singly; joining them costs time in each reader.
  std::uint64_t mime_parameters = 128;
  std::uint64_t comment_depth = 64;
  std::uint64_t pending_commands = 1'000;
  std::uint64_t reply_lines = 1'000;
  /// Text kept of one multi-line POP3 reply: LIST of 50,000 messages.
  std::uint64_t reply_octets = 1024 * 1024;
  std::uint64_t open_flows = 1'000'000;
  std::uint64_t reorder_octets = 4 * 1024 * 1024;  ///< buffered a direction while a segment is missing
  std::uint64_t reorder_total_octets = 256 * 1024 * 1024;
  std::uint64_t encapsulation_layers = 16;
  std::uint64_t fragment_octets = 16 * 1024 * 1024;  ///< of IP datagrams whose fragments have not all come
  /// Exchanges, recipients and findings kept in one session record; later ones are counted.
  std::uint64_t session_exchanges = 1'000'000;
  std::uint64_t session_findings = 10'000;
  /// What one session record may hold in all. A million ordinary exchanges take about as much.
  std::uint64_t session_octets = 512 * 1024 * 1024;
  /// Octets of one conversation that wait for its protocol to be recognised, and of all conversations together.
  std::uint64_t undecided_octets = 16 * 1024;
  std::uint64_t undecided_total_octets = 64 * 1024 * 1024;
  /// One line of a log. A debugging library prints a whole message as one string, so this is large; what is beyond it
  /// is left out and said so.
  std::uint64_t transcript_line_octets = 16 * 1024 * 1024;
  /// Conversations of a log that are told apart at a time; the one idle longest is ended first.
  std::uint64_t transcript_conversations = 10'000;
  /// What smtp-replay keeps: JSON lines of one input, and octets of all messages; of one beyond its size is known only.
  std::uint64_t replay_record_octets = std::uint64_t{1024} * 1024 * 1024;
  std::uint64_t replay_message_octets = 512 * 1024 * 1024;
};

/// A limit by the name under which the tools set it.
struct LimitRow {
  std::string_view name;
  std::uint64_t Limits::* value;
  std::string_view bounds;  ///< what it bounds
};

/// Every limit, once.
[[nodiscard]] std::span<const LimitRow> list_limits() noexcept;

}  // namespace mailparse
