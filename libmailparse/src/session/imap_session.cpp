#include <array>
#include <utility>

#include <mailparse/session/imap_session.hpp>

#include "session/imap_machine.hpp"

namespace mailparse {

ImapSession::ImapSession(DialogueSink& sink, const ImapSessionOptions& options)
    : machine_(std::make_unique<Machine>(sink, options)) {}
ImapSession::~ImapSession() = default;

void ImapSession::on_chunk(const Chunk& chunk) {
  machine_->on_chunk(chunk);
}
void ImapSession::on_gap(const Gap& gap) {
  machine_->on_gap(gap);
}
void ImapSession::on_elided(const Elided& elided) {
  machine_->on_elided(elided);
}
void ImapSession::on_end(Side side, StreamEnd end, const Stamp& stamp) {
  machine_->on_end(side, end, stamp);
}
void ImapSession::report(Diagnostic diagnostic) {
  machine_->sink().report(std::move(diagnostic));
}

void ImapSession::Machine::on_gap(const Gap& gap) {
  lost_ = true;
  gate_.interrupt();
  if (gate_.opaque()) return;
  if (compressed_) return break_compressed(gap.side, gap.stamp);
  const std::uint64_t told = next_n_;
  units(gap.side).gap(gap);
  if (next_n_ != told) rest_of_secret_ = told_secret_;
}

void ImapSession::Machine::on_elided(const Elided& elided) {
  if (elided.what != Elision::body) return;
  units(elided.side).elide_literal(elided.stamp);
}

void ImapSession::Machine::on_end(Side side, StreamEnd end, const Stamp& stamp) {
  closed_[static_cast<std::size_t>(side)] = true;
  const bool over = closed_[0] && closed_[1];
  // A client may close its side while the reply to STARTTLS is on the way.
  if (over || side == Side::server) gate_.interrupt();
  if (!gate_.opaque()) {
    units(side).finish(stamp);
    // The last line of a client that is gone may have waited for the reply to STARTTLS.
    if (over) units(Side::client).finish(stamp);
  }
  if (over) {
    for (const Pending& pending : pending_) finish_auth(pending, AuthEvent::Outcome::unknown);
    pending_.clear();
    release_continuations(std::nullopt);
  }
  sink_.on_close(side, end, stamp);
}

void ImapSession::Machine::read_client(Chunk& chunk) {
  compressed_ ? read_compressed(chunk) : client_.units.read_unit(chunk);
}

void ImapSession::Machine::read_server(Chunk& chunk) {
  if (compressed_) return read_compressed(chunk);
  // Logs leave literals out without a mark: the parenthesis that closes the response stands in their place.
  if (!options_.wire_exact && server_.units.waiting_for_literal() &&
      (chunk.octets == ")\r\n" || chunk.octets == ")\n")) {
    server_.units.elide_literal(chunk.stamp);
  }
  server_.units.read_unit(chunk);
}

void ImapSession::Machine::begin_compressed() {
  if (!compressed_) compressed_ = std::make_unique<std::array<Compressed, 2>>();
}

void ImapSession::Machine::read_compressed(Chunk& chunk) {
  Compressed& side = (*compressed_)[static_cast<std::size_t>(chunk.side)];
  if (!side.offset) side.offset = chunk.offset;
  while (!side.broken) {
    const std::size_t before = chunk.octets.size();
    const std::string_view expanded = side.inflater.next(chunk.octets);
    chunk.offset += before - chunk.octets.size();
    Chunk inner{.side = chunk.side, .offset = *side.offset, .octets = expanded, .stamp = chunk.stamp};
    *side.offset += expanded.size();
    while (!inner.octets.empty()) units(chunk.side).read_unit(inner);
    if (side.inflater.state() != Inflater::State::going) {
      tell_why_not(side.inflater.state(), chunk);
      break_compressed(chunk.side, chunk.stamp);
    } else if (expanded.empty()) {
      return;
    }
  }
  if (!chunk.octets.empty()) sink_.on_opaque(chunk);
  chunk.octets = {};
}

/// How many octets follow depends on how they are cut, so that only the place is told.
void ImapSession::Machine::tell_why_not(Inflater::State state, const Chunk& rest) {
  if (state == Inflater::State::too_much) diagnose(Code::limit_decompression_ratio, rest.side, rest.offset, 0);
  if (state == Inflater::State::damaged) diagnose(Code::imap_compress_damaged, rest.side, rest.offset, 0);
}

/// What follows on that side cannot be read: each octet depends on those before it.
void ImapSession::Machine::break_compressed(Side side, const Stamp& stamp) {
  Compressed& broken = (*compressed_)[static_cast<std::size_t>(side)];
  if (std::exchange(broken.broken, true)) return;
  lost_ = true;
  units(side).finish(stamp);
}

void ImapSession::Machine::start_message(const Stamp& stamp) {
  if (!announced_) return;
  announced_->verb = message_verb_;
  announced_->mailbox = message_mailbox_;
  announced_->id = message_id_;
  announced_->first = stamp;
  sink_.on_message_start(*announced_);
  announced_.reset();
  in_message_ = true;
}

void ImapSession::Machine::message_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp) {
  start_message(stamp);
  sink_.on_message_octets(octets, offset, stamp);
}

void ImapSession::Machine::message_gap(std::uint64_t length, const Stamp& stamp) {
  start_message(stamp);
  sink_.on_message_gap(length, stamp);
}

void ImapSession::Machine::literal_end(Side side, const ImapLiteral& literal, bool wanted, ImapLiteralEnd end,
                                       std::uint64_t missing, std::uint64_t offset, const Stamp& stamp) {
  if (end == ImapLiteralEnd::cut) diagnose(Code::imap_literal_truncated, side, literal.offset, literal.size - missing);
  if (!wanted) return;
  if (end == ImapLiteralEnd::cut && missing == literal.size) return announced_.reset();  // nothing of it came
  start_message(stamp);
  in_message_ = false;
  constexpr std::array<MessageEnd, 3> ends{MessageEnd::literal, MessageEnd::cut, MessageEnd::elided};
  sink_.on_message_end(ends[static_cast<std::size_t>(end)], std::nullopt, offset, stamp);
}

void ImapSession::Machine::literal_too_large(Side side, const ImapLiteral& literal) {
  const std::uint64_t behind_digits = literal.synchronising ? 1 : 2;  // "}" or "+}"
  diagnose(Code::imap_literal_range, side, literal.announced_at + 1, literal.announced_length - 1 - behind_digits);
}

}  // namespace mailparse
