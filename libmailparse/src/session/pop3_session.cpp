#include <utility>

#include <mailparse/session/pop3_session.hpp>

#include "session/pop3_machine.hpp"

namespace mailparse {

Pop3Session::Pop3Session(DialogueSink& sink, const Pop3SessionOptions& options)
    : machine_(std::make_unique<Machine>(sink, options)) {}
Pop3Session::~Pop3Session() = default;

void Pop3Session::on_chunk(const Chunk& chunk) {
  machine_->on_chunk(chunk);
}
void Pop3Session::on_gap(const Gap& gap) {
  machine_->on_gap(gap);
}
void Pop3Session::on_elided(const Elided& elided) {
  machine_->on_elided(elided);
}
void Pop3Session::on_end(Side side, StreamEnd end, const Stamp& stamp) {
  machine_->on_end(side, end, stamp);
}
void Pop3Session::report(Diagnostic diagnostic) {
  machine_->sink().report(std::move(diagnostic));
}

std::optional<TextLine> Pop3Session::Machine::next_line(LineReader& reader, Chunk& chunk, Extent& extent) {
  bool& open = &reader == &client_ ? client_open_ : server_open_;
  if (!open) {
    reader.restart(chunk.offset);
    extent = {.offset = chunk.offset, .length = 0, .first = chunk.stamp, .last = chunk.stamp};
    open = true;
  }
  const std::size_t before = chunk.octets.size();
  auto line = reader.next(chunk.octets);
  chunk.offset += before - chunk.octets.size();
  // The reader may hold a CR behind what it gives.
  const std::uint64_t end = line ? line->offset + line->text.size() + line_end_octets(line->end) : chunk.offset;
  extent.length = end - extent.offset;
  extent.last = chunk.stamp;
  // Pieces of a line beyond the limit: the first is the line, the others are its rest.
  if (line && line->end != LineEnd::none) open = false;
  return line;
}

void Pop3Session::Machine::on_gap(const Gap& gap) {
  gate_.interrupt();
  if (gate_.opaque()) return;
  if (gap.side == Side::server && reading_ == Reading::message) {
    payload_.skip(gap.length);
    gap_in_message_ = true;
    sink_.on_message_gap(gap.length, gap.stamp);
    return;
  }
  // How many commands or replies were lost is not to be known: what waits stays without a reply.
  pending_.clear();
  if (gap.side == Side::server) {
    sasl_.reset();
    interrupted(gap.stamp, true);
    greeted_ = true;
    return;
  }
  if (client_open_) {
    if (const auto rest = client_.finish()) {
      if (!sasl_response(rest->text, client_extent_)) command(rest->text, client_extent_);
      rest_of_secret_ = told_secret_;
    }
    client_open_ = false;
    pending_.clear();
  }
  sasl_.reset();
}

void Pop3Session::Machine::on_elided(const Elided& elided) {
  if (elided.what != Elision::body) return;
  // The lines of a list are left out of some logs, its dot with them.
  if (reading_ == Reading::lines) end_list_early(false);
  if (reading_ != Reading::message) return;
  payload_.cut();
  end_message(MessageEnd::elided, elided.offset, elided.stamp);
}

void Pop3Session::Machine::interrupted(const Stamp& stamp, bool told) {
  if (server_open_) {
    server_open_ = false;
    // May be the first line of a message. A dot whose line end did not come ends nothing on the wire.
    const auto rest = server_.finish();
    const bool half_end = rest && reading_ == Reading::lines && rest->text == "." && options_.wire_exact;
    if (rest && !half_end) server_line(*rest, server_extent_);
  }
  if (reading_ == Reading::message) {
    if (!probe_.empty()) payload_.feed(std::exchange(probe_, {}));
    const std::uint64_t offset = payload_.offset();
    payload_.cut();
    if (told) diagnose(Code::pop3_multiline_truncated, Side::server, message_offset_, offset - message_offset_);
    return end_message(MessageEnd::cut, offset, stamp);
  }
  if (reading_ == Reading::lines) end_list_early(told);
  reading_ = Reading::status;
}

void Pop3Session::Machine::on_end(Side side, StreamEnd end, const Stamp& stamp) {
  closed_[static_cast<std::size_t>(side)] = true;
  const bool over = closed_[0] && closed_[1];
  if (over || side == Side::server) gate_.interrupt();
  if (!gate_.opaque()) {
    if (side == Side::server) interrupted(stamp, end != StreamEnd::cut);
    // The last line of a client that is gone may have waited for the reply to STLS.
    if (closed_[static_cast<std::size_t>(Side::client)] && client_open_) {
      client_open_ = false;
      if (const auto rest = client_.finish()) command(rest->text, client_extent_);
    }
  }
  if (over) {
    for (const Pending& pending : pending_) finish_auth(pending, AuthEvent::Outcome::unknown);
    if (unpaired_ > 0) diagnose(Code::pop3_pending_limit, Side::client, unpaired_offset_, 0, unpaired_);
  }
  sink_.on_close(side, end, stamp);
}

void Pop3Session::Machine::diagnose(Code code, Side side, std::uint64_t offset, std::uint64_t length,
                                    std::uint64_t count) {
  Diagnostic diagnostic = make_diagnostic(code, offset, length);
  diagnostic.side = side;
  diagnostic.count = count;
  sink_.report(std::move(diagnostic));
}

}  // namespace mailparse
