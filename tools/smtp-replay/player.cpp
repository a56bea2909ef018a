#include "smtp-replay/player.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include <mailparse/base/octets.hpp>
#include <mailparse/session/smtp_reply.hpp>

#include "smtp-replay/live_session.hpp"

namespace mailparse::tools {
namespace {

constexpr std::uint16_t start_mail_input = 354;
constexpr std::uint16_t continue_auth = 334;
constexpr std::size_t most_challenges = 8;

DifferenceKind kind_of(const PlanStep& step, bool same_code) noexcept {
  if (step.kind == StepKind::starttls) return DifferenceKind::tls;
  if (step.kind == StepKind::auth) return DifferenceKind::auth;
  if (step.verb == "RCPT") return DifferenceKind::recipient;
  const bool hello = step.verb == "EHLO" || step.verb == "LHLO";
  return hello && same_code ? DifferenceKind::extensions : DifferenceKind::reply;
}

class Player {
 public:
  Player(const Plan& plan, const PlayOptions& options, TraceListener& live)
      : plan_(plan), options_(options), listener_(live), connection_(options.timeout, options.tls) {}

  PlayResult play() {
    if (!open()) return std::move(result_);
    result_.steps.resize(plan_.steps.size());
    for (std::size_t at = 0; at < plan_.steps.size();) at = play_group(at);
    close();
    result_.tls_version = connection_.tls_version();
    return std::move(result_);
  }

 private:
  bool open() {
    auto connected = connection_.connect(options_.target);
    if (connected && options_.implicit_tls) connected = connection_.start_tls();
    if (!connected) {
      const bool forbidden = connected.error().kind == NetworkError::Kind::forbidden;
      result_.status = forbidden ? ReplayStatus::refused : ReplayStatus::no_connection;
      result_.error = connected.error().text;
      return false;
    }
    result_.address = connection_.address();
    live_.emplace(plan_.protocol,
                  LiveEnds{std::nullopt, Endpoint{result_.address, options_.target.port}, options_.implicit_tls},
                  listener_);
    return true;
  }

  void close() {
    if (alive_ && quit_answered_) {
      // The server closes; what it still says is a finding.
      while (receive()) {
      }
      note_extra_replies();
    }
    live_->finish();
  }

  /// Plays the step at `at` and those that are sent together with it; returns the place behind.
  std::size_t play_group(std::size_t at) {
    std::size_t end = at + 1;
    while (end < plan_.steps.size() && plan_.steps[end].joins && pipelining_) ++end;
    if (end < plan_.steps.size() && plan_.steps[end].joins && !pipelining_ && !told_serial_) {
      result_.notes.emplace_back("PIPELINING is not offered: commands that were sent together wait for their replies");
      told_serial_ = true;
    }
    if (at > 0) drain();  // before that it is the greeting that comes unasked
    std::string octets;
    std::vector<std::size_t> members;
    for (std::size_t member = at; member < end; ++member) {
      const PlanStep& step = plan_.steps[member];
      std::string reason = why_not(step);
      if (!reason.empty()) {
        result_.steps[member].why = std::move(reason);
        continue;
      }
      members.push_back(member);
      if (step.kind != StepKind::auth) octets += wire_of(step);
    }
    const auto sent_at = std::chrono::system_clock::now();
    if (!octets.empty()) send(octets);
    for (const std::size_t member : members) {
      result_.steps[member].sent = true;
      finish_step(member, sent_at);
    }
    return end;
  }

  /// Why a step is not sent; empty: it is.
  [[nodiscard]] std::string why_not(const PlanStep& step) const {
    if (!alive_) return end_reason_;
    if (dropped_) return blocked_;
    if (step.verb == "QUIT") return data_open_ ? "the server still waits for a message" : "";
    if (!blocked_.empty()) return blocked_;
    const bool in_transaction = step.verb == "RCPT" || step.kind == StepKind::data || step.kind == StepKind::chunk;
    if (in_transaction && sender_lost_) return "MAIL was refused, other than in the record";
    const bool data = step.kind == StepKind::data || step.kind == StepKind::chunk;
    if (data && recipients_lost_ && accepted() == 0) return "no recipient was taken, other than in the record";
    if (step.kind == StepKind::chunk && !chunking_) return "CHUNKING is not offered";
    if (step.kind == StepKind::message && !data_open_) return "DATA was not answered with 354";
    if (step.kind == StepKind::auth) return why_no_auth(step);
    return {};
  }

  [[nodiscard]] std::string why_no_auth(const PlanStep& step) const {
    if (options_.other_host && connection_.tls_version().empty())
      return "AUTH is left out: it would go in clear to another host";
    if (options_.credentials && !SaslClient::can_answer(step.mechanism, *options_.credentials))
      return fmt::format("AUTH {} cannot be done", step.mechanism);
    return {};
  }

  /// A message for which no recipient is left is not sent; the dot alone ends it. RFC 2920 3.1.
  [[nodiscard]] std::string_view wire_of(const PlanStep& step) const {
    if (step.kind == StepKind::message && accepted() == 0 && recipients_lost_) return ".\r\n";
    return step.wire;
  }

  void finish_step(std::size_t at, std::chrono::system_clock::time_point sent_at) {
    const PlanStep& step = plan_.steps[at];
    StepResult& result = result_.steps[at];
    result.level = options_.levels.of(step.verb);
    if (step.kind == StepKind::auth) {
      authenticate(step, result);
    } else {
      const std::size_t wanted = replies_to(step);
      while (result.live.size() < wanted) {
        auto reply = next_reply();
        if (!reply) break;
        if (result.live.empty()) result.latency = reply->at - sent_at;
        result.live.push_back(std::move(reply->reply));
      }
    }
    judge(step, result);
    follow(at);
    if (result.verdict == Verdict::differs && !result_.first_difference) note_first_difference(at);
  }

  [[nodiscard]] std::size_t replies_to(const PlanStep& step) const {
    const bool lmtp = plan_.protocol == Protocol::lmtp;
    const bool ends_message =
        step.kind == StepKind::message || (step.kind == StepKind::chunk && step.shown.ends_with(" LAST"));
    return lmtp && ends_message && accepted() > 0 ? accepted() : 1;
  }

  void judge(const PlanStep& step, StepResult& result) {
    if (result.live.empty() && !alive_) {
      if (step.expected.empty()) {
        result.why = "no reply, and the record shows none";
        return;
      }
      result.verdict = Verdict::differs;
      result.kind = timed_out_ ? DifferenceKind::timeout : DifferenceKind::early_close;
      result.why = end_reason_;
      return;
    }
    if (step.expected.empty()) {
      result.why = "the record shows no reply";
      return;
    }
    if (step.kind == StepKind::message && accepted() == 0 && recipients_lost_) {
      result.why = "no recipient was taken, other than in the record";
      return;
    }
    if (plan_.protocol == Protocol::lmtp && (step.expected.size() > 1 || result.live.size() > 1))
      return judge_each_recipient(step, result);
    compare(step, step.expected.front(), result.live.front(), "", result);
  }

  void compare(const PlanStep& step, const RecordedReply& recorded, const RecordedReply& live,
               const std::string& prefix, StepResult& result) {
    ReplyComparison compared = compare_replies(step.verb, result.level, recorded, live, options_.masks);
    for (std::string& mask : compared.masks) {
      if (std::ranges::find(result.masks, mask) == result.masks.end()) result.masks.push_back(std::move(mask));
    }
    if (compared.difference.empty()) {
      if (result.verdict != Verdict::differs) result.verdict = Verdict::same;
      return;
    }
    result.verdict = Verdict::differs;
    result.kind = kind_of(step, recorded.code == live.code);
    if (!result.why.empty()) result.why += "; ";
    result.why += prefix + compared.difference;
  }

  /// LMTP's replies behind the dot, one for each recipient that RCPT took. RFC 2033 4.2.
  void judge_each_recipient(const PlanStep& step, StepResult& result) {
    std::size_t recorded = 0;
    std::size_t live = 0;
    for (const Recipient& recipient : recipients_) {
      const bool both = recipient.recorded && recipient.live;
      if (both && recorded < step.expected.size() && live < result.live.size())
        compare(step, step.expected[recorded], result.live[live], recipient.address + ": ", result);
      if (recipient.recorded) ++recorded;
      if (recipient.live) ++live;
    }
    if (result.live.size() < accepted()) {
      result.verdict = Verdict::differs;
      result.kind = DifferenceKind::missing_reply;
      result.why = fmt::format("{} replies for {} recipients", result.live.size(), accepted());
    } else if (result.verdict == Verdict::differs) {
      result.kind = DifferenceKind::recipient;
    }
  }

  /// What the reply means for the steps to come.
  void follow(std::size_t at) {
    const PlanStep& step = plan_.steps[at];
    StepResult& result = result_.steps[at];
    if (result.live.empty()) return;
    const RecordedReply& live = result.live.front();
    const bool was_going_on = !step.expected.empty() && goes_on(step.expected.front());
    const bool lost = was_going_on && !goes_on(live);
    if (result.verdict == Verdict::differs && options_.stop_at_difference) blocked_ = "stopped at the first difference";
    switch (step.kind) {
      case StepKind::greeting:
        if (lost) blocked_ = "the greeting refuses, other than in the record";
        break;
      case StepKind::command:
        follow_command(step, live, lost);
        break;
      case StepKind::data:
        data_open_ = live.code == start_mail_input;
        if (data_open_ && (at + 1 >= plan_.steps.size() || plan_.steps[at + 1].kind != StepKind::message)) {
          blocked_ = "the server waits for a message that the record does not have";
          dropped_ = true;
        }
        break;
      case StepKind::message:
        end_transaction();
        break;
      case StepKind::chunk:
        if (step.shown.ends_with(" LAST")) end_transaction();
        break;
      case StepKind::starttls:
        if (lost) blocked_ = "STARTTLS was refused, other than in the record";
        if (positive(live)) start_tls(result);
        break;
      case StepKind::auth:
        if (!step.expected.empty() && positive(step.expected.front()) != positive(live))
          blocked_ = "AUTH ended other than in the record";
        break;
    }
  }

  void follow_command(const PlanStep& step, const RecordedReply& live, bool lost) {
    if (step.verb == "EHLO" || step.verb == "LHLO" || step.verb == "HELO") {
      end_transaction();
      read_extensions(live);
      if (lost) blocked_ = fmt::format("{} was refused, other than in the record", step.verb);
    } else if (step.verb == "MAIL") {
      end_transaction();
      sender_lost_ = lost;
    } else if (step.verb == "RCPT") {
      const bool recorded = !step.expected.empty() && positive(step.expected.front());
      recipients_.push_back({step.recipient.value_or(""), recorded, positive(live)});
      recipients_lost_ = recipients_lost_ || (recorded && !positive(live));
    } else if (step.verb == "RSET") {
      end_transaction();
    } else if (step.verb == "QUIT") {
      quit_answered_ = true;
    }
  }

  void end_transaction() {
    recipients_.clear();
    sender_lost_ = recipients_lost_ = data_open_ = false;
  }

  void read_extensions(const RecordedReply& reply) {
    const std::vector<std::string_view> lines(reply.text.begin(), reply.text.end());
    pipelining_ = chunking_ = false;
    if (!positive(reply)) return;
    for (const EhloKeyword& keyword : parse_ehlo_keywords(lines)) {
      pipelining_ = pipelining_ || keyword.extension == SmtpExtension::pipelining;
      chunking_ = chunking_ || keyword.extension == SmtpExtension::chunking;
    }
  }

  void start_tls(StepResult& result) {
    std::string trouble;
    if (live_replies_wait() || connection_.readable()) {
      trouble = "octets in clear came behind the reply to STARTTLS";
    } else if (const auto shaken = connection_.start_tls(); !shaken) {
      trouble = shaken.error().text;
    }
    if (trouble.empty()) return;
    result.verdict = Verdict::differs;
    result.kind = DifferenceKind::tls;
    result.why = trouble;
    blocked_ = "there is no TLS";
    dropped_ = true;
  }

  void authenticate(const PlanStep& step, StepResult& result) {
    const auto& own = options_.credentials;
    std::string line = step.wire;
    std::optional<SaslClient> sasl;
    if (own) {
      sasl.emplace(step.mechanism, *own);
      const auto initial = sasl->initial_response();
      line = fmt::format("AUTH {}{}{}\r\n", step.mechanism, initial ? " " : "", initial.value_or(""));
    }
    send(line);
    for (std::size_t challenge = 0; challenge < most_challenges; ++challenge) {
      auto reply = next_reply();
      if (!reply) return;
      if (reply->reply.code != continue_auth) return result.live.push_back(std::move(reply->reply));
      std::optional<std::string> text;
      if (own) {
        text = sasl->answer(reply->challenge);
      } else if (challenge < step.recorded_answers.size()) {
        text = step.recorded_answers[challenge];
      }
      send(text.value_or("*") + "\r\n");  // RFC 4954 4: "*" cancels
    }
  }

  [[nodiscard]] std::size_t accepted() const {
    return static_cast<std::size_t>(std::ranges::count_if(recipients_, &Recipient::live));
  }

  void note_first_difference(std::size_t at) {
    result_.first_difference = at;
    const DifferenceKind kind = result_.steps[at].kind;
    const bool broken = kind == DifferenceKind::early_close || kind == DifferenceKind::timeout;
    result_.status = broken ? ReplayStatus::broken_off : ReplayStatus::differs;
  }

  // The connection.

  void send(std::string_view octets) {
    if (!alive_) return;
    live_->feed(Side::client, octets);
    const auto written = connection_.write(octets);
    // A server that closes while we write has often said why: that is still to be read.
    if (written || written.error().kind != NetworkError::Kind::timeout) return;
    alive_ = false;
    timed_out_ = true;
    end_reason_ = written.error().text;
  }

  /// Reads once; false at the end of the conversation.
  bool receive() {
    if (!alive_) return false;
    const auto octets = connection_.read();
    if (octets) {
      live_->feed(Side::server, *octets);
      return true;
    }
    alive_ = false;
    timed_out_ = octets.error().kind == NetworkError::Kind::timeout;
    end_reason_ = octets.error().text;
    if (!timed_out_) live_->closed(Side::server);
    return false;
  }

  /// The next reply to something that was sent; those that nothing asked for are findings of the last step that was.
  std::optional<LiveReply> next_reply() {
    for (;;) {
      if (auto reply = take()) {
        if (reply->asked_for || reply->reply.code == 421) return reply;  // 421 may stand for any reply
        add_extra(*reply);
        continue;
      }
      if (!receive()) return take();
    }
  }

  std::optional<LiveReply> take() {
    if (!ahead_) return live_->take_reply();
    return std::exchange(ahead_, std::nullopt);
  }

  bool live_replies_wait() {
    if (!ahead_) ahead_ = live_->take_reply();
    return ahead_.has_value();
  }

  /// What came although everything sent was answered.
  void drain() {
    while (alive_ && connection_.readable() && receive()) {
    }
    note_extra_replies();
  }

  void note_extra_replies() {
    while (const auto reply = take()) add_extra(*reply);
  }

  void add_extra(const LiveReply& reply) {
    const auto sent = std::ranges::find_if(result_.steps.rbegin(), result_.steps.rend(), &StepResult::sent);
    if (sent == result_.steps.rend()) return;
    sent->live.push_back(reply.reply);
    if (sent->verdict == Verdict::differs) return;
    sent->verdict = Verdict::differs;
    sent->kind = DifferenceKind::extra_reply;
    sent->why = fmt::format("a further reply {} that nothing asked for", code_text(reply.reply));
    const auto at = static_cast<std::size_t>(std::distance(sent, result_.steps.rend()) - 1);
    if (!result_.first_difference || *result_.first_difference > at) note_first_difference(at);
  }

  struct Recipient {
    std::string address;
    bool recorded = false;  ///< taken in the record
    bool live = false;      ///< taken now
  };

  const Plan& plan_;
  const PlayOptions& options_;
  TraceListener& listener_;
  Connection connection_;
  std::optional<LiveSession> live_;
  PlayResult result_;
  std::optional<LiveReply> ahead_;  ///< taken from live_, not judged yet
  bool alive_ = true;
  bool timed_out_ = false;
  bool dropped_ = false;  ///< nothing more may be sent, QUIT neither
  bool quit_answered_ = false;
  bool told_serial_ = false;
  std::string end_reason_;
  std::string blocked_;  ///< why nothing but QUIT is sent any more
  bool pipelining_ = false;
  bool chunking_ = false;
  bool data_open_ = false;
  bool sender_lost_ = false;
  bool recipients_lost_ = false;
  std::vector<Recipient> recipients_;
};

}  // namespace

std::string_view to_string(Verdict verdict) noexcept {
  constexpr std::array<std::string_view, 3> names{"same", "differs", "not-comparable"};
  return names[static_cast<std::size_t>(verdict)];
}

std::string_view to_string(DifferenceKind kind) noexcept {
  constexpr std::array<std::string_view, 15> names{"none",        "reply",         "recipient",      "extensions",
                                                   "tls",         "auth",          "extra-reply",    "missing-reply",
                                                   "early-close", "timeout",       "late-reply",     "message",
                                                   "command",     "extra-command", "missing-command"};
  return names[static_cast<std::size_t>(kind)];
}

PlayResult play(const Plan& plan, const PlayOptions& options, TraceListener& live) {
  return Player(plan, options, live).play();
}

}  // namespace mailparse::tools
