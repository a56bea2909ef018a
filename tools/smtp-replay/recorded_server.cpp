#include "smtp-replay/recorded_server.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/base64.hpp>
#include <mailparse/session/smtp_command.hpp>

#include "smtp-replay/message_fields.hpp"
#include "smtp-replay/message_octets.hpp"

namespace mailparse::tools {
namespace {

constexpr std::string_view mask = "***";

RecordedReply smtp_reply(std::uint16_t code, std::string text) {
  return {code, std::nullopt, {std::move(text)}, {}};
}
RecordedReply pop3_reply(std::string status, std::string text) {
  return {0, std::nullopt, {std::move(text)}, std::move(status)};
}

/// The address of MAIL or RCPT in lower case; empty where the line has none.
std::string address_of(std::string_view line) {
  Silence ignored;
  const auto command = parse_smtp_command(line, 0, ignored);
  if (!command || !command->path) return {};
  std::string address(command->path->address);
  std::ranges::transform(address, address.begin(), to_lower);
  return address;
}

/// The first word behind the verb, in upper case.
std::string first_argument(std::string_view line) {
  const std::size_t begin = std::min(line.find(' '), line.size());
  std::string_view left = line.substr(begin);
  left.remove_prefix(std::min(left.find_first_not_of(' '), left.size()));
  std::string word(left.substr(0, left.find(' ')));
  std::ranges::transform(word, word.begin(), to_upper);
  return word;
}

bool has_address(std::string_view verb) {
  return verb == "MAIL" || verb == "RCPT";
}
bool logs_in(std::string_view verb) {
  return verb == "AUTH" || verb == "PASS" || verb == "APOP" || verb == "+";
}

std::size_t challenges_of(std::string_view mechanism, bool initial_response) {
  if (mechanism == "LOGIN") return initial_response ? 1 : 2;
  if (mechanism == "CRAM-MD5") return 1;
  if (mechanism == "SCRAM-SHA-256" || mechanism == "SCRAM-SHA-1") return 2;
  return initial_response ? 0 : 1;
}

/// What the client must answer to; the proofs in the answers are not verified, the record has no password.
std::string challenge_text(std::string_view mechanism, std::size_t number) {
  if (mechanism == "LOGIN") return base64_encode(number == 0 ? "Username:" : "Password:");
  if (mechanism != "CRAM-MD5") return {};
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return base64_encode(fmt::format("<{}.{}@replay.invalid>", number + 1, now));
}

}  // namespace

RecordedServer::RecordedServer(const RecordedSession& session, const CompareLevels& levels, const Masks& masks)
    : session_(session), levels_(levels), masks_(masks) {}

ServerTurn RecordedServer::greet() {
  const RecordedReply usual = pop3() ? pop3_reply("+OK", "replay ready") : smtp_reply(220, "replay.invalid ESMTP");
  return {.replies = {session_.greeting.value_or(usual)}, .octets = {}};
}

ServerTurn RecordedServer::answer(const LiveCommand& command, const std::string* message) {
  if (auth_ && command.verb == "+") {
    if (command.text == "*") return auth_->challenges = 0, end_authentication({smtp_reply(501, "5.7.0 Cancelled")});
    return auth_->challenges > 0 ? challenge() : end_authentication(std::move(auth_->outcome));
  }
  const auto found = find(command);
  if (!found) {
    auto replies = usual_reply(command);
    StepResult& result = tell(command.verb, "", {}, command);
    result.verdict = Verdict::differs;
    result.kind = DifferenceKind::extra_command;
    result.why = fmt::format("the record has no further {}", command.verb.empty() ? "such line" : command.verb);
    return turn_of(command, std::move(replies));
  }
  pass_over(*found);
  const RecordedExchange& exchange = session_.exchanges[*found];
  next_ = *found + 1;
  std::vector<RecordedReply> replies = exchange.replies;
  if (command.verb == "AUTH") {
    for (; next_ < session_.exchanges.size() && session_.exchanges[next_].verb == "+"; ++next_)
      replies = session_.exchanges[next_].replies;
  }
  const std::string shown = logs_in(exchange.verb) ? fmt::format("{} {}", exchange.verb, mask) : exchange.text;
  StepResult& result = tell(exchange.verb, shown, replies, command);
  judge(exchange, command, message, result);
  if (replies.empty()) replies = usual_reply(command);
  return turn_of(command, std::move(replies));
}

std::size_t RecordedServer::end_of_transaction() const {
  const auto& exchanges = session_.exchanges;
  const auto ends = [](const RecordedExchange& exchange) {
    return exchange.verb == "DATA" || exchange.verb == "." || exchange.verb == "BDAT" || exchange.verb == "RSET";
  };
  const auto end = std::find_if(exchanges.begin() + static_cast<std::ptrdiff_t>(next_), exchanges.end(), ends);
  return static_cast<std::size_t>(end - exchanges.begin());
}

std::optional<std::size_t> RecordedServer::find(const LiveCommand& command) const {
  const auto& exchanges = session_.exchanges;
  if (command.verb == "RCPT" && levels_.of("RCPT") != CompareLevel::klass) {
    const std::string address = address_of(command.text);
    for (std::size_t at = next_; at < end_of_transaction(); ++at) {
      if (exchanges[at].verb == "RCPT" && address_of(exchanges[at].text) == address) return at;
    }
  }
  for (std::size_t at = next_; at < exchanges.size(); ++at) {
    if (exchanges[at].verb == command.verb) return at;
  }
  return std::nullopt;
}

/// The exchanges up to `end` are commands that the client leaves out.
void RecordedServer::pass_over(std::size_t end) {
  for (; next_ < end; ++next_) {
    const RecordedExchange& exchange = session_.exchanges[next_];
    if (exchange.verb == "+") continue;
    const std::string shown = logs_in(exchange.verb) ? fmt::format("{} {}", exchange.verb, mask) : exchange.text;
    StepResult& result = tell(exchange.verb, shown, exchange.replies, {});
    result.verdict = Verdict::differs;
    result.kind = DifferenceKind::missing_command;
    result.why = "the client leaves it out";
    result.sent = false;
  }
}

StepResult& RecordedServer::tell(const std::string& verb, std::string shown, std::vector<RecordedReply> expected,
                                 const LiveCommand& command) {
  PlanStep& step = steps_.emplace_back();
  step.n = steps_.size();
  step.verb = verb;
  step.expected = std::move(expected);
  StepResult& result = results_.emplace_back();
  result.sent = true;
  result.level = levels_.of(verb);
  result.said = logs_in(command.verb) ? fmt::format("{} {}", command.verb, mask) : command.shown;
  step.shown = !shown.empty() ? std::move(shown) : result.said.empty() ? verb : result.said;
  return result;
}

void RecordedServer::judge(const RecordedExchange& exchange, const LiveCommand& command, const std::string* message,
                           StepResult& result) {
  result.verdict = Verdict::same;
  const auto differs = [&](DifferenceKind kind, std::string why) {
    result.verdict = Verdict::differs;
    result.kind = kind;
    result.why = std::move(why);
  };
  if (message != nullptr && exchange.verb == ".") return judge_message(*message, result);
  if (result.level == CompareLevel::klass) return;
  if (has_address(command.verb)) {
    const std::string was = address_of(exchange.text);
    const std::string is = address_of(command.text);
    const DifferenceKind kind = command.verb == "RCPT" ? DifferenceKind::recipient : DifferenceKind::command;
    if (was != is) return differs(kind, fmt::format("<{}>, was <{}>", is, was));
  }
  if (command.verb == "AUTH" && first_argument(exchange.text) != first_argument(command.text)) {
    return differs(DifferenceKind::auth,
                   fmt::format("{}, was {}", first_argument(command.text), first_argument(exchange.text)));
  }
  if (result.level == CompareLevel::code || logs_in(command.verb) || !exchange.observed) return;
  if (exchange.text == command.shown) return;
  const bool masked = result.level == CompareLevel::text;
  const std::string was = masked ? masks_.apply(exchange.text, result.masks) : exchange.text;
  const std::string is = masked ? masks_.apply(command.shown, result.masks) : command.shown;
  if (masked ? iequals(was, is) : was == is) return;
  differs(DifferenceKind::command, fmt::format("\"{}\", was \"{}\"", is, was));
}

void RecordedServer::judge_message(const std::string& message, StepResult& result) {
  const std::size_t index = messages_;
  if (result.level == CompareLevel::klass || result.level == CompareLevel::code) return;
  if (index >= session_.messages.size() || !session_.messages[index].octets) {
    result.verdict = Verdict::not_comparable;
    result.why = "the record lacks the message's octets";
    return;
  }
  const std::string& recorded = *session_.messages[index].octets;
  if (recorded == message) return;
  std::string why = fmt::format("{} octets, were {}", message.size(), recorded.size());
  if (result.level == CompareLevel::text) why = compare_messages(recorded, message, masks_, result.masks);
  if (why.empty()) return;
  result.verdict = Verdict::differs;
  result.kind = DifferenceKind::message;
  result.why = std::move(why);
}

/// An answer to what the record does not have: that to the same verb elsewhere in it, or a plain one.
std::vector<RecordedReply> RecordedServer::usual_reply(const LiveCommand& command) const {
  const auto& exchanges = session_.exchanges;
  const auto same_verb = [&](const RecordedExchange& exchange) {
    const bool hello = says_hello(command.verb) && says_hello(exchange.verb);
    return !exchange.replies.empty() && (exchange.verb == command.verb || hello);
  };
  const auto known = std::find_if(exchanges.rbegin(), exchanges.rend(), same_verb);
  if (known != exchanges.rend() && command.verb != "AUTH") return known->replies;
  if (pop3()) {
    constexpr std::array<std::string_view, 4> harmless{"NOOP", "RSET", "QUIT", "DELE"};
    const bool fine = std::ranges::find(harmless, command.verb) != harmless.end();
    return {fine ? pop3_reply("+OK", "") : pop3_reply("-ERR", "not in the record")};
  }
  if (command.verb == "QUIT") return {smtp_reply(221, "2.0.0 Bye")};
  if (command.verb == "DATA") return {smtp_reply(354, "go on")};
  if (says_hello(command.verb)) return {smtp_reply(250, "replay.invalid")};
  constexpr std::array<std::string_view, 6> fine{"MAIL", "RCPT", "RSET", "NOOP", ".", "BDAT"};
  if (std::ranges::find(fine, command.verb) != fine.end()) return {smtp_reply(250, "2.0.0 Ok")};
  return {smtp_reply(502, "5.5.1 not in the record")};
}

ServerTurn RecordedServer::turn_of(const LiveCommand& command, std::vector<RecordedReply> replies) {
  if (command.verb == "AUTH") return authenticate(command, std::move(replies));
  ServerTurn turn{.replies = std::move(replies), .octets = {}};
  follow(command, turn);
  results_.back().live = turn.replies;
  return turn;
}

/// What the reply means for those to come.
void RecordedServer::follow(const LiveCommand& command, ServerTurn& turn) {
  const bool taken = positive(turn.replies.front());
  if (command.verb == "MAIL" || command.verb == "RSET" || says_hello(command.verb)) accepted_ = 0;
  if (command.verb == "RCPT" && taken) ++accepted_;
  if (command.verb == "." || command.verb == "BDAT") {
    const bool each = session_.protocol == Protocol::lmtp && command.verb == ".";
    turn.replies.resize(each ? std::max<std::size_t>(accepted_, 1) : turn.replies.size(), turn.replies.back());
    if (command.verb == ".") ++messages_;
  }
  turn.start_tls = taken && (command.verb == "STARTTLS" || command.verb == "STLS");
  turn.quit = command.verb == "QUIT";
  if (pop3() && taken) turn.octets = list_or_message(command, turn.replies.front());
}

/// What POP3 says behind the status line. RFC 1939 3.
std::string RecordedServer::list_or_message(const LiveCommand& command, const RecordedReply& reply) {
  if (command.verb == "RETR" || command.verb == "TOP") {
    const std::size_t index = messages_++;
    if (index >= session_.messages.size()) return to_data(made_up_message(0));
    const RecordedMessage& message = session_.messages[index];
    return to_data(message.octets ? *message.octets : made_up_message(message.size));
  }
  const bool alone = command.text.find(' ') == std::string::npos;
  const bool list = command.verb == "CAPA" || ((command.verb == "LIST" || command.verb == "UIDL") && alone);
  return list || reply.text.size() > 1 ? ".\r\n" : "";
}

ServerTurn RecordedServer::authenticate(const LiveCommand& command, std::vector<RecordedReply> replies) {
  const std::string mechanism = first_argument(command.text);
  const std::string_view text = command.text;
  const std::size_t argument = text.find(' ', std::min(text.find_first_not_of(' ', 4), text.size()));
  const bool initial = argument != std::string_view::npos && argument + 1 < text.size();
  const bool known = !mechanism.empty() && !replies.empty() && goes_on(replies.front());
  auth_ = Dialogue{mechanism, known ? challenges_of(mechanism, initial) : 0, 0, std::move(replies)};
  return auth_->challenges > 0 ? challenge() : end_authentication(std::move(auth_->outcome));
}

ServerTurn RecordedServer::challenge() {
  --auth_->challenges;
  const std::string text = challenge_text(auth_->mechanism, auth_->put++);
  return {.replies = {pop3() ? pop3_reply("+", text) : smtp_reply(334, text)}, .octets = {}};
}

ServerTurn RecordedServer::end_authentication(std::vector<RecordedReply> replies) {
  auth_.reset();
  results_.back().live = replies;
  return {.replies = std::move(replies), .octets = {}};
}

void RecordedServer::blame(DifferenceKind kind, std::string why) {
  if (results_.empty()) tell("connect", "(connect)", {}, {});
  StepResult& result = results_.back();
  if (result.verdict == Verdict::differs) return;
  result.verdict = Verdict::differs;
  result.kind = kind;
  result.why = std::move(why);
}

void RecordedServer::finish(DifferenceKind why_not, const std::string& text) {
  const std::size_t begin = results_.size();
  pass_over(session_.exchanges.size());
  if (begin == results_.size()) return;
  results_[begin].kind = why_not;
  results_[begin].why = text;
  for (std::size_t at = begin + 1; at < results_.size(); ++at) {
    results_[at].verdict = Verdict::not_comparable;
    results_[at].kind = DifferenceKind::none;
    results_[at].why = text;
  }
}

}  // namespace mailparse::tools
