// The one form that every source gives a conversation: octets of two sides in time order, each with its provenance.
// Layer: base, because source and session are siblings that meet only here.
//
// A capture and a text transcript both become calls on a StreamSink. What is known to be absent is a call of its own
// (on_gap, on_elided), never a marker among the octets. Deviations of the transport (tcp.*, ip.*) come as diagnostics
// whose offsets count octets of one side.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/provenance.hpp>

namespace mailparse {

/// Octets of one side, contiguous with those before them unless an on_gap says otherwise.
struct Chunk {
  Side side = Side::client;
  std::uint64_t offset = 0;  ///< of the first octet, from the start of this side's stream; missing octets count
  std::string_view octets;   ///< valid during the call only
  Stamp stamp;
};

/// Octets that were sent but are not in the source: lost by the capture, or cut off by its snapshot length.
struct Gap {
  Side side = Side::client;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  ///< octets missing; never 0
  Stamp stamp;               ///< of the octet or acknowledgment that proves the loss
};

/// What a transcript leaves out on purpose.
enum class Elision : std::uint8_t {
  body,    ///< message octets; those that are shown, if any, were chunks
  secret,  ///< the rest of a line that would hold a password or its proof
  reply,   ///< a reply that must have come but is not shown
};

struct Elided {
  Side side = Side::client;
  Elision what = Elision::body;
  std::uint64_t offset = 0;             ///< offset of the next octet of this side
  std::optional<std::uint64_t> octets;  ///< how many were left out, where the transcript says so
  Stamp stamp;
};

/// How one side of a conversation ended.
enum class StreamEnd : std::uint8_t {
  closed,  ///< FIN seen, or the transcript says that the connection was closed
  reset,   ///< RST seen
  cut,     ///< the source ends first
};

/// Receives one conversation. Calls come in the order in which the octets were on the wire as far as the source can
/// tell: a reply follows the command that it acknowledges. Views live during the call only.
class StreamSink : public DiagnosticSink {
 public:
  virtual void on_chunk(const Chunk& chunk) = 0;
  virtual void on_gap(const Gap& gap) = 0;
  virtual void on_elided(const Elided& elided) = 0;
  /// At most once a side; nothing of that side follows except octets sent after its FIN, which are reported by the
  /// source as tcp.data-after-fin and not delivered.
  virtual void on_end(Side side, StreamEnd end, const Stamp& stamp) = 0;
};

}  // namespace mailparse
