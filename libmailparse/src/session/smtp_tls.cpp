// STARTTLS between its reply and the first octet behind it: TLS, or a side that goes on in the clear. RFC 3207.
#include <algorithm>

#include "session/smtp_machine.hpp"

namespace mailparse {

void SmtpSession::Machine::starttls_answered(const SmtpReply& reply) {
  if (mode_ != Mode::waiting) return;
  if (is_positive(reply.code)) {
    mode_ = Mode::tls_gate;
    long_line_.clear();
    injected_at_.reset();
    injected_lines_ = 0;
  } else {
    mode_ = Mode::commands;
    tls_refused_at_ = reply.offset;
    tls_refused_length_ = reply.length;
  }
  drain();
}

/// Behind a granted STARTTLS: the first octet tells TLS from text.
std::size_t SmtpSession::Machine::consume_tls_gate(std::string_view octets, std::uint64_t offset) {
  if (octets.front() == tls_handshake) {
    tls_started(offset);
    return 0;
  }
  // Octets that came before the reply may be followed by TLS; those behind it decide.
  if (!held_.empty()) {
    const std::size_t tls = octets.find(tls_handshake);
    const std::size_t text = std::min(tls, octets.size());
    if (!injected_at_) injected_at_ = offset;
    injected_lines_ += static_cast<std::uint64_t>(std::ranges::count(octets.substr(0, text), '\n'));
    if (long_line_.size() + text > line_octets_) give_up_gate_text();
    if (long_line_.empty()) long_line_offset_ = offset;
    long_line_.append(octets.substr(0, text));
    client_offset_ = offset + text;
    return text;
  }
  tls_not_started(offset);
  return 0;
}

void SmtpSession::Machine::tls_started(std::uint64_t offset) {
  if (exact() && injected_at_) {
    const bool unfinished_line = !long_line_.empty() && long_line_.back() != '\n';
    Diagnostic diagnostic = make_diagnostic(Code::starttls_command_injection, *injected_at_, offset - *injected_at_);
    diagnostic.side = Side::client;
    diagnostic.count = std::max<std::uint64_t>(1, injected_lines_ + (unfinished_line ? 1 : 0));
    sink_.report(std::move(diagnostic));
  }
  give_up_gate_text();
  enter_opaque();
}

/// Text between STARTTLS and its reply that will not be read as commands.
void SmtpSession::Machine::give_up_gate_text() {
  if (long_line_.empty()) return;
  sink_.on_opaque({.side = Side::client, .offset = long_line_offset_, .octets = long_line_, .stamp = stamp_});
  long_line_.clear();
}

/// Text behind the reply that granted STARTTLS which will not be read as replies.
void SmtpSession::Machine::give_up_server_text() {
  if (!server_held_) return;
  sink_.on_opaque({.side = Side::server,
                   .offset = server_held_->offset,
                   .octets = server_held_->octets,
                   .stamp = server_held_->stamp});
  server_held_.reset();
}

void SmtpSession::Machine::enter_opaque() {
  mode_ = Mode::opaque;
  long_line_.clear();
  if (!server_held_) return;
  if (exact())
    report(Code::starttls_response_injection, Side::server, server_held_->offset, server_held_->octets.size());
  give_up_server_text();
}

/// The client goes on in the clear: an attack, or a transcript that shows what TLS carried.
void SmtpSession::Machine::tls_not_started(std::uint64_t offset) {
  mode_ = Mode::commands;
  if (exact()) {
    report(Code::starttls_no_handshake, Side::client, injected_at_.value_or(offset), 1);
  } else {
    tls_active_ = true;
  }
  hello_answered_ = false;
  const std::string text = std::exchange(long_line_, {});
  const std::uint64_t text_offset = long_line_offset_;
  injected_at_.reset();
  injected_lines_ = 0;
  if (!text.empty()) {
    lines_.restart(text_offset);
    const std::size_t taken = consume(text, text_offset, stamp_);
    if (taken < text.size()) {
      hold({.kind = Held::Kind::octets, .offset = text_offset + taken, .octets = text.substr(taken), .stamp = stamp_});
    }
  } else {
    lines_.restart(offset);
  }
  if (!server_held_) return;
  const Seldom<ServerText> held = std::exchange(server_held_, {});
  server_octets(held->octets, held->offset, held->stamp);
}

}  // namespace mailparse
