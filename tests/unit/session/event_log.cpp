#include "unit/session/event_log.hpp"

#include <algorithm>

#include <mailparse/session/smtp_command.hpp>

namespace mailparse::testing {
namespace {

std::string name(Side side) {
  return side == Side::client ? "client" : "server";
}

std::string quoted(std::string_view text) {
  return " \"" + escape(text) + '"';
}

std::string number(std::optional<std::uint64_t> n) {
  return n ? std::to_string(*n) : std::string("-");
}

std::string place(std::uint64_t offset, std::uint64_t length) {
  return std::to_string(offset) + '+' + std::to_string(length);
}

}  // namespace

std::string escape(std::string_view octets) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char octet : octets) {
    const auto value = static_cast<unsigned char>(octet);
    switch (octet) {
      case '\r':
        out += "\\r";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '"':
        out += "\\\"";
        break;
      default:
        if (value >= 0x20 && value < 0x7F) {
          out += octet;
        } else {
          out += "\\x";
          out += digits[value >> 4];
          out += digits[value & 15];
        }
    }
  }
  return out;
}

std::string unescape(std::string_view text) {
  const auto digit = [](char c) { return c >= 'a' ? c - 'a' + 10 : c >= 'A' ? c - 'A' + 10 : c - '0'; };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    switch (text[++i]) {
      case 'r':
        out += '\r';
        break;
      case 'n':
        out += '\n';
        break;
      case 't':
        out += '\t';
        break;
      case '0':
        out += '\0';
        break;
      case 'x':
        out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
        i += 2;
        break;
      default:
        out += text[i];
    }
  }
  return out;
}

void EventLog::add(std::string line) {
  flush();
  log_ += line + '\n';
}

void EventLog::flush() {
  if (!octets_.empty()) log_ += "octets" + quoted(octets_) + '\n';
  octets_.clear();
  if (!opaque_.empty()) log_ += "opaque " + name(opaque_side_) + quoted(opaque_) + '\n';
  opaque_.clear();
}

std::string EventLog::text() {
  flush();
  return log_;
}

std::vector<std::string> EventLog::codes() const {
  auto sorted = codes_;
  std::ranges::sort(sorted);
  return sorted;
}

/// What may be shown: secrets as ***.
std::string EventLog::hidden(std::string_view text, std::span<const SecretRange> secrets, std::uint64_t line) {
  std::string out(text);
  for (std::size_t i = secrets.size(); i-- > 0;) {
    if (secrets[i].line != line) continue;
    if (secrets[i].offset + secrets[i].length > out.size()) return "BROKEN secret outside the text";
    out.replace(secrets[i].offset, secrets[i].length, "***");
  }
  return out;
}

void EventLog::report(Diagnostic diagnostic) {
  codes_.push_back(std::string(info(diagnostic.code).name) + '(' + std::string(to_string(diagnostic.severity)) + ')');
  std::string line = "finding " + std::string(info(diagnostic.code).name) + ' ' +
                     std::string(to_string(diagnostic.severity)) + ' ' +
                     (diagnostic.side ? name(*diagnostic.side) : std::string("BROKEN no side")) + '@' +
                     place(diagnostic.offset, diagnostic.length);
  if (diagnostic.count != 1) line += " x" + std::to_string(diagnostic.count);
  if (!diagnostic.detail.empty()) line += quoted(diagnostic.detail);
  add(std::move(line));
}

void EventLog::on_command(const CommandEvent& command) {
  std::string line = "command " + std::to_string(command.n) + ' ' +
                     (command.tag.empty() ? std::string() : std::string(command.tag) + ' ') +
                     (command.verb.empty() ? std::string("?") : std::string(command.verb)) +
                     quoted(hidden(command.text, command.secrets, 0));
  if (!command.observed) line += " unobserved";
  if (places_) line += " @" + place(command.offset, command.length);
  if (command.n <= last_n_) line += " BROKEN number";
  last_n_ = command.n;
  add(std::move(line));
}

void EventLog::on_reply(const ReplyEvent& reply) {
  std::string line = "reply " + number(reply.answers) + (reply.further ? " further " : " ");
  if (!reply.tag.empty()) line += std::string(reply.tag) + (reply.status.empty() ? "" : " ");
  line += reply.status.empty() ? (reply.tag.empty() ? number(reply.code) : std::string()) : std::string(reply.status);
  if (reply.enhanced) {
    line += ' ' + std::to_string(reply.enhanced->status_class) + '.' + std::to_string(reply.enhanced->subject) + '.' +
            std::to_string(reply.enhanced->detail);
  }
  for (std::size_t i = 0; i < reply.lines.size(); ++i) line += quoted(hidden(reply.lines[i], reply.secrets, i));
  if (places_) line += " @" + place(reply.offset, reply.length);
  if (reply.answers && *reply.answers > last_n_) line += " BROKEN answers";
  add(std::move(line));
}

void EventLog::on_message_start(const MessageStart& start) {
  std::string line = "message " + std::to_string(start.n) + ' ' + name(start.side) + '@' + std::to_string(start.offset);
  if (start.partial) line += " partial";
  if (start.origin) line += " from " + std::to_string(*start.origin) + " of " + std::to_string(start.asked);
  if (!start.mailbox.empty()) line += " in" + quoted(start.mailbox);
  if (!start.id.empty()) line += " id " + std::string(start.id);
  if (in_message_) line += " BROKEN nested";
  in_message_ = true;
  message_offset_ = start.offset;
  add(std::move(line));
}

void EventLog::on_message_octets(std::string_view octets, std::uint64_t offset, const Stamp&) {
  if (!opaque_.empty()) flush();
  if (!in_message_ || octets.empty() || offset < message_offset_) add("BROKEN octets");
  message_offset_ = offset + octets.size();
  octets_ += octets;
}

void EventLog::on_message_gap(std::uint64_t length, const Stamp&) {
  add("missing " + std::to_string(length));
}

void EventLog::on_message_end(MessageEnd end, std::optional<std::uint64_t> n, std::uint64_t offset, const Stamp&) {
  std::string line = "end " + std::string(to_string(end)) + ' ' + number(n) + " @" + std::to_string(offset);
  if (!in_message_) line += " BROKEN no message";
  in_message_ = false;
  add(std::move(line));
}

void EventLog::on_uid(std::string_view uid) {
  add("uid " + std::string(uid));
}

void EventLog::on_auth(const AuthEvent& auth) {
  constexpr std::string_view outcomes[] = {"accepted", "rejected", "aborted", "unknown"};
  std::string line = "auth " + std::to_string(auth.n) + ' ' + std::string(auth.mechanism);
  if (auth.identity) line += quoted(*auth.identity);
  line += ' ' + std::string(outcomes[static_cast<std::size_t>(auth.outcome)]);
  if (auth.code) line += ' ' + std::to_string(*auth.code);
  add(std::move(line));
}

void EventLog::on_smuggled(const SmuggledEvent& smuggled) {
  constexpr std::string_view outcomes[] = {"succeeded", "not-accepted", "unknown"};
  std::string line = "smuggled " + std::to_string(smuggled.n) + ' ' +
                     std::string(outcomes[static_cast<std::size_t>(smuggled.outcome)]) + " @" +
                     place(smuggled.offset, smuggled.length);
  for (const SmtpCommand& command : smuggled.commands) {
    line += ' ' + std::string(to_string(command.verb));
    if (command.path) line += ":" + std::string(command.path->address);
  }
  line += quoted(smuggled.message);
  add(std::move(line));
}

void EventLog::on_opaque(const Chunk& chunk) {
  if (!octets_.empty() || (!opaque_.empty() && opaque_side_ != chunk.side)) flush();
  opaque_side_ = chunk.side;
  opaque_ += chunk.octets;
}

void EventLog::on_close(Side side, StreamEnd end, const Stamp&) {
  constexpr std::string_view ends[] = {"closed", "reset", "cut"};
  add("close " + name(side) + ' ' + std::string(ends[static_cast<std::size_t>(end)]));
}

}  // namespace mailparse::testing
