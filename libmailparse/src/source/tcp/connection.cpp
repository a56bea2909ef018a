// What a segment means to its connection: handshake, acknowledgments, resets, and where its octets belong.

#include "source/tcp/connection.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <mailparse/base/digest.hpp>

#include "source/tcp/capture_clock.hpp"

namespace mailparse::tcp {

namespace {

/// How far below its first segment a stream begun in the middle may still start, while nothing of it was delivered.
constexpr std::uint64_t unsure_reach = 64 * 1024;
/// A window without scaling; where the real one is not known, what no receiver offers less than for long.
constexpr std::uint64_t plain_window = 65'535;
/// A SYN with another sequence number later than this is another attempt (RFC 9293 MSL is 2 minutes, real ones 30 s).
constexpr std::chrono::nanoseconds syn_lifetime = std::chrono::seconds(30);
/// SYNs with different sequence numbers of which the answer may choose one.
constexpr std::size_t starts_limit = 8;
/// Segments beyond the window that are kept until something shows that they were taken.
constexpr std::size_t parked_limit = 64;
constexpr std::uint64_t parked_octets_limit = 64 * 1024;
/// Conflicts told one by one; later ones are counted.
constexpr std::uint64_t conflicts_told = 1'000;
/// The same before there is anybody to tell.
constexpr std::uint64_t conflicts_kept = 16;
/// Acknowledgments this much of a grace apart or less are one proof.
constexpr int proofs_a_grace = 16;

std::string copy_text(std::uint64_t frame, std::uint8_t ttl, std::string_view octets) {
  return "frame " + std::to_string(frame) + " TTL " + std::to_string(ttl) + " SHA-256 " +
         digest_hex(DigestKind::sha256, octets);
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

std::uint64_t Connection::Run::drop_before(Position at) noexcept {
  if (at <= begin) return 0;
  const std::uint64_t dropped = std::min<std::uint64_t>(octets.size(), at - begin);
  cut -= std::min(cut, at - begin - dropped);
  octets.remove_prefix(dropped);
  begin = at;
  return dropped;
}

std::uint64_t Connection::Run::drop_behind(Position at) noexcept {
  if (at >= end()) return 0;
  const std::uint64_t kept = at > begin ? at - begin : 0;
  const std::uint64_t kept_octets = std::min<std::uint64_t>(octets.size(), kept);
  const std::uint64_t dropped = octets.size() - kept_octets;
  octets = octets.substr(0, kept_octets);
  cut = kept - kept_octets;
  return dropped;
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
  return Role::ignored;
}

std::optional<KeptSegment> Connection::take_successor_syn() {
  return std::exchange(successor_, std::nullopt);
}

/// Whether a late SYN may still say where the stream starts.
bool Connection::fits_start(const TcpSide& side, Position base) const noexcept {
  if (side.start == Start::unseen) return true;
  if (side.start == Start::known || side.ended || side.delivered != side.base) return false;
  return base <= side.base && side.base - base <= unsure_reach;
}

// ---------------------------------------------------------------------------------------------- a segment

void Connection::on_segment(const TcpSegment& segment, unsigned from) {
  TcpSide& mine = sides_[from];
  ++frames_;
  last_ = segment.stamp;
  if (segment.stamp.time) now_ = segment.stamp.time;
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

void Connection::note_header(const TcpSegment& segment, unsigned from) {
  const std::uint64_t frame = segment.stamp.frame;
  const TcpSide& mine = sides_[from];
  const Position at = mine.start == Start::unseen ? 0 : unwrap(segment.sequence, mine.highest);
  if (segment.bad_header_length) findings_.note(Code::tcp_header_length, from, at, 0, frame);
  if (segment.checksum == TcpChecksum::bad) {
    findings_.note(Code::tcp_bad_checksum, from, at, segment.payload.size(), frame);
  }
  // The time stamps of RFC 7323 A, which most segments carry as their only option, need no look.
  constexpr std::string_view only_timestamps("\x01\x01\x08\x0a", 4);
  if (segment.options.empty() || (segment.options.size() == 12 && segment.options.starts_with(only_timestamps))) return;
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
    if (mine.hold == Hold::none && mine.delivered == base && !segment.has(tcp_ack)) hold_back(mine, Hold::syn_data);
  }
  return true;
}

/// The other side's first acknowledgment tells which SYN it took and whether with its data.
void Connection::answer_start(TcpSide& acked, Position ack, unsigned direction) {
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

  const bool scaled = !syn && mine.scale && acked.scale;
  const std::uint64_t window = std::uint64_t{segment.window} << (scaled ? *mine.scale : 0);
  const Position sender = unwrap(segment.sequence, mine.highest);
  if (ack == acked.lost_fin && ack == acked.highest + 1) ack = acked.highest;
  if (!believable(acked, ack, sender, window, from)) return 0;

  if (reset_by_ == from && ack > reset_acked_ && ack <= acked.highest) {
    contradict_reset(direction, reset_acked_, ack - reset_acked_);
  }
  advance_acked(acked, ack, sender);
  // Scaling is agreed upon by both SYNs or not at all (RFC 7323 2.2).
  if (syn || (mine.syn_seen && (!mine.scale || acked.syn_seen))) {
    acked.edge = acked.edge_known ? std::max(acked.edge, ack + window) : ack + window;
    acked.edge_known = true;
  }
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

void Connection::on_payload(const TcpSegment& segment, unsigned from, Run run, const PieceOrigin& origin) {
  TcpSide& mine = sides_[from];
  const std::uint64_t length = run.end() - run.begin;
  // RFC 9293 3.8.4: a keep-alive probe may carry one octet of garbage in the place of the last one acknowledged.
  if (length == 1 && run.end() == mine.highest && mine.acked >= mine.highest && !origin.in_syn) {
    shared_.totals.keep_alive += run.octets.size();
    return;
  }
  if (segment.has(tcp_urg)) note_urgent(segment, from, run.begin);
  const bool untouched = mine.held.empty() && mine.delivered == mine.base && mine.highest == mine.base;
  if (mine.start == Start::acknowledged && untouched && run.begin > receivable(mine)) {
    // The one acknowledgment that placed the stream had nothing to do with what the side sends.
    begin_stream(mine, run.begin, Start::guessed);
    hold_back(mine, Hold::unsure);
  }
  if (!trim_before_start(mine, from, run, origin)) return;
  if (!trim_after_fin(mine, from, run, origin)) return;
  if (reset_by_ == from && run.end() > reset_at_) {
    const Position at = std::max(run.begin, reset_at_);
    contradict_reset(from, at, run.end() - at);
  }
  if (run.begin > receivable(mine)) {
    park(from, run, origin);
    return;
  }
  accept(from, run, origin);
}

void Connection::note_urgent(const TcpSegment& segment, unsigned from, Position begin) {
  // RFC 6093 3: the pointer is to the octet behind the urgent one, as everybody does it.
  if (segment.urgent == 0 || segment.urgent > segment.payload.size()) return;
  constexpr std::string_view hex = "0123456789abcdef";
  const auto octet = static_cast<unsigned char>(segment.payload[segment.urgent - 1U]);
  std::string detail = "the stream keeps the urgent octet 0x";
  detail += {hex[octet >> 4], hex[octet & 15]};
  detail += "; without it the stream is one octet shorter here";
  findings_.note(Code::tcp_urgent, from, begin + segment.urgent - 1U, 1, segment.stamp.frame, 0, std::move(detail));
}

/// False when nothing is left.
bool Connection::trim_before_start(TcpSide& side, unsigned from, Run& run, const PieceOrigin& origin) {
  if (run.begin >= side.base) return true;
  if (side.hold == Hold::unsure && side.base - run.begin <= unsure_reach) {
    side.base = side.delivered = run.begin;
    return true;
  }
  const std::uint64_t before = std::min(run.end(), side.base) - run.begin;
  if (side.start == Start::known && before > 1) {
    findings_.note(Code::tcp_before_isn, from, side.base, before, origin.stamp.frame);
  }
  shared_.totals.before_start += run.drop_before(std::min(run.end(), side.base));
  return !run.empty();
}

/// False when nothing is left.
bool Connection::trim_after_fin(TcpSide& side, unsigned from, Run& run, const PieceOrigin& origin) {
  if (!side.fin_seen || run.end() <= side.fin) return true;
  const Position at = std::max(run.begin, side.fin);
  findings_.note(Code::tcp_data_after_fin, from, at, run.end() - at, origin.stamp.frame);
  if (!side.ended && run.begin < side.fin) {
    // A FIN in the midst of octets that its own side sends, before the stream came there, ends nothing.
    side.fin_seen = false;
    return true;
  }
  shared_.totals.after_fin += run.drop_behind(side.fin);
  return !run.empty();
}

/// How far the other side could take octets now.
Position Connection::receivable(const TcpSide& side) const noexcept {
  return side.edge_known ? std::max(side.edge, side.highest) : side.highest + shared_.limits.reorder_octets;
}

/// Beyond the window: a large loss of the capture if the other side acknowledges it or the octets between turn up.
void Connection::park(unsigned from, const Run& run, const PieceOrigin& origin) {
  TcpSide& mine = sides_[from];
  const bool full = mine.parked.size() == parked_limit || mine.parked_octets + run.octets.size() > parked_octets_limit;
  if (full && !sides_[1 - from].present && !mine.parked.empty()) {
    // Nobody is there who could confirm, and the side goes on all the same: the capture has lost what was between.
    mine.highest = std::max(mine.highest, mine.parked.front().begin);
    readmit_parked(from);
    if (run.begin <= receivable(mine))
      accept(from, run, origin);
    else
      reject(from, run.begin, run.end() - run.begin, run.octets.size(), origin.stamp.frame);
    return;
  }
  if (full) {
    reject(from, run.begin, run.end() - run.begin, run.octets.size(), origin.stamp.frame);
    return;
  }
  mine.parked.push_back({run.begin, std::string(run.octets), run.cut, origin});
  mine.parked_octets += run.octets.size();
}

void Connection::readmit_parked(unsigned direction) {
  TcpSide& side = sides_[direction];
  for (std::size_t i = 0; i < side.parked.size();) {
    if (side.parked[i].begin > receivable(side)) {
      ++i;
      continue;
    }
    const ParkedSegment parked = std::move(side.parked[i]);
    side.parked.erase(side.parked.begin() + static_cast<std::ptrdiff_t>(i));
    side.parked_octets -= parked.octets.size();
    accept(direction, {parked.begin, parked.octets, parked.cut}, parked.origin);
    i = 0;  // what was beyond the window may follow now
  }
}

void Connection::reject(unsigned from, Position begin, std::uint64_t length, std::uint64_t octets,
                        std::uint64_t frame) {
  shared_.totals.out_of_window += octets;
  findings_.note(Code::tcp_out_of_window, from, begin, length, frame, octets);
}

void Connection::accept(unsigned from, Run run, const PieceOrigin& origin) {
  TcpSide& mine = sides_[from];
  mine.highest = std::max(mine.highest, run.end());
  copy_ = {from, origin, 0, 0, 0};
  if (run.begin < mine.delivered) {
    const std::uint64_t known = std::min<std::uint64_t>(run.octets.size(), mine.delivered - run.begin);
    mine.recent.compare(run.begin, run.octets.substr(0, known), *this);
    run.drop_before(std::min(run.end(), mine.delivered));
  }
  if (!run.empty()) {
    const bool in_order = run.begin == mine.delivered && mine.hold == Hold::none && mine.held.empty() &&
                          reached(origin.needs, sides_[1 - from]);
    if (in_order) {
      // The road of nearly all octets: delivered where they lie.
      const Position end = run.end();
      if (!run.octets.empty()) deliver(from, run.octets, origin);
      if (run.cut != 0) declare_gap(from, end, origin.stamp);
    } else {
      if (!run.octets.empty()) mine.held.insert(run.begin, run.octets, origin, *this);
      if (run.cut != 0) mine.held.insert_cut(run.begin + run.octets.size(), run.end(), origin);
    }
  }
  if (copy_.repeated != 0) {
    std::string detail = copy_.forgotten == 0 ? "" : "delivered too long ago to be compared";
    findings_.note(Code::tcp_retransmission, from, copy_.first_repeated, copy_.repeated, origin.stamp.frame,
                   copy_.repeated, std::move(detail));
  }
}

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

void Connection::on_second_copy(const FirstCopy& first, std::string_view second) {
  if (first.kind == FirstCopy::Kind::missing) {
    shared_.totals.late += second.size();
    findings_.note(Code::tcp_gap, copy_.direction, first.begin, second.size(), copy_.origin.stamp.frame, second.size(),
                   "came after they had been given up as missing");
    return;
  }
  if (first.kind == FirstCopy::Kind::octets && first.octets != second) {
    report_conflict(first, second);
    return;
  }
  if (copy_.repeated == 0) copy_.first_repeated = first.begin;
  copy_.repeated += second.size();
  if (first.kind == FirstCopy::Kind::forgotten) copy_.forgotten += second.size();
  shared_.totals.repeated += second.size();
}

void Connection::report_conflict(const FirstCopy& first, std::string_view second) {
  const auto [begin, unused] = std::ranges::mismatch(first.octets, second);
  const auto from = static_cast<std::size_t>(begin - first.octets.begin());
  std::size_t to = second.size();
  while (first.octets[to - 1] == second[to - 1]) --to;
  const std::string_view ours = first.octets.substr(from, to - from);
  const std::string_view theirs = second.substr(from, to - from);
  shared_.totals.conflicting += theirs.size();
  shared_.totals.repeated += second.size() - theirs.size();

  const unsigned direction = copy_.direction;
  const std::uint64_t frame = copy_.origin.stamp.frame;
  const Position at = first.begin + from;
  const bool other_ttl = first.ttl != copy_.origin.ttl;
  ++conflicts_;
  if (conflicts_ > (listener_ ? conflicts_told : conflicts_kept)) {
    findings_.note(Code::tcp_overlap_conflict, direction, at, ours.size(), frame, ours.size(), "further conflicts");
    return;
  }
  FlowFindings::Item item{Code::tcp_overlap_conflict, direction, at, ours.size(), frame, 1, 0, {}, true};
  item.detail = "first copy counts: " + copy_text(first.frame, first.ttl, ours) +
                "; second: " + copy_text(frame, copy_.origin.ttl, theirs);
  report_at(item);
  if (other_ttl) {
    item.code = Code::tcp_ttl_change;
    item.detail = "TTL " + std::to_string(first.ttl) + " in frame " + std::to_string(first.frame) + ", " +
                  std::to_string(copy_.origin.ttl) + " in frame " + std::to_string(frame);
    report_at(item);
  }
}

}  // namespace mailparse::tcp
