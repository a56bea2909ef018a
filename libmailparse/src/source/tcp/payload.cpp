// Where the octets of a segment belong: cut to what the stream can take, compared with what was delivered, parked or
// refused.

#include <algorithm>
#include <utility>

#include <mailparse/base/digest.hpp>

#include "source/tcp/connection.hpp"

namespace mailparse::tcp {

namespace {

/// Segments beyond the window that are kept until something shows that they were taken.
constexpr std::size_t parked_limit = 64;
constexpr std::uint64_t parked_octets_limit = 64 * 1024;
/// Conflicts told one by one; later ones are counted.
constexpr std::uint64_t conflicts_told = 1'000;
/// The same before there is anybody to tell.
constexpr std::uint64_t conflicts_kept = 16;

std::string copy_text(std::uint64_t frame, std::uint8_t ttl, std::string_view octets) {
  return "frame " + std::to_string(frame) + " TTL " + std::to_string(ttl) + " SHA-256 " +
         digest_hex(DigestKind::sha256, octets);
}

}  // namespace

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

void Connection::on_payload(const TcpSegment& segment, unsigned from, Run run, const PieceOrigin& origin) {
  TcpSide& mine = sides_[from];
  const std::uint64_t length = run.end() - run.begin;
  // RFC 9293 3.8.4: a keep-alive probe may carry one octet of garbage in the place of the last one acknowledged.
  if (length == 1 && run.end() == mine.highest && mine.acked >= mine.highest && !origin.in_syn) {
    shared_.totals.keep_alive += run.octets.size();
    return;
  }
  if (segment.has(tcp_urg)) note_urgent(segment, from, run.begin);
  const bool untouched = !mine.ended && mine.held.empty() && mine.delivered == mine.base && mine.highest == mine.base;
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
    Run run{parked.begin, parked.octets, parked.cut};
    // The side may have ended since.
    if (!trim_after_fin(side, direction, run, parked.origin)) continue;
    accept(direction, run, parked.origin);
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
  shared_.copy = {from, origin, 0, 0, 0};
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
  if (shared_.copy.repeated != 0) {
    std::string detail = shared_.copy.forgotten == 0 ? "" : "delivered too long ago to be compared";
    findings_.note(Code::tcp_retransmission, from, shared_.copy.first_repeated, shared_.copy.repeated,
                   origin.stamp.frame, shared_.copy.repeated, std::move(detail));
  }
}

void Connection::on_second_copy(const FirstCopy& first, std::string_view second) {
  if (first.kind == FirstCopy::Kind::missing) {
    shared_.totals.late += second.size();
    findings_.note(Code::tcp_gap, shared_.copy.direction, first.begin, second.size(), shared_.copy.origin.stamp.frame,
                   second.size(), "came after they had been given up as missing");
    return;
  }
  if (first.kind == FirstCopy::Kind::octets && first.octets != second) {
    report_conflict(first, second);
    return;
  }
  if (shared_.copy.repeated == 0) shared_.copy.first_repeated = first.begin;
  shared_.copy.repeated += second.size();
  if (first.kind == FirstCopy::Kind::forgotten) shared_.copy.forgotten += second.size();
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

  const unsigned direction = shared_.copy.direction;
  const std::uint64_t frame = shared_.copy.origin.stamp.frame;
  const Position at = first.begin + from;
  const bool other_ttl = first.ttl != shared_.copy.origin.ttl;
  ++conflicts_;
  if (conflicts_ > (listener_ ? conflicts_told : conflicts_kept)) {
    findings_.note(Code::tcp_overlap_conflict, direction, at, ours.size(), frame, ours.size(), "further conflicts");
    return;
  }
  FlowFindings::Item item{Code::tcp_overlap_conflict, direction, at, ours.size(), frame, 1, 0, {}, true};
  item.detail = "first copy counts: " + copy_text(first.frame, first.ttl, ours) +
                "; second: " + copy_text(frame, shared_.copy.origin.ttl, theirs);
  report_at(item);
  if (other_ttl) {
    item.code = Code::tcp_ttl_change;
    item.detail = "TTL " + std::to_string(first.ttl) + " in frame " + std::to_string(first.frame) + ", " +
                  std::to_string(shared_.copy.origin.ttl) + " in frame " + std::to_string(frame);
    report_at(item);
  }
}

}  // namespace mailparse::tcp
