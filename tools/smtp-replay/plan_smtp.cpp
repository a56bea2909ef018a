#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/session/smtp_command.hpp>

#include "smtp-replay/message_octets.hpp"
#include "smtp-replay/message_supply.hpp"
#include "smtp-replay/plan_builder.hpp"

namespace mailparse::tools {
namespace {

/// Verbs that are never sent: they turn the connection round, or forge the client's address.
bool never_sent(SmtpVerb verb) noexcept {
  constexpr std::array verbs{SmtpVerb::turn,           SmtpVerb::atrn,   SmtpVerb::xclient, SmtpVerb::xforward,
                             SmtpVerb::x_anonymoustls, SmtpVerb::x_exps, SmtpVerb::burl};
  return std::ranges::find(verbs, verb) != verbs.end();
}

/// Parameters that ask for mail to other people, or tell of them. RFC 3461, RFC 4954 5, RFC 3885.
bool tells_of_people(EsmtpKeyword keyword) noexcept {
  constexpr std::array keywords{EsmtpKeyword::orcpt, EsmtpKeyword::notify, EsmtpKeyword::ret,
                                EsmtpKeyword::envid, EsmtpKeyword::auth,   EsmtpKeyword::mtrk};
  return std::ranges::find(keywords, keyword) != keywords.end();
}

class SmtpPlanner final : public PlanBuilder {
 public:
  SmtpPlanner(const RecordedSession& session, const PlanOptions& options)
      : PlanBuilder(session, options),
        messages_(session, options, [this](std::string text) { note(std::move(text)); }) {}

 private:
  std::size_t add(std::size_t at) override {
    const RecordedExchange& exchange = session_.exchanges[at];
    if (exchange.verb == ".") return add_message(exchange), at + 1;
    if (!is_sendable(at)) return at + 1;
    Silence ignored;
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
        add_hello(exchange, command);
        break;
      case SmtpVerb::mail:
      case SmtpVerb::send:
      case SmtpVerb::soml:
      case SmtpVerb::saml:
        add_sender(at, command);
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
        return add_recorded_starttls(at);
      case SmtpVerb::auth:
        return add_auth(at, command.mechanism);
      case SmtpVerb::etrn:
        if (options_.allow_destructive) {
          add_line(exchange, "ETRN", exchange.text);
        } else {
          note("ETRN is left out: it starts the server's queue (--allow-destructive)");
        }
        break;
      default:
        add_line(exchange, command.verb == SmtpVerb::unknown ? exchange.verb : std::string(to_string(command.verb)),
                 exchange.text);
        break;
    }
    return at + 1;
  }

  void add_hello(const RecordedExchange& exchange, const SmtpCommand& command) {
    const Rewrites& rewrites = options_.rewrites;
    const std::string recorded(command.argument);
    const std::string name = rewrites.helo.empty() ? rewrites.domains.of_domain(recorded) : rewrites.helo;
    const std::string line = name == recorded ? exchange.text : fmt::format("{} {}", command.verb_text, name);
    add_line(exchange, to_string(command.verb), line);
    const bool extended = command.verb != SmtpVerb::helo;
    if (!extended || tls_ || options_.starttls != StarttlsPolicy::always || starttls_follows()) return;
    tls_ = true;
    PlanStep& starttls = add_step(StepKind::starttls, "STARTTLS", nullptr);
    starttls.wire = "STARTTLS\r\n";
    starttls.shown = "STARTTLS";
    PlanStep& again = add_line(exchange, to_string(command.verb), line);
    again.joins = false;
    again.expected.clear();  // what is offered under TLS is not in the record
    note("STARTTLS is added");
  }

  [[nodiscard]] bool starttls_follows() const {
    return std::ranges::any_of(session_.exchanges, [](const auto& exchange) { return exchange.verb == "STARTTLS"; });
  }

  /// Without STARTTLS the EHLO that repeats the first one goes too. RFC 3207 4.2.
  std::size_t add_recorded_starttls(std::size_t at) {
    tls_ = true;
    if (options_.starttls != StarttlsPolicy::never) return add_starttls(session_.exchanges[at]), at + 1;
    note("STARTTLS is left out");
    const auto& exchanges = session_.exchanges;
    const bool again =
        at + 1 < exchanges.size() && (exchanges[at + 1].verb == "EHLO" || exchanges[at + 1].verb == "LHLO");
    return at + (again ? 2 : 1);
  }

  /// SIZE= for the message that will be sent in place of the recorded one. RFC 1870.
  [[nodiscard]] std::string size_for(std::string_view recorded) {
    std::uint64_t size = 0;
    std::from_chars(recorded.data(), recorded.data() + recorded.size(), size);
    const auto growth = messages_.growth(planned_);
    if (!growth) return options_.body ? std::to_string(messages_.message(planned_).size()) : std::string(recorded);
    if (*growth == 0) return std::string(recorded);
    return std::to_string(*growth < 0 && size < static_cast<std::uint64_t>(-*growth)
                              ? messages_.message(planned_).size()
                              : size + static_cast<std::uint64_t>(*growth));
  }

  /// The line anew with another address, a size that fits, and without parameters that tell of people.
  std::string rewritten(const RecordedExchange& exchange, const SmtpCommand& command,
                        const std::optional<std::string>& fresh, std::string_view keyword, bool message) {
    std::string line = fmt::format("{} {}:{}", command.verb_text, keyword,
                                   fresh ? fmt::format("<{}>", *fresh) : std::string(command.path->text));
    bool changed = fresh.has_value();
    for (const EsmtpParameter& parameter : command.parameters) {
      if (tells_of_people(parameter.known)) {
        note(fmt::format("{}= of {} is left out: it asks for mail to people, or tells of them", parameter.keyword,
                         to_string(command.verb)));
        changed = true;
        continue;
      }
      line += ' ';
      line += parameter.keyword;
      if (!parameter.value) continue;
      const bool resize = parameter.known == EsmtpKeyword::size && message;
      const std::string value = resize ? size_for(*parameter.value) : std::string(*parameter.value);
      changed = changed || value != *parameter.value;
      line += '=';
      line += value;
    }
    return changed ? line : exchange.text;
  }

  /// Whether the transaction that MAIL at `at` opens comes to a message.
  [[nodiscard]] bool leads_to_message(std::size_t at) const {
    for (++at; at < session_.exchanges.size(); ++at) {
      const std::string& verb = session_.exchanges[at].verb;
      if (verb == "." || verb == "BDAT") return true;
      if (verb == "MAIL" || verb == "RSET" || verb == "QUIT" || verb == "EHLO") return false;
    }
    return false;
  }

  void add_sender(std::size_t at, const SmtpCommand& command) {
    const RecordedExchange& exchange = session_.exchanges[at];
    if (!command.path) {
      add_line(exchange, to_string(command.verb), exchange.text);
      return;
    }
    const std::string recorded(command.path->address);
    std::optional<std::string> fresh;
    if (!command.path->null_path) fresh = options_.rewrites.mail_from;
    if (const std::string other = options_.rewrites.domains.of_address(recorded); !fresh && other != recorded)
      fresh = other;
    const std::string line = rewritten(exchange, command, fresh, "FROM", leads_to_message(at));
    add_line(exchange, to_string(command.verb), line);
    if (!command.path->null_path && !is_harmless(fresh.value_or(recorded)))
      note(fmt::format("the sender {} is in no reserved domain: a bounce would go there (--mail-from)",
                       fresh.value_or(recorded)));
  }

  void add_recipient(const RecordedExchange& exchange, const SmtpCommand& command) {
    const std::string recorded(command.path ? command.path->address : std::string_view{});
    auto fresh = options_.rewrites.recipients.find(recorded);
    if (const std::string other = options_.rewrites.domains.of_address(recorded); !fresh && other != recorded)
      fresh = other;
    const std::string address = fresh.value_or(recorded);
    if (!command.path && !fresh) return refuse(fmt::format("a recipient that cannot be read: {}", exchange.text));
    if (!is_harmless(address))
      return refuse(fmt::format("recipient {} is in no reserved domain (--rcpt-to, --rcpt-map, --domain)", address));
    if (!fresh && !command.path->route.empty())
      return refuse(fmt::format("recipient {} has a route (--rcpt-to, --rcpt-map)", command.path->text));
    const std::string line =
        command.path ? rewritten(exchange, command, fresh, "TO", false) : fmt::format("RCPT TO:<{}>", *fresh);
    add_line(exchange, "RCPT", line).recipient = address;
  }

  void add_message(const RecordedExchange& exchange) {
    const std::string& message = messages_.message(planned_++);
    PlanStep& step = add_step(StepKind::message, ".", &exchange);
    step.joins = false;
    step.ends_message = true;
    step.wire = to_data(message);
    step.message_octets = message.size();
    step.shown = fmt::format("(message of {} octets) .", message.size());
    add_message_borders(step, exchange);
    if (hides_end_of_data(step.wire))
      refuse(
          fmt::format("message {} holds a lone dot between bare CR or LF: a lax server would take what follows for "
                      "commands",
                      planned_));
  }

  /// The dot's line is the last of the message's octets on the wire.
  void add_message_borders(PlanStep& step, const RecordedExchange& exchange) const {
    constexpr std::uint64_t end_of_data = 3;
    if (!exchange.offset || *exchange.offset + end_of_data < step.wire.size()) return;
    const std::uint64_t begin = *exchange.offset + end_of_data - step.wire.size();
    for (const std::uint64_t border : session_.client_segments) {
      if (border >= begin && border < *exchange.offset + end_of_data) step.borders.push_back(border - begin);
    }
  }

  /// All BDAT commands of one message; the sizes follow the message. RFC 3030 2.
  std::size_t add_chunks(std::size_t at) {
    struct Piece {
      const RecordedExchange* exchange;
      SmtpChunk chunk;
    };
    std::vector<Piece> pieces;
    std::uint64_t total = 0;
    for (; at < session_.exchanges.size(); ++at) {
      Silence ignored;
      const auto command = parse_smtp_command(session_.exchanges[at].text, 0, ignored);
      if (!command || command->verb != SmtpVerb::bdat) break;
      if (!command->chunk || command->chunk->size > MessageSupply::most_made_up_octets) {
        unusable(fmt::format("{}: not a chunk", session_.exchanges[at].text));
        return at + 1;
      }
      pieces.push_back({&session_.exchanges[at], *command->chunk});
      total += command->chunk->size;
      if (command->chunk->last) {
        ++at;
        break;
      }
    }
    std::string_view left = messages_.message(planned_++, total);
    for (const Piece& piece : pieces) {
      const bool last = piece.chunk.last;
      const std::string_view octets = last ? left : left.substr(0, piece.chunk.size);
      left.remove_prefix(octets.size());
      PlanStep& step = add_step(StepKind::chunk, "BDAT", piece.exchange);
      step.joins = false;
      step.ends_message = last;
      step.shown = fmt::format("BDAT {}{}", octets.size(), last ? " LAST" : "");
      step.wire = step.shown;
      step.wire += crlf;
      step.wire += octets;
      step.message_octets = octets.size();
    }
    return at;
  }

  MessageSupply messages_;
  std::size_t planned_ = 0;  ///< messages of the record that were planned
  bool tls_ = false;
};

}  // namespace

std::expected<Plan, PlanError> make_smtp_plan(const RecordedSession& session, const PlanOptions& options) {
  return SmtpPlanner(session, options).make();
}

}  // namespace mailparse::tools
