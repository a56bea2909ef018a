// What is known of one side of a connection.
// Layer: source. RFC 9293 3.3.1, 3.4, 3.8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <mailparse/base/provenance.hpp>

#include "base/ring.hpp"
#include "source/tcp/recent_octets.hpp"
#include "source/tcp/sequence.hpp"
#include "source/tcp/stream_buffer.hpp"

namespace mailparse::tcp {

/// How the place of a stream's first octet is known.
enum class Start : std::uint8_t {
  unseen,        ///< not at all: neither the side nor an acknowledgment of it was seen
  acknowledged,  ///< the other side's first acknowledgment names the octet it expects
  guessed,       ///< its own first segment; may still move down while nothing was delivered
  known,         ///< its SYN, or the answer to it
};

/// Why nothing of a side is delivered yet.
enum class Hold : std::uint8_t {
  none,      ///< it may be
  unsure,    ///< begun in mid-stream: an earlier segment may come a little later
  syn_data,  ///< data in a SYN: the other side's answer says whether it took them
};

/// From when on an acknowledgment proves that octets before `upto` had arrived.
struct AckProof {
  Position upto = 0;
  std::uint64_t arrival = 0;
  Stamp stamp;
};

/// A segment beyond the receiver's window, kept until something shows that it was taken.
struct ParkedSegment {
  Position begin = 0;
  std::string octets;
  std::uint64_t cut = 0;  ///< octets behind them that the capture cut off
  PieceOrigin origin;
};

/// One side's stream. All positions are of this side's octets.
struct TcpSide {
  TcpSide(std::uint64_t& held_total, RecentPool& pool) : held(held_total), recent(pool) {}

  Start start = Start::unseen;
  Hold hold = Hold::none;
  bool present = false;  ///< a segment of this side was seen
  bool absent = false;   ///< acknowledged for a long while without being seen: nobody waits for it
  bool syn_seen = false;
  bool fin_seen = false;
  bool ended = false;  ///< its FIN was reached
  bool edge_known = false;
  std::optional<std::uint8_t> scale;  ///< window scale of its SYN

  Position base = 0;       ///< offset 0
  Position delivered = 0;  ///< everything before was delivered or is a gap
  Position highest = 0;    ///< end of what was seen
  Position acked = 0;      ///< what the other side has acknowledged, as far as it is believed
  Position edge = 0;       ///< where the other side's window ends

  Position fin = 0;  ///< end of the stream
  PieceOrigin fin_origin;
  Position lost_fin = 0;  ///< an acknowledgment of one more octet than was seen stands for a FIN that was not

  Position acked_from = 0;     ///< place in the other side's stream of the segment that acknowledged `acked`
  Position wild_ack = 0;       ///< an acknowledgment beyond belief; 0: none. The next one decides
  Position wild_ack_from = 0;  ///< place in the other side's stream of its segment
  std::uint64_t wild_ack_frame = 0;

  std::uint64_t hold_arrival = 0;
  std::optional<Timestamp> hold_time;

  std::uint64_t delivered_octets = 0;
  StreamBuffer held;
  RecentOctets recent;
  Ring<AckProof> proofs;  ///< ascending; while acknowledged octets wait
  std::vector<ParkedSegment> parked;
  std::uint64_t parked_octets = 0;
  std::vector<Position> other_starts;  ///< of further SYNs before one was answered
};

}  // namespace mailparse::tcp
