#include "smtp-replay/plan.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/octets.hpp>
#include <mailparse/session/smtp_command.hpp>

#include "smtp-replay/message_octets.hpp"

namespace mailparse::tools {
namespace {

constexpr std::string_view crlf = "\r\n";
constexpr std::string_view mask = "***";
constexpr std::uint64_t size_of_unknown_message = 512;

/// Whether the client said `later` before the server's reply at `reply` was on the wire.
bool before(const RecordedPlace& later, const RecordedPlace& reply) noexcept {
  if (later.frame != 0 && reply.frame != 0 && later.frame != reply.frame && (!later.at || !reply.at))
    return later.frame < reply.frame;
  if (later.at && reply.at) return *later.at < *reply.at;
  return false;
}

/// Verbs that RFC 2920 3.1 wants last in a group, or behind which the dialogue changes its nature.
bool must_be_last(const PlanStep& step) noexcept {
  return step.kind != StepKind::command || step.verb == "EHLO" || step.verb == "HELO" || step.verb == "LHLO" ||
         step.verb == "QUIT";
}

/// Verbs that are never sent: they turn the connection round, start queues, or forge the client's address.
bool never_sent(SmtpVerb verb) noexcept {
  constexpr std::array verbs{SmtpVerb::turn,     SmtpVerb::atrn,           SmtpVerb::etrn,   SmtpVerb::xclient,
                             SmtpVerb::xforward, SmtpVerb::x_anonymoustls, SmtpVerb::x_exps, SmtpVerb::burl};
  return std::ranges::find(verbs, verb) != verbs.end();
}

/// Parameters that ask for mail to other people, or tell of them. RFC 3461, RFC 4954 5, RFC 3885.
bool tells_of_people(EsmtpKeyword keyword) noexcept {
  constexpr std::array keywords{EsmtpKeyword::orcpt, EsmtpKeyword::notify, EsmtpKeyword::ret,
                                EsmtpKeyword::envid, EsmtpKeyword::auth,   EsmtpKeyword::mtrk};
  return std::ranges::find(keywords, keyword) != keywords.end();
}

class Planner {
 public:
  Planner(const RecordedSession& session, const PlanOptions& options) : session_(session), options_(options) {}

  std::expected<Plan, PlanError> make() {
    plan_.session = session_.id;
    plan_.file = session_.file;
    plan_.protocol = session_.protocol;
    if (session_.exchanges.empty()) return std::unexpected(PlanError{ReplayStatus::unusable, {"no command is in it"}});
    add_greeting();
    const auto& exchanges = session_.exchanges;
    for (std::size_t at = 0; at < exchanges.size();) at = add(at);
    if (session_.opaque) plan_.notes.emplace_back("what followed in the record is TLS that could not be read");
    if (!refused_.empty()) return std::unexpected(PlanError{ReplayStatus::refused, std::move(refused_)});
    if (!unusable_.empty()) return std::unexpected(PlanError{ReplayStatus::unusable, std::move(unusable_)});
    return std::move(plan_);
  }

 private:
  PlanStep& add_step(StepKind kind, std::string verb, const RecordedExchange* exchange) {
    PlanStep& step = plan_.steps.emplace_back();
    step.n = plan_.steps.size();
    step.kind = kind;
    step.verb = std::move(verb);
    if (exchange != nullptr) {
      step.expected = exchange->replies;
      step.recorded_latency = exchange->latency;
      step.joins = joins(*exchange);
      last_ = exchange;
    }
    return step;
  }

  void add_greeting() {
    PlanStep& step = add_step(StepKind::greeting, "connect", nullptr);
    step.shown = "(connect)";
    if (session_.greeting) step.expected.push_back(*session_.greeting);
  }

  /// Called while the step itself is the last one already.
  [[nodiscard]] bool joins(const RecordedExchange& exchange) const {
    if (options_.serial || last_ == nullptr || last_->replies.empty() || plan_.steps.size() < 2) return false;
    if (must_be_last(plan_.steps[plan_.steps.size() - 2])) return false;
    return before(exchange.place, last_->replied);
  }

  /// Adds the exchange at `at` and what belongs to it; returns the place behind.
  std::size_t add(std::size_t at) {
    const RecordedExchange& exchange = session_.exchanges[at];
    if (exchange.verb == ".") return add_message(exchange), at + 1;
    if (exchange.verb == "+") {
      note("an answer to a challenge without its AUTH is left out");
      return at + 1;
    }
    if (!exchange.observed) {
      note(fmt::format("a {} whose line the record lacks is left out", exchange.verb));
      return at + 1;
    }
    if (exchange.text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      refused_.push_back(fmt::format("command {} holds a line end or NUL", at + 1));
      return at + 1;
    }
    DiagnosticList ignored;
    const auto command = parse_smtp_command(exchange.text, 0, ignored);
    if (!command) return add_line(exchange, exchange.verb, exchange.text), at + 1;
    if (never_sent(command->verb)) {
      note(fmt::format("{} is left out: it is never sent", to_string(command->verb)));
      return at + 1;
    }
    return add_command(at, *command);
  }

  std::size_t add_command(std::size_t at, const SmtpCommand& command) {
    const RecordedExchange& exchange = session_.exchanges[at];
    switch (command.verb) {
      case SmtpVerb::helo:
      case SmtpVerb::ehlo:
      case SmtpVerb::lhlo:
        add_line(exchange, to_string(command.verb), hello(exchange, command));
        break;
      case SmtpVerb::mail:
      case SmtpVerb::send:
      case SmtpVerb::soml:
      case SmtpVerb::saml:
        add_sender(exchange, command);
        break;
      case SmtpVerb::rcpt:
        add_recipient(exchange, command);
        break;
      case SmtpVerb::data:
        add_line(exchange, "DATA", exchange.text).kind = StepKind::data;
        break;
      case SmtpVerb::bdat:
        return add_chunks(at);
      case SmtpVerb::starttls:
        add_starttls(exchange);
        break;
      case SmtpVerb::auth:
        return add_auth(at, command);
      default:
        add_line(exchange, command.verb == SmtpVerb::unknown ? exchange.verb : std::string(to_string(command.verb)),
                 exchange.text);
        break;
    }
    return at + 1;
  }

  PlanStep& add_line(const RecordedExchange& exchange, std::string_view verb, std::string_view line) {
    PlanStep& step = add_step(StepKind::command, std::string(verb), &exchange);
    step.wire = line;
    step.wire += crlf;
    step.shown = line;
    return step;
  }

  void add_starttls(const RecordedExchange& exchange) {
    PlanStep& step = add_line(exchange, "STARTTLS", exchange.text);
    step.kind = StepKind::starttls;
    step.joins = false;
  }

  [[nodiscard]] std::string hello(const RecordedExchange& exchange, const SmtpCommand& command) const {
    return options_.helo.empty() ? exchange.text : fmt::format("{} {}", command.verb_text, options_.helo);
  }

  /// The line anew with another address and without parameters that tell of people; as recorded where neither is so.
  std::string with_address(const RecordedExchange& exchange, const SmtpCommand& command,
                           const std::optional<std::string>& fresh, std::string_view keyword) {
    const bool strip =
        std::ranges::any_of(command.parameters, [](const EsmtpParameter& p) { return tells_of_people(p.known); });
    const bool resize = command.find(EsmtpKeyword::size) != nullptr && !has_octets(messages_);
    if (!fresh && !strip && !resize) return exchange.text;
    std::string line = fmt::format("{} {}:{}", command.verb_text, keyword,
                                   fresh ? fmt::format("<{}>", *fresh) : std::string(command.path->text));
    for (const EsmtpParameter& parameter : command.parameters) {
      if (tells_of_people(parameter.known)) {
        note(fmt::format("{}= of {} is left out: it asks for mail to people, or tells of them", parameter.keyword,
                         to_string(command.verb)));
        continue;
      }
      line += ' ';
      line += parameter.keyword;
      if (parameter.known == EsmtpKeyword::size && resize && options_.body) {
        line += fmt::format("={}", options_.body->size());
      } else if (parameter.value) {
        line += '=';
        line += *parameter.value;
      }
    }
    return line;
  }

  void add_sender(const RecordedExchange& exchange, const SmtpCommand& command) {
    if (!command.path) {
      add_line(exchange, to_string(command.verb), exchange.text);
      return;
    }
    const bool null_path = command.path->null_path;
    const auto fresh = null_path ? std::nullopt : options_.mail_from;
    const std::string line = with_address(exchange, command, fresh, "FROM");
    add_line(exchange, to_string(command.verb), line);
    if (!null_path && !fresh && !is_harmless(command.path->address))
      note(fmt::format("the sender {} is in no reserved domain: a bounce would go there (--mail-from)",
                       command.path->address));
  }

  void add_recipient(const RecordedExchange& exchange, const SmtpCommand& command) {
    const std::string_view recorded = command.path ? command.path->address : std::string_view{};
    const auto fresh = options_.recipients.find(recorded);
    const std::string address = fresh.value_or(std::string(recorded));
    if (!command.path && !fresh)
      return refused_.push_back(fmt::format("a recipient that cannot be read: {}", exchange.text));
    if (!is_harmless(address) || (!fresh && !command.path->route.empty())) return refused_.push_back(address);
    std::string line =
        command.path ? with_address(exchange, command, fresh, "TO") : fmt::format("RCPT TO:<{}>", *fresh);
    add_line(exchange, "RCPT", line).recipient = address;
  }

  [[nodiscard]] bool has_octets(std::size_t message) const {
    return message < session_.messages.size() && session_.messages[message].octets.has_value();
  }

  /// The next message of the record, or what stands for it.
  std::string next_message(std::optional<std::uint64_t> wanted_size) {
    const std::size_t index = messages_++;
    const bool known = index < session_.messages.size();
    if (has_octets(index) && (!wanted_size || *wanted_size == session_.messages[index].octets->size()))
      return *session_.messages[index].octets;
    if (options_.body) {
      note(fmt::format("message {}: the record lacks its octets, those of --body-from are sent", index + 1));
      return *options_.body;
    }
    std::uint64_t size = wanted_size.value_or(known ? session_.messages[index].size : 0);
    if (size == 0) size = size_of_unknown_message;
    note(fmt::format("message {}: the record lacks its octets, {} made-up ones are sent (--body-from)", index + 1,
                     size));
    return made_up_message(std::min(size, most_made_up_octets));
  }

  void add_message(const RecordedExchange& exchange) {
    const std::string message = next_message(std::nullopt);
    PlanStep& step = add_step(StepKind::message, ".", &exchange);
    step.joins = false;
    step.wire = to_data(message);
    step.message_octets = message.size();
    step.shown = fmt::format("(message of {} octets) .", message.size());
    if (hides_end_of_data(step.wire))
      refused_.push_back(
          fmt::format("message {} holds a lone dot between bare CR or LF: a lax server would take what "
                      "follows for commands",
                      messages_));
  }

  /// All BDAT commands of one message. RFC 3030 2.
  std::size_t add_chunks(std::size_t at) {
    struct Piece {
      const RecordedExchange* exchange;
      SmtpChunk chunk;
    };
    std::vector<Piece> pieces;
    std::uint64_t total = 0;
    for (; at < session_.exchanges.size(); ++at) {
      DiagnosticList ignored;
      const auto command = parse_smtp_command(session_.exchanges[at].text, 0, ignored);
      if (!command || command->verb != SmtpVerb::bdat) break;
      if (!command->chunk || command->chunk->size > most_made_up_octets) {
        unusable_.push_back(fmt::format("{}: not a chunk", session_.exchanges[at].text));
        return at + 1;
      }
      pieces.push_back({&session_.exchanges[at], *command->chunk});
      total += command->chunk->size;
      if (command->chunk->last) {
        ++at;
        break;
      }
    }
    const std::string message = next_message(total);
    std::string_view left = message;
    for (const Piece& piece : pieces) {
      const bool last = piece.chunk.last;
      const std::string_view octets = last ? left : left.substr(0, piece.chunk.size);
      left.remove_prefix(octets.size());
      PlanStep& step = add_step(StepKind::chunk, "BDAT", piece.exchange);
      step.joins = false;
      step.shown = fmt::format("BDAT {}{}", octets.size(), last ? " LAST" : "");
      step.wire = step.shown;
      step.wire += crlf;
      step.wire += octets;
      step.message_octets = octets.size();
    }
    return at;
  }

  /// AUTH with the answers behind it. RFC 4954 4.
  std::size_t add_auth(std::size_t at, const SmtpCommand& command) {
    const RecordedExchange& exchange = session_.exchanges[at];
    PlanStep step;
    step.mechanism = command.mechanism;
    std::ranges::transform(step.mechanism, step.mechanism.begin(), to_upper);
    const RecordedExchange* deciding = &exchange;
    for (++at; at < session_.exchanges.size() && session_.exchanges[at].verb == "+"; ++at) {
      deciding = &session_.exchanges[at];
      step.recorded_answers.push_back(deciding->text);
    }
    if (options_.without_auth) {
      note("AUTH is left out");
      return at;
    }
    if (!options_.own_credentials && !options_.recorded_secrets) {
      if (!asked_for_credentials_)
        unusable_.emplace_back(
            "AUTH: recorded secrets are not sent; give --auth-user and a password, or --send-recorded-secrets, or "
            "--no-auth");
      asked_for_credentials_ = true;
      return at;
    }
    if (!options_.own_credentials && (!session_.secrets_shown || holds_mask(exchange, step)))
      unusable_.emplace_back("AUTH: the record has its secrets masked; give --auth-user and a password");
    PlanStep& added = add_step(StepKind::auth, "AUTH", &exchange);
    added.expected = deciding->replies;
    added.recorded_latency.reset();
    added.joins = false;
    added.mechanism = step.mechanism;
    added.shown = fmt::format("AUTH {} {}", step.mechanism, mask);
    if (options_.own_credentials) return at;
    added.wire = exchange.text + std::string(crlf);
    added.recorded_answers = std::move(step.recorded_answers);
    return at;
  }

  static bool holds_mask(const RecordedExchange& exchange, const PlanStep& step) {
    const auto masked = [](const std::string& text) { return text.find(mask) != std::string::npos; };
    return masked(exchange.text) || std::ranges::any_of(step.recorded_answers, masked);
  }

  void note(std::string text) {
    if (std::ranges::find(plan_.notes, text) == plan_.notes.end()) plan_.notes.push_back(std::move(text));
  }

  static constexpr std::uint64_t most_made_up_octets = 512 * 1024 * 1024;

  const RecordedSession& session_;
  const PlanOptions& options_;
  Plan plan_;
  std::vector<std::string> refused_;
  std::vector<std::string> unusable_;
  const RecordedExchange* last_ = nullptr;
  std::size_t messages_ = 0;  ///< of the record that were planned
  bool asked_for_credentials_ = false;
};

}  // namespace

std::expected<Plan, PlanError> make_plan(const RecordedSession& session, const PlanOptions& options) {
  return Planner(session, options).make();
}

}  // namespace mailparse::tools
