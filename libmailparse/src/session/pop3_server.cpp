#include <utility>

#include "session/pop3_machine.hpp"

namespace mailparse {

void Pop3Session::Machine::read_server(Chunk& chunk) {
  now_ = chunk.stamp;
  if (reading_ == Reading::message && body_is_elided(chunk)) end_message(MessageEnd::elided, chunk.offset, chunk.stamp);
  if (probing_) return probe_status(chunk);
  if (reading_ == Reading::message) {
    const std::size_t taken = payload_.feed(chunk.octets);
    chunk.octets.remove_prefix(taken);
    chunk.offset += taken;
    const MessageEnd end = lf_alone_ ? MessageEnd::lf_dot_lf : MessageEnd::crlf_dot_crlf;
    if (payload_.ended()) end_message(end, chunk.offset, chunk.stamp);
    return;
  }
  const auto line = next_line(server_, chunk, server_extent_);
  if (line && !line->flags.has(LineFlag::continued)) server_line(*line, server_extent_);
}

/// Whether the octets behind a command begin a status line: then the end of the message is among those that are
/// missing.
void Pop3Session::Machine::probe_status(Chunk& chunk) {
  while (!chunk.octets.empty()) {
    probe_ += chunk.octets.front();
    chunk.octets.remove_prefix(1);
    ++chunk.offset;
    const bool begins = std::string_view("+OK").starts_with(probe_) || std::string_view("-ERR").starts_with(probe_);
    if (begins) continue;
    probing_ = false;
    const std::string octets = std::exchange(probe_, {});
    const std::uint64_t offset = chunk.offset - octets.size();
    if (octets.size() > 3 && split_pop3_status(octets.substr(0, octets.find_first_of("\r\n")))) {
      payload_.cut();
      end_message(MessageEnd::cut, offset, chunk.stamp);
    }
    Chunk held{.side = chunk.side, .offset = offset, .octets = octets, .stamp = chunk.stamp};
    while (!held.octets.empty()) read_server(held);
    return;
  }
}

/// Logs leave bodies out without a mark: the next reply stands where the message should.
bool Pop3Session::Machine::body_is_elided(const Chunk& chunk) const noexcept {
  if (options_.wire_exact || pending_.empty() || payload_.offset() != message_offset_) return false;
  const auto status = split_pop3_status(chunk.octets.substr(0, chunk.octets.find_first_of("\r\n")));
  return status && status->status != "+";
}

void Pop3Session::Machine::server_line(const TextLine& line, const Extent& extent) {
  switch (reading_) {
    case Reading::lines:
      return list_line(line.text, extent, line.end);
    case Reading::guess:
      return guess_line(line, extent);
    case Reading::status:
    case Reading::message:
      lf_alone_ = options_.wire_exact && line.end == LineEnd::lf;
      return status_line(line.text, extent);
  }
}

void Pop3Session::Machine::status_line(std::string_view line, const Extent& extent) {
  const auto status = split_pop3_status(line);
  // The greeting may be missing from the source: then the first reply answers the command that waits. A client that
  // talks before the greeting is told from that by what a greeting says.
  const bool first = !std::exchange(greeted_, true);
  const bool rest_of_list = !status && !options_.begun && !server_spoke_ && pending_.empty();
  server_spoke_ = true;
  const bool greeting = first && status && (pending_.empty() || looks_like_pop3_greeting(status->text));
  reading_ = Reading::status;
  if (!status || greeting || pending_.empty()) {
    begin_list(status.value_or(Pop3Status{"", line}), extent, greeting ? std::optional<std::uint64_t>(0) : std::nullopt,
               {});
    // Behind a reply that nobody is seen to have asked for may stand what it announced.
    if (!greeting && status && status->status == "+OK") reading_ = Reading::guess;
    if (status && status->status == "+") response_due_ = true;
    // A capture that begins in the midst of a list or message: the rest of it is one reply.
    if (rest_of_list && line != ".") {
      reading_ = Reading::lines;
      return;
    }
    return tell_reply();
  }
  Pending pending = std::move(pending_.front());
  pending_.pop_front();
  begin_list(*status, extent, pending.n, pending.verb);
  reply_echoes_ = std::move(pending.echoes);
  const SecretRange challenge{0, status->text.size()};
  if (status->status == "+" && pending.sasl && pending.sasl->challenge_is_secret()) reply_.secrets = {&challenge, 1};
  if (status->status == "+OK" && pending.follow == Pop3Follow::lines) {
    reading_ = Reading::lines;
  } else {
    tell_reply();
  }
  complete(pending, *status, extent);
}

void Pop3Session::Machine::complete(Pending& pending, const Pop3Status& status, const Extent& extent) {
  const bool ok = status.status == "+OK";
  if (ok && pending.follow == Pop3Follow::message) {
    begin_message(pending.n, pending.verb, pending.argument, extent.offset + extent.length);
  }
  if (ok && sends_list_of_its_own(pending)) {
    reading_ = Reading::guess;
    guess_n_ = pending.n;
  }
  if (pending.verb == "STLS") ok ? gate_.accepted() : gate_.refused(extent.offset, extent.length);
  if (status.status == "+") {
    response_due_ = true;
    return;
  }
  finish_auth(pending, pending.sasl && pending.sasl->aborted() ? AuthEvent::Outcome::aborted
                       : ok                                    ? AuthEvent::Outcome::accepted
                                                               : AuthEvent::Outcome::rejected);
  if (pending.sasl && ok) sasl_.reset();
  refused_ = pending.sasl && !ok;
}

/// What stands behind the reply to a command that we do not know may belong to it.
bool Pop3Session::Machine::sends_list_of_its_own(const Pending& pending) const noexcept {
  return reading_ == Reading::status && !pending.sasl && !find_pop3_follow(pending.verb);
}

void Pop3Session::Machine::finish_auth(const Pending& pending, AuthEvent::Outcome outcome) {
  AuthEvent auth;
  auth.n = pending.login_n;
  auth.outcome = outcome;
  if (pending.sasl && pending.sasl->mechanism().empty()) return;
  if (pending.sasl) {
    auth.mechanism = pending.sasl->mechanism();
    if (pending.sasl->identity()) auth.identity = *pending.sasl->identity();
  } else if (!pending.mechanism.empty()) {
    auth.mechanism = pending.mechanism;
    if (pending.identity) auth.identity = *pending.identity;
  } else {
    return;
  }
  sink_.on_auth(auth);
}

void Pop3Session::Machine::begin_list(const Pop3Status& status, const Extent& extent,
                                      std::optional<std::uint64_t> answers, std::string_view verb) {
  reply_ = {};
  reply_echoes_ = {};
  reply_.answers = answers;
  reply_.status = status.status;
  reply_verb_ = verb;
  reply_text_.assign(status.text);
  reply_ends_.assign(1, reply_text_.size());
  reply_extent_ = extent;
}

void Pop3Session::Machine::list_line(std::string_view line, const Extent& extent, LineEnd end) {
  const auto status = split_pop3_status(line);
  if (status && status->status != "+") {
    // No list has such a line: its lone dot is missing, and this is the next reply.
    end_list_early(options_.wire_exact);
    return status_line(line, extent);
  }
  reply_extent_.length = extent.offset + extent.length - reply_extent_.offset;
  reply_extent_.last = extent.last;
  const bool odd_dot = line == "." && end == LineEnd::lf && options_.wire_exact && !lf_alone_;
  if (odd_dot) diagnose(Code::pop3_eod_nonstandard, Side::server, extent.offset, extent.length);
  if (line == "." && !odd_dot) {
    if (reply_verb_ == "CAPA") gate_.watch().keywords_end();
    reading_ = Reading::status;
    return tell_reply();
  }
  if (reply_verb_ == "CAPA") gate_.watch().keyword(line.substr(0, line.find(' ')), extent.offset);
  if (line.starts_with("..")) line.remove_prefix(1);
  if (reply_text_.size() + line.size() > options_.limits.reply_octets) return;
  reply_text_.append(line);
  reply_ends_.push_back(reply_text_.size());
}

void Pop3Session::Machine::end_list_early(bool told) {
  reading_ = Reading::status;
  if (told) diagnose(Code::pop3_multiline_truncated, Side::server, reply_extent_.offset, reply_extent_.length);
  tell_reply();
}

void Pop3Session::Machine::guess_line(const TextLine& line, const Extent& extent) {
  const auto belongs_to = std::exchange(guess_n_, std::nullopt);
  if (split_pop3_status(line.text)) {
    reading_ = Reading::status;
    return status_line(line.text, extent);
  }
  if (!looks_like_header(line.text)) {
    begin_list({"", line.text}, extent, belongs_to, {});
    reply_.further = belongs_to.has_value();
    reading_ = line.text == "." ? Reading::status : Reading::lines;
    if (reading_ == Reading::status) tell_reply();
    return;
  }
  begin_message(belongs_to.value_or(0), "RETR", {}, extent.offset);
  const std::string_view end = line.end == LineEnd::none ? "" : line.end == LineEnd::crlf ? "\r\n" : "\n";
  for (std::string_view octets : {line.text, end}) {
    while (!octets.empty() && !payload_.ended()) octets.remove_prefix(payload_.feed(octets));
  }
}

void Pop3Session::Machine::tell_reply() {
  std::vector<std::string_view> lines;
  lines.reserve(reply_ends_.size());
  std::size_t begin = 0;
  for (const std::size_t end : reply_ends_) {
    lines.push_back(std::string_view(reply_text_).substr(begin, end - begin));
    begin = end;
  }
  reply_.lines = lines;
  const std::vector<SecretRange> echoed = reply_echoes_.find(lines);
  if (reply_.secrets.empty()) reply_.secrets = echoed;
  reply_.offset = reply_extent_.offset;
  reply_.length = reply_extent_.length;
  reply_.first = reply_extent_.first;
  reply_.last = reply_extent_.last;
  sink_.on_reply(reply_);
}

void Pop3Session::Machine::begin_message(std::uint64_t n, std::string_view verb, std::string_view number,
                                         std::uint64_t offset) {
  reading_ = Reading::message;
  message_offset_ = offset;
  odd_ends_ = 0;
  gap_in_message_ = false;
  payload_.start(offset, lf_alone_);
  MessageStart start;
  start.n = n;
  start.verb = verb;
  start.side = Side::server;
  start.offset = offset;
  start.partial = verb == "TOP";
  start.id = number;
  start.first = now_;
  sink_.on_message_start(start);
}

void Pop3Session::Machine::on_odd_end(const OddEnd& odd) {
  if (odd_ends_++ == 0) first_odd_ = {.offset = odd.offset, .length = odd.octets.size(), .first = {}, .last = {}};
}

void Pop3Session::Machine::end_message(MessageEnd end, std::uint64_t offset, const Stamp& stamp) {
  reading_ = Reading::status;
  probing_ = false;
  if (end == MessageEnd::lf_dot_lf && odd_ends_++ == 0)
    first_odd_ = {.offset = offset - 3, .length = 3, .first = {}, .last = {}};
  if (odd_ends_ > 0)
    diagnose(Code::pop3_eod_nonstandard, Side::server, first_odd_.offset, first_odd_.length, odd_ends_);
  sink_.on_message_end(end, std::nullopt, offset, stamp);
}

}  // namespace mailparse
