// What a segment means to its connection: handshake, acknowledgments, resets, ends.

#include "source/tcp/connection.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "source/tcp/capture_clock.hpp"

namespace mailparse::tcp {

namespace {

/// A window without scaling; where the real one is not known, what no receiver offers less than for long.
constexpr std::uint64_t plain_window = 65'535;
/// A SYN with another sequence number later than this is another attempt (RFC 9293 MSL is 2 minutes, real ones 30 s).
constexpr std::chrono::nanoseconds syn_lifetime = std::chrono::seconds(30);
/// SYNs with different sequence numbers of which the answer may choose one.
constexpr std::size_t starts_limit = 8;
/// Acknowledgments this much of a grace apart or less are one proof.
constexpr int proofs_a_grace = 16;

/// Whether there is nothing to tell of the header.
bool ordinary_header(const TcpSegment& segment) noexcept {
  if (segment.bad_header_length || segment.checksum == TcpChecksum::bad) return false;
  // The time stamps of RFC 7323 A, which most segments carry as their only option, need no look.
  constexpr std::string_view only_timestamps("\x01\x01\x08\x0a", 4);
  return segment.options.empty() || (segment.options.size() == 12 && segment.options.starts_with(only_timestamps));
}

}  // namespace

std::uint32_t Shared::origin_index(const SegmentOrigin& origin) {
  for (std::size_t i = origins.size(); i-- > 0;) {
    if (origins[i].format == origin.format && origins[i].linktype == origin.linktype)
      return static_cast<std::uint32_t>(i);
  }
  origins.push_back({std::string(origin.format), std::string(origin.linktype)});
  return static_cast<std::uint32_t>(origins.size() - 1);
}

TcpSegment KeptSegment::segment(const SegmentOrigin& origin) const {
  TcpSegment segment = segment_;
  segment.payload = payload_;
  segment.options = options_;
  segment.origin = &origin;
  return segment;
}

Connection::Connection(Shared& shared, const FlowKey& key, const TcpSegment& first)
    : shared_(shared),
      key_(key),
      origin_(shared.origin_index(*first.origin)),
      first_(first.stamp),
      last_(first.stamp),
      sides_{TcpSide(shared.held, shared.recent), TcpSide(shared.held, shared.recent)} {}

// ---------------------------------------------------------------------------------------------- which connection

Connection::Role Connection::role_of(const TcpSegment& segment, unsigned from) {
  const TcpSide& mine = sides_[from];
  if (!segment.has(tcp_syn)) {
    if (!successor_ || successor_->from() != from || segment.sequence != successor_->first_sequence())
      return Role::part;
    const Position at = unwrap(segment.sequence, mine.highest);
    return at > receivable(mine) || at + unsure_reach < mine.delivered ? Role::begins_anew : Role::part;
  }
  const Position base = unwrap(segment.sequence + 1, mine.highest);
  if (mine.start != Start::unseen && base == mine.base) return Role::part;
  if (closing_) return Role::begins_anew;
  if (segment.has(tcp_ack)) {
    if (successor_ && successor_->from() != from &&
        segment.acknowledgment - successor_->first_sequence() <= successor_->payload_octets()) {
      return Role::begins_anew;
    }
    return !running_ || fits_start(mine, base) ? Role::part : Role::ignored;
  }
  if (!running_) return passed(first_.time, segment.stamp.time, syn_lifetime) ? Role::begins_anew : Role::part;
  if (fits_start(mine, base)) return Role::part;
  successor_.emplace(segment, from);
  flowing_ = false;
  return Role::ignored;
}

Seldom<KeptSegment> Connection::take_successor_syn() {
  return std::exchange(successor_, {});
}

/// Whether a late SYN may still say where the stream starts.
bool Connection::fits_start(const TcpSide& side, Position base) const noexcept {
  if (side.start == Start::unseen) return true;
  if (side.start == Start::known || side.ended || side.delivered != side.base) return false;
  return base <= side.base && side.base - base <= unsure_reach;
}

// ---------------------------------------------------------------------------------------------- a segment

bool Connection::take_next(const TcpSegment& segment, unsigned from) {
  if (!flowing_ || (segment.flags & ~tcp_psh) != tcp_ack || segment.payload_missing != 0 || !ordinary_header(segment))
    return false;
  TcpSide& mine = sides_[from];
  TcpSide& acked = sides_[1 - from];
  const Position ack = unwrap(segment.acknowledgment, acked.highest);
  if (segment.sequence != static_cast<std::uint32_t>(mine.highest) || ack < acked.acked || ack > acked.highest)
    return false;
  count(segment);
  mine.present = true;
  mine.absent = false;
  acked.acked = ack;
  acked.acked_from = mine.highest;
  open_window(segment, mine, acked, ack);
  if (segment.payload.empty()) return true;
  mine.highest += segment.payload.size();
  deliver(from, segment.payload, {ack, frames_, segment.stamp, segment.ttl, false});
  return true;
}

void Connection::on_segment(const TcpSegment& segment, unsigned from) {
  TcpSide& mine = sides_[from];
  count(segment);
  note_header(segment, from);
  if (segment.bad_header_length || segment.has(tcp_rst)) {
    shared_.totals.stray += segment.payload.size();
    if (!segment.bad_header_length) on_reset(segment, from);
    settle();
    return;
  }
  const bool syn = segment.has(tcp_syn);
  if (syn) {
    if (!on_syn(segment, from)) {
      shared_.totals.stray += segment.payload.size();
      return;
    }
  } else {
    running_ = true;
    if (mine.start == Start::unseen) {
      begin_stream(mine, first_position + segment.sequence, Start::guessed);
      hold_back(mine, Hold::unsure);
    }
  }
  mine.present = true;
  mine.absent = false;
  PieceOrigin origin{0, frames_, segment.stamp, segment.ttl, syn};
  const Position begin = unwrap(segment.sequence, mine.highest) + (syn ? 1 : 0);
  if (segment.has(tcp_ack)) origin.needs = on_acknowledgment(segment, from);
  const Run run{begin, segment.payload, segment.payload_missing};
  if (!run.empty()) on_payload(segment, from, run, origin);
  if (segment.has(tcp_fin)) on_fin(from, run.end(), origin);
  settle();
}

void Connection::count(const TcpSegment& segment) noexcept {
  ++frames_;
  last_ = segment.stamp;
  if (segment.stamp.time) now_ = segment.stamp.time;
}

void Connection::note_header(const TcpSegment& segment, unsigned from) {
  if (ordinary_header(segment)) return;
  const std::uint64_t frame = segment.stamp.frame;
  const TcpSide& mine = sides_[from];
  const Position at = mine.start == Start::unseen ? 0 : unwrap(segment.sequence, mine.highest);
  if (segment.bad_header_length) findings_.note(Code::tcp_header_length, from, at, 0, frame);
  if (segment.checksum == TcpChecksum::bad) {
    findings_.note(Code::tcp_bad_checksum, from, at, segment.payload.size(), frame);
  }
  const bool whole = segment.options.size() + 20 >= segment.header_octets;
  if (parse_tcp_options(segment.options, whole).malformed) findings_.note(Code::tcp_option_length, from, at, 0, frame);
}

void Connection::begin_stream(TcpSide& side, Position base, Start start) {
  side.start = start;
  side.base = side.delivered = side.highest = side.acked = base;
  side.edge_known = side.fin_seen = side.ended = false;
  side.lost_fin = side.wild_ack = 0;
  side.proofs.clear();
}

void Connection::hold_back(TcpSide& side, Hold why) {
  side.hold = why;
  side.hold_arrival = frames_;
  side.hold_time = now_;
}

// ---------------------------------------------------------------------------------------------- handshake

/// False when the SYN says nothing about this connection.
bool Connection::on_syn(const TcpSegment& segment, unsigned from) {
  TcpSide& mine = sides_[from];
  const bool unseen = mine.start == Start::unseen;
  const Position base = unseen ? first_position + segment.sequence + 1 : unwrap(segment.sequence + 1, mine.highest);
  if (unseen) {
    begin_stream(mine, base, Start::known);
  } else if (base != mine.base && fits_start(mine, base)) {
    mine.base = mine.delivered = base;
    mine.start = Start::known;
  } else if (base != mine.base) {
    if (running_) return false;
    // The answer decides which one counts; until then the last.
    findings_.note(Code::tcp_syn_isn_change, from, 0, 0, segment.stamp.frame);
    if (mine.other_starts.size() < starts_limit) mine.other_starts.push_back(mine.base);
    shared_.totals.refused += mine.held.drop_all();
    begin_stream(mine, base, Start::known);
  }
  mine.start = Start::known;
  mine.syn_seen = true;
  if (mine.hold == Hold::unsure) mine.hold = Hold::none;
  if (opener_ == nobody) opener_ = segment.has(tcp_ack) ? 1 - from : from;
  mine.scale = parse_tcp_options(segment.options, false).window_scale;
  if (!segment.payload.empty() || segment.payload_missing != 0) {
    findings_.note(Code::tcp_syn_data, from, base, segment.payload.size() + segment.payload_missing,
                   segment.stamp.frame);
    const bool in_doubt = !segment.has(tcp_ack) || !mine.other_starts.empty();
    if (mine.hold == Hold::none && mine.delivered == base && in_doubt) hold_back(mine, Hold::syn_data);
  }
  return true;
}

/// The other side's first acknowledgment tells which SYN it took and whether with its data.
void Connection::answer_start(TcpSide& acked, Position ack, unsigned direction) {
  // What was told stays told: a start that is answered too late changes nothing.
  if (acked.ended || acked.delivered != acked.base) acked.other_starts.clear();
  for (const Position base : acked.other_starts) {
    if (ack == acked.base || unwrap(static_cast<std::uint32_t>(ack), base) != base) continue;
    shared_.totals.refused += acked.held.drop_all();
    begin_stream(acked, base, Start::known);
    break;
  }
  acked.other_starts.clear();
  if (acked.hold == Hold::syn_data && ack <= acked.base && !acked.held.empty()) {
    const std::uint64_t dropped = acked.held.drop_syn_octets();
    shared_.totals.refused += dropped;
    if (acked.held.empty()) acked.highest = acked.base;
    findings_.note(Code::tcp_syn_data, direction, acked.base, dropped, last_.frame, 0, "not accepted by the answer");
  }
  acked.hold = Hold::none;
  drain();
}

// ---------------------------------------------------------------------------------------------- acknowledgments

/// Scaling is agreed upon by both SYNs or not at all (RFC 7323 2.2).
std::uint64_t Connection::window_of(const TcpSegment& segment, const TcpSide& mine, const TcpSide& acked) noexcept {
  const bool scaled = !segment.has(tcp_syn) && mine.scale && acked.scale;
  return std::uint64_t{segment.window} << (scaled ? *mine.scale : 0);
}

void Connection::open_window(const TcpSegment& segment, const TcpSide& mine, TcpSide& acked, Position ack) noexcept {
  const bool scale_known = segment.has(tcp_syn) || (mine.syn_seen && (!mine.scale || acked.syn_seen));
  if (!scale_known) return;
  const Position edge = ack + window_of(segment, mine, acked);
  acked.edge = acked.edge_known ? std::max(acked.edge, edge) : edge;
  acked.edge_known = true;
}

/// What the segment acknowledges, in the other side's stream, as far as it is believed.
Position Connection::on_acknowledgment(const TcpSegment& segment, unsigned from) {
  const unsigned direction = 1 - from;
  TcpSide& mine = sides_[from];
  TcpSide& acked = sides_[direction];
  const bool syn = segment.has(tcp_syn);
  if (acked.start == Start::unseen) {
    begin_stream(acked, first_position + segment.acknowledgment, syn ? Start::known : Start::acknowledged);
  }
  Position ack = unwrap(segment.acknowledgment, acked.highest);
  if (acked.hold != Hold::none || !acked.other_starts.empty()) {
    answer_start(acked, ack, direction);
    ack = unwrap(segment.acknowledgment, acked.highest);
  }
  if (ack < acked.base) return 0;

  const Position sender = unwrap(segment.sequence, mine.highest);
  if (ack == acked.lost_fin && ack == acked.highest + 1) ack = acked.highest;
  if (!believable(acked, ack, sender, window_of(segment, mine, acked), from)) return 0;

  if (reset_by_ == from && ack > reset_acked_ && ack <= acked.highest) {
    contradict_reset(direction, reset_acked_, ack - reset_acked_);
  }
  advance_acked(acked, ack, sender);
  open_window(segment, mine, acked, ack);
  return std::min(ack, acked.acked);
}

/// An acknowledgment of more than a window beyond what was seen proves a large loss of the capture if the next one says
/// so too, or nothing but malice or a fault.
bool Connection::believable(TcpSide& acked, Position ack, Position sender, std::uint64_t window, unsigned from) {
  const Position plausible = std::max(acked.highest + 1, acked.acked) + std::max(window, plain_window);
  if (ack <= plausible) {
    if (acked.wild_ack != 0 && ack < acked.wild_ack && sender >= acked.wild_ack_from) {
      findings_.note(Code::tcp_ack_unseen, from, acked.wild_ack_from, 0, acked.wild_ack_frame);
      acked.wild_ack = 0;
    }
    return true;
  }
  const bool confirmed = (acked.wild_ack != 0 && ack >= acked.wild_ack) ||
                         std::ranges::any_of(acked.parked, [&](const ParkedSegment& parked) {
                           return ack > parked.begin && ack <= parked.begin + parked.octets.size() + parked.cut;
                         });
  if (confirmed) {
    acked.wild_ack = 0;
    return true;
  }
  acked.wild_ack = ack;
  acked.wild_ack_from = sender;
  acked.wild_ack_frame = last_.frame;
  return false;
}

void Connection::advance_acked(TcpSide& acked, Position ack, Position sender) {
  if (ack < acked.acked) {
    // A later segment that acknowledges less takes back what only the earlier one claimed.
    if (acked.acked > acked.highest + 1 && sender >= acked.acked_from) {
      acked.acked = std::max(ack, acked.delivered);
      while (!acked.proofs.empty() && acked.proofs.back().upto > acked.acked) acked.proofs.pop_back();
    }
    return;
  }
  acked.acked = ack;
  acked.acked_from = sender;
  if (ack <= acked.delivered) return;
  if (!acked.proofs.empty()) {
    AckProof& latest = acked.proofs.back();
    if (ack <= latest.upto) return;
    const bool recent = frames_ - latest.arrival < shared_.grace.late_frames / proofs_a_grace &&
                        !passed(latest.stamp.time, now_, shared_.grace.late_time / proofs_a_grace);
    if (recent) {
      latest.upto = ack;
      return;
    }
  }
  acked.proofs.push_back({ack, frames_, last_});
}

// ---------------------------------------------------------------------------------------------- resets

bool Connection::reset_in_window(const TcpSegment& segment, unsigned from) const {
  const TcpSide& mine = sides_[from];
  const TcpSide& theirs = sides_[1 - from];
  const bool acks_theirs = segment.has(tcp_ack) && theirs.start != Start::unseen;
  if (acks_theirs && !mine.present) {
    // Refuses a SYN: its own sequence number is 0 then (RFC 9293 3.5.2).
    const Position ack = unwrap(segment.acknowledgment, theirs.highest);
    if (ack + 1 >= theirs.base && ack <= theirs.highest + 1) return true;
  }
  if (mine.start == Start::unseen) return !acks_theirs;
  const Position at = unwrap(segment.sequence, mine.highest);
  const Position low = std::max(mine.base, std::min(mine.delivered, mine.acked)) - 1;
  const Position high = (mine.edge_known ? std::max(mine.edge, mine.highest) : mine.highest + plain_window) + 1;
  return at >= low && at <= high;
}

void Connection::on_reset(const TcpSegment& segment, unsigned from) {
  if (closing_) return;
  TcpSide& mine = sides_[from];
  const Position at = mine.start == Start::unseen ? 0 : unwrap(segment.sequence, mine.highest);
  if (!reset_in_window(segment, from)) {
    findings_.note(Code::tcp_rst_out_of_window, from, at, 0, segment.stamp.frame);
    return;
  }
  mine.present = true;
  reset_by_ = from;
  reset_at_ = std::max(at, mine.highest);
  reset_acked_ = sides_[1 - from].acked;
  reset_stamp_ = segment.stamp;
}

/// The connection goes on as if there had been no RST, so there was none for its ends.
void Connection::contradict_reset(unsigned direction, Position at, std::uint64_t length) {
  findings_.note(Code::tcp_data_after_rst, direction, at, length, last_.frame);
  reset_by_ = nobody;
}

// ---------------------------------------------------------------------------------------------- octets

void Connection::on_fin(unsigned from, Position at, const PieceOrigin& origin) {
  TcpSide& mine = sides_[from];
  if (mine.fin_seen || at < mine.base || at > receivable(mine)) return;
  if (at < mine.highest) {
    findings_.note(Code::tcp_data_after_fin, from, at, mine.highest - at, origin.stamp.frame);
    return;
  }
  mine.fin_seen = true;
  mine.fin = at;
  mine.fin_origin = origin;
}

// ---------------------------------------------------------------------------------------------- second copies

}  // namespace mailparse::tcp
