#include <utility>

#include "trace/session_recording.hpp"

namespace mailparse {

void SessionRecorder::Recording::message_start(const MessageStart& start) {
  if (std::exchange(begun_behind_, replies_) != replies_) retrievals_before_ = record_.retrievals.size();
  in_transit_.emplace(start, listener_.tap_message(record_, start), limits_);
  if (start.origin) {
    if (!partial_fetches_) partial_fetches_.emplace(limits_);
    partial_fetches_->start(start, record_, listener_);
  }
  FinishedMessage& known = in_transit_->known;
  known.moved_by = index_of(start.n);
  known.side = start.side;
  known.verb = text_.keep(start.verb);
  known.mailbox = text_.keep(start.mailbox);
  known.id = text_.keep(start.id);
  const Exchange* const exchange = known.moved_by == none ? nullptr : &record_.exchanges[known.moved_by];
  tell({.kind = TraceEvent::Kind::message_start,
        .side = start.side,
        .place = place_of(start.first, start.offset),
        .exchange = exchange});
}

void SessionRecorder::Recording::message_octets(std::string_view octets) {
  if (!in_transit_) return;
  in_transit_->collector.push(octets);
  if (partial_fetches_) partial_fetches_->push(octets);
}

void SessionRecorder::Recording::message_gap(std::uint64_t length) {
  if (!in_transit_) return;
  in_transit_->collector.gap(length);
  if (partial_fetches_) partial_fetches_->gap();
}

void SessionRecorder::Recording::message_end(MessageEnd end, std::uint64_t offset, const Stamp& stamp) {
  if (!in_transit_) return;
  FinishedMessage known = std::move(in_transit_->known);
  known.facts = in_transit_->collector.finish(end);
  known.tap = in_transit_->collector.take_tap();
  known.replies = replies_;
  in_transit_.reset();
  tell({.kind = TraceEvent::Kind::message_end,
        .side = known.side,
        .place = place_of(stamp, offset),
        .message = &known.facts});
  finished_.push_back(std::move(known));
  if (auto joined = partial_fetches_ ? partial_fetches_->end(end) : std::nullopt) {
    FinishedMessage whole;
    const FinishedMessage& last = finished_.back();
    whole.moved_by = last.moved_by;
    whole.side = last.side;
    whole.verb = last.verb;
    whole.mailbox = last.mailbox;
    whole.id = last.id;
    whole.facts = std::move(joined->facts);
    whole.tap = std::move(joined->tap);
    whole.pieces = joined->pieces;
    whole.replies = last.replies;
    finished_.push_back(std::move(whole));
  }
  place_finished();
}

/// Messages find their transaction in the order in which they were sent, each when the command that moved it is
/// settled.
void SessionRecorder::Recording::place_finished() {
  std::size_t placed = 0;
  while (placed < finished_.size() && (finished_[placed].moved_by == none || finished_[placed].moved_by < settled_)) {
    place(finished_[placed++]);
  }
  finished_.erase(finished_.begin(), finished_.begin() + static_cast<std::ptrdiff_t>(placed));
}

void SessionRecorder::Recording::place(FinishedMessage& finished) {
  const bool beyond_limits = finished.moved_by == none && record_.exchanges_left_out > 0;
  std::uint64_t transaction = 0;
  std::uint64_t retrieval = 0;
  if (beyond_limits) {
    // Counted with the exchange that moved it.
  } else if (is_smtp()) {
    const std::uint64_t n = finished.moved_by == none ? 0 : record_.exchanges[finished.moved_by].n;
    if (TransactionRecord* const owner = transactions_.owner_of_message(n)) {
      owner->message = finished.facts;
      transaction = owner->n;
    }
  } else if (text_.afford(sizeof(RetrievalRecord))) {
    RetrievalRecord& record = record_.retrievals.emplace_back();
    record.command = finished.verb;
    record.mailbox = finished.mailbox;
    record.id = finished.id;
    record.message = finished.facts;
    record.pieces = finished.pieces;
    retrieval = record_.retrievals.size();
  }
  if (finished.tap) finished.tap->finish(record_, finished.facts, transaction, retrieval);
}

void SessionRecorder::Recording::uid(std::string_view uid) {
  if (!text_.afford(uid.size())) return;
  const std::string_view kept = text_.keep(uid);
  for (std::size_t i = retrievals_before_; i < record_.retrievals.size(); ++i) record_.retrievals[i].id = kept;
  for (auto finished = finished_.rbegin(); finished != finished_.rend() && finished->replies == replies_; ++finished) {
    if (finished->side == Side::server) finished->id = kept;
  }
}

}  // namespace mailparse
