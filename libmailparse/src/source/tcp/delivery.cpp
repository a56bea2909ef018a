// What the listener of a connection hears, and when: order between the sides, gaps, ends, findings.

#include <algorithm>
#include <utility>

#include "source/tcp/capture_clock.hpp"
#include "source/tcp/connection.hpp"

namespace mailparse::tcp {

/// After each segment: delivers what has become deliverable and gives up what has been waited for long enough.
void Connection::settle() {
  for (unsigned direction = 0; direction < 2; ++direction) {
    if (!sides_[direction].parked.empty()) readmit_parked(direction);
  }
  release_holds();
  drain();
  give_up_late();
  for (unsigned direction = 0; direction < 2; ++direction) relieve(direction);
  update_state();
}

void Connection::update_state() noexcept {
  const auto over = [](const TcpSide& side) { return side.fin_seen && (side.ended || side.acked > side.fin); };
  closing_ = reset_by_ != nobody || (over(sides_[0]) && over(sides_[1]));
  const auto flows = [](const TcpSide& side) {
    return side.start != Start::unseen && side.hold == Hold::none && !side.fin_seen && side.wild_ack == 0 &&
           side.delivered == side.highest && side.held.empty() && side.parked.empty() && side.proofs.empty() &&
           side.other_starts.empty();
  };
  flowing_ = listener_ && reset_by_ == nobody && !successor_ && flows(sides_[0]) && flows(sides_[1]);
}

bool Connection::waited_enough(std::uint64_t arrival, const std::optional<Timestamp>& time) const noexcept {
  return frames_ - arrival >= shared_.grace.late_frames || passed(time, now_, shared_.grace.late_time);
}

void Connection::release_holds() {
  for (TcpSide& side : sides_) {
    if (side.hold != Hold::none && waited_enough(side.hold_arrival, side.hold_time)) side.hold = Hold::none;
  }
}

// ---------------------------------------------------------------------------------------------- order

/// Whether everything of `side` before `needs` was delivered. Only what is believed to have been acknowledged counts,
/// and a side that does not appear is not waited for.
bool Connection::reached(Position needs, const TcpSide& side) const noexcept {
  if (side.absent || side.start == Start::unseen) return true;
  Position wanted = std::min(needs, side.acked);
  if (side.fin_seen) wanted = std::min(wanted, side.fin);
  return wanted <= side.delivered;
}

Connection::Head Connection::head(unsigned direction) const {
  const TcpSide& side = sides_[direction];
  Head head;
  if (side.start == Start::unseen || side.hold != Hold::none) return head;
  if (!side.held.empty() && side.held.first_begin() == side.delivered) {
    const PieceOrigin& origin = side.held.first().origin;
    head = {Head::Kind::octets, false, origin.arrival, origin.needs};
  } else if (side.fin_seen && !side.ended && side.fin == side.delivered) {
    head = {Head::Kind::fin, false, side.fin_origin.arrival, side.fin_origin.needs};
  } else {
    return head;
  }
  head.ready = reached(head.needs, sides_[1 - direction]);
  return head;
}

void Connection::drain() {
  const auto waits = [](const TcpSide& side) { return !side.held.empty() || (side.fin_seen && !side.ended); };
  while (waits(sides_[0]) || waits(sides_[1])) {
    const Head heads[2] = {head(0), head(1)};
    const bool both = heads[0].kind != Head::Kind::none && heads[1].kind != Head::Kind::none;
    // Two heads that need each other are no order that TCP can make: then that of the packets counts.
    const bool circle = both && !heads[0].ready && !heads[1].ready;
    const bool choose = circle || (heads[0].ready && heads[1].ready);
    if (choose)
      deliver_head(heads[0].arrival < heads[1].arrival ? 0 : 1);
    else if (heads[0].ready)
      deliver_head(0);
    else if (heads[1].ready)
      deliver_head(1);
    else
      return;
  }
}

void Connection::deliver_head(unsigned direction) {
  TcpSide& side = sides_[direction];
  if (side.held.empty() || side.held.first_begin() != side.delivered) {
    end_side(direction, StreamEnd::closed, side.fin_origin.stamp);
    return;
  }
  const Piece piece = side.held.take_first();
  if (piece.octets.empty())
    declare_gap(direction, piece.end, piece.origin.stamp);
  else
    deliver(direction, piece.octets, piece.origin);
}

// ---------------------------------------------------------------------------------------------- waiting

/// Octets that the other side had received a grace ago and that have not turned up: gaps.
void Connection::give_up_late() {
  for (unsigned direction = 0; direction < 2; ++direction) {
    TcpSide& side = sides_[direction];
    while (!side.proofs.empty() && side.hold == Hold::none) {
      const AckProof proof = side.proofs.front();
      Position end = side.fin_seen ? std::min(proof.upto, side.fin) : proof.upto;
      if (end <= side.delivered) {
        side.proofs.pop_front();
        continue;
      }
      if (!waited_enough(proof.arrival, proof.stamp.time)) break;
      if (!side.held.empty()) end = std::min(end, side.held.first_begin());
      if (end == side.delivered) break;  // it is here, and waits for the other side
      if (!side.present) {
        side.absent = true;
        side.proofs.release();
      } else if (end == side.delivered + 1 && side.held.empty() && !side.fin_seen) {
        // One octet more than was seen, and nothing behind it: a FIN is lost far more often than a lone octet.
        side.lost_fin = end;
        side.acked = side.delivered;
        side.proofs.release();
      } else {
        declare_gap(direction, end, proof.stamp);
      }
      drain();
    }
  }
}

void Connection::relieve(unsigned direction) {
  TcpSide& side = sides_[direction];
  while (side.held.cost() > shared_.limits.reorder_octets && push_forward(direction)) drain();
}

/// Takes away what the first waiting octets of a side wait for. False when none wait.
bool Connection::push_forward(unsigned direction) {
  TcpSide& side = sides_[direction];
  TcpSide& peer = sides_[1 - direction];
  if (side.held.empty()) return false;
  if (side.hold != Hold::none) {
    side.hold = Hold::none;
  } else if (side.held.first_begin() > side.delivered) {
    declare_gap(direction, side.held.first_begin(), side.held.first().origin.stamp);
  } else if (peer.hold != Hold::none) {
    peer.hold = Hold::none;
  } else if (!peer.present) {
    peer.absent = true;
  } else {
    Position end = std::min(side.held.first().origin.needs, peer.acked);
    if (peer.fin_seen) end = std::min(end, peer.fin);
    if (!peer.held.empty()) end = std::min(end, peer.held.first_begin());
    if (end <= peer.delivered) return false;
    if (end == peer.delivered + 1 && peer.held.empty() && !peer.fin_seen) {
      peer.lost_fin = end;
      peer.acked = peer.delivered;
    } else {
      declare_gap(1 - direction, end, side.held.first().origin.stamp);
    }
  }
  return true;
}

void Connection::flush_held() {
  for (TcpSide& side : sides_) side.hold = Hold::none;
  drain();
  while (holds_octets()) {
    const auto arrival = [](const TcpSide& side) {
      return side.held.empty() ? ~std::uint64_t{0} : side.held.first().origin.arrival;
    };
    if (!push_forward(arrival(sides_[0]) < arrival(sides_[1]) ? 0 : 1)) return;
    drain();
  }
}

// ---------------------------------------------------------------------------------------------- telling

void Connection::open(unsigned speaker) {
  if (listener_) return;
  running_ = true;
  client_ = opener_ != nobody ? opener_ : speaker;
  const auto endpoint = [&](unsigned direction) {
    return Endpoint{key_.address(direction).text(), key_.port(direction)};
  };
  ConversationStart start;
  start.id = shared_.next_id++;
  start.format = shared_.origins[origin_].format;
  start.linktype = shared_.origins[origin_].linktype;
  start.client = endpoint(client_);
  start.server = endpoint(1 - client_);
  start.begun = sides_[0].syn_seen || sides_[1].syn_seen;
  start.sides_known = opener_ != nobody;
  start.first = first_;
  if (!start.begun) findings_.note(Code::tcp_midstream, client_, 0, 0, first_.frame);
  ++shared_.totals.conversations;
  listener_ = shared_.factory.open(start);
  for (unsigned direction = 0; direction < 2; ++direction) {
    const TcpSide& side = sides_[direction];
    if (side.ended) listener_->on_end(side_of(direction), StreamEnd::closed, side.fin_origin.stamp);
  }
}

void Connection::deliver(unsigned direction, std::string_view octets, const PieceOrigin& origin) {
  open(direction);
  TcpSide& side = sides_[direction];
  listener_->on_chunk({side_of(direction), offset(direction, side.delivered), octets, origin.stamp});
  side.recent.append(side.delivered, octets, origin.stamp.frame, origin.ttl);
  side.delivered += octets.size();
  side.delivered_octets += octets.size();
  shared_.totals.delivered += octets.size();
}

void Connection::declare_gap(unsigned direction, Position end, const Stamp& why) {
  open(direction);
  TcpSide& side = sides_[direction];
  const std::uint64_t length = end - side.delivered;
  const std::uint64_t at = offset(direction, side.delivered);
  Diagnostic gap = make_diagnostic(Code::tcp_gap, at, length);
  gap.side = side_of(direction);
  gap.frame = why.frame;
  listener_->report(std::move(gap));
  listener_->on_gap({side_of(direction), at, length, why});
  side.recent.append_missing(side.delivered, end, why.frame);
  side.delivered = end;
  side.highest = std::max(side.highest, end);
  missing_ += length;
  shared_.totals.missing += length;
}

void Connection::end_side(unsigned direction, StreamEnd how, const Stamp& stamp) {
  sides_[direction].ended = true;
  if (listener_) listener_->on_end(side_of(direction), how, stamp);
}

/// A finding with a place of its own, told at once if the listener is there and when it comes otherwise.
void Connection::report_at(const FlowFindings::Item& item) {
  if (!listener_) {
    findings_.keep(item);
    return;
  }
  listener_->report(FlowFindings::diagnostic(item, {sides_[0].base, sides_[1].base}, client_));
}

// ---------------------------------------------------------------------------------------------- end

/// What is known to have been sent behind everything seen.
void Connection::declare_tail(unsigned direction) {
  const TcpSide& side = sides_[direction];
  if (!side.present || side.start == Start::unseen) return;
  Position end = side.acked == side.delivered + 1 ? side.delivered : side.acked;
  if (side.fin_seen) end = side.fin;
  if (end > side.delivered) declare_gap(direction, end, side.fin_seen ? side.fin_origin.stamp : last_);
}

void Connection::finish(bool evicted) {
  flush_held();
  for (unsigned direction = 0; direction < 2; ++direction) {
    declare_tail(direction);
    for (const ParkedSegment& parked : sides_[direction].parked) {
      reject(direction, parked.begin, parked.octets.size() + parked.cut, parked.octets.size(),
             parked.origin.stamp.frame);
    }
  }
  for (TcpSide& side : sides_) side.absent = side.absent || !side.present;
  drain();
  if (!listener_) {
    report_unopened();
    const bool answered = sides_[0].present && sides_[1].present && running_;
    ++(answered ? shared_.totals.without_octets : shared_.totals.half_open);
    return;
  }
  for (const unsigned direction : {client_, 1 - client_}) {
    if (sides_[direction].ended) continue;
    const bool reset = reset_by_ != nobody;
    end_side(direction, reset ? StreamEnd::reset : StreamEnd::cut, reset ? reset_stamp_ : last_);
  }
  report_findings();
  if (evicted) ++shared_.totals.evicted;
  ConversationEnd end;
  end.last = last_;
  end.frames = frames_;
  end.client_octets = sides_[client_].delivered_octets;
  end.server_octets = sides_[1 - client_].delivered_octets;
  end.missing_octets = missing_;
  end.evicted = evicted;
  listener_->finish(end);
  listener_.reset();
}

/// A stream without octets has no offsets: the frame is the place.
void Connection::report_unopened() {
  for (const FlowFindings::Item& item : findings_.items()) {
    shared_.unopened.add(item.code, {.frame = item.frame}, first_.file, std::max<std::uint64_t>(1, item.count));
  }
}

void Connection::report_findings() {
  for (unsigned direction = 0; direction < 2; ++direction) {
    const TcpSide& side = sides_[direction];
    if (sides_[1 - direction].present) continue;
    findings_.note(Code::tcp_one_sided, direction, side.base, side.delivered - side.base, first_.frame);
  }
  const std::array<Position, 2> starts{sides_[0].base, sides_[1].base};
  for (const FlowFindings::Item& item : findings_.items())
    listener_->report(FlowFindings::diagnostic(item, starts, client_));
}

}  // namespace mailparse::tcp
