#include "session/smtp_smuggling.hpp"

#include <algorithm>
#include <array>

#include <mailparse/base/octets.hpp>

namespace mailparse {
namespace {

/// Verbs that may open a hidden dialogue. Four octets decide whether anything is kept at all.
constexpr std::array<std::string_view, 6> openers = {"MAIL", "RSET", "EHLO", "HELO", "NOOP", "LHLO"};
constexpr std::size_t opener_size = 4;
constexpr std::size_t reply_limit = 4096;

bool may_open(std::string_view text) noexcept {
  const std::string_view head = text.substr(0, opener_size);
  return std::ranges::any_of(openers, [&](std::string_view opener) { return istarts_with(opener, head); });
}

/// Takes a line off the front of `text`; LF ends it.
std::string_view take_line(std::string_view& text) noexcept {
  const std::size_t lf = text.find('\n');
  std::string_view line = text.substr(0, lf);
  text.remove_prefix(lf == std::string_view::npos ? text.size() : lf + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

Diagnostic smuggling_finding(SmuggledEvent::Outcome outcome, Place odd_end, Place commands) {
  const bool succeeded = outcome == SmuggledEvent::Outcome::succeeded;
  Diagnostic diagnostic = succeeded ? make_diagnostic(Code::smtp_smuggling_succeeded, odd_end.offset, odd_end.length)
                                    : make_diagnostic(Code::smtp_smuggling_attempt, commands.offset, commands.length);
  diagnostic.side = Side::client;
  if (!succeeded) {
    diagnostic.detail = outcome == SmuggledEvent::Outcome::unknown ? "verdict=unknown" : "verdict=not-accepted";
  }
  return diagnostic;
}

void SmugglingWatch::start() {
  odd_.reset();
  hidden_.clear();
  hides_mail_ = false;
  given_up_ = false;
  ended_ = false;
  codes_.clear();
  took_hidden_data_ = false;
  replies_missing_ = false;
  commands_.clear();
}

void SmugglingWatch::odd_end(const OddEnd& odd) {
  // Commands behind an earlier one are what matters: a later odd end may end the hidden mail. What only began like
  // commands hides nothing.
  if (odd_ && hides_mail()) return;
  odd_ = odd;
  hidden_.clear();
  given_up_ = false;
}

void SmugglingWatch::octets(std::string_view raw, std::uint64_t offset) {
  if (!odd_ || given_up_ || offset + raw.size() <= odd_->next) return;
  if (offset < odd_->next) raw.remove_prefix(odd_->next - offset);
  if (hidden_.size() < opener_size) {
    // Nothing was kept, or the begin of a word: go on only while it can be an opener.
    const std::string head = hidden_ + std::string(raw.substr(0, opener_size));
    if (!may_open(head)) {
      given_up_ = true;
      hidden_.clear();
      return;
    }
  }
  hidden_.append(raw.substr(0, limit_ - std::min<std::uint64_t>(limit_, hidden_.size())));
}

void SmugglingWatch::end_of_data(std::uint64_t n, std::uint64_t offset) {
  n_ = n;
  end_ = offset;
  ended_ = true;
}

void SmugglingWatch::reply(std::uint16_t code, bool to_data) {
  if (!odd_) return;
  if (code == 354 && !to_data) took_hidden_data_ = true;
  if (codes_.size() < reply_limit) codes_.push_back(code);
}

/// Whether a mail stands among the octets kept so far. To be asked where a line ends.
bool SmugglingWatch::hides_mail() {
  if (!hides_mail_ && !hidden_.empty()) {
    hides_mail_ = read_commands();
    commands_.clear();
  }
  return hides_mail_;
}

bool SmugglingWatch::read_commands() {
  Silence none;
  std::string_view rest = hidden_;
  bool mail = false;
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    auto command = parse_smtp_command(line, 0, none);
    if (!command || command->verb == SmtpVerb::unknown) break;
    const SmtpVerb verb = command->verb;
    mail = mail || (verb == SmtpVerb::mail && command->path);
    if (!mail && verb != SmtpVerb::rset && verb != SmtpVerb::ehlo && verb != SmtpVerb::helo && verb != SmtpVerb::lhlo &&
        verb != SmtpVerb::noop) {
      break;
    }
    commands_.push_back(std::move(*command));
    if (verb == SmtpVerb::data) break;
  }
  message_at_ = hidden_.size() - rest.size();
  return mail;
}

SmuggledEvent::Outcome SmugglingWatch::outcome() const noexcept {
  if (codes_.empty()) return SmuggledEvent::Outcome::unknown;
  if (!took_hidden_data_) {
    return replies_missing_ ? SmuggledEvent::Outcome::unknown : SmuggledEvent::Outcome::not_accepted;
  }
  // Behind the hidden 354 a 2yz must stand: the hidden mail's own.
  const auto hidden_data = std::ranges::find(codes_, 354);
  const bool taken = std::any_of(hidden_data, codes_.end(), [](std::uint16_t code) { return code / 100 == 2; });
  return taken ? SmuggledEvent::Outcome::succeeded : SmuggledEvent::Outcome::not_accepted;
}

void SmugglingWatch::conclude(DialogueSink& sink) {
  if (odd_ && ended_ && read_commands()) {
    SmuggledEvent event;
    event.n = n_;
    event.offset = odd_->next;
    event.length = end_ > event.offset ? end_ - event.offset : 0;
    event.commands = commands_;
    std::string_view hidden = hidden_;
    if (hidden.size() > event.length) hidden = hidden.substr(0, event.length);
    event.message = hidden.substr(std::min(message_at_, hidden.size()));
    event.message_offset = event.offset + message_at_;
    event.outcome = outcome();
    sink.report(smuggling_finding(event.outcome, {.offset = odd_->offset, .length = odd_->next - odd_->offset},
                                  {.offset = event.offset, .length = event.length}));
    sink.on_smuggled(event);
  }
  start();
}

}  // namespace mailparse
