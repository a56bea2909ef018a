#include "source/dialects/detect.hpp"

#include <algorithm>
#include <cmath>

#include <mailparse/base/octets.hpp>

#include "source/quiet_listener.hpp"

namespace mailparse::transcript {
namespace {

/// What a trial reading brought.
struct Evidence {
  std::size_t lines = 0;     ///< not blank
  std::size_t known = 0;     ///< taken by the dialect
  std::size_t commands = 0;  ///< client lines that are commands
  std::size_t senders = 0;   ///< MAIL FROM among them, which no prose holds
  std::size_t replies = 0;   ///< server lines that are replies
  std::size_t others = 0;    ///< lines of a side that are neither and stand in no message
  std::size_t wrong = 0;     ///< replies of a client, commands of a server, replies that another protocol gives
  std::size_t greetings = 0;
  std::size_t answers = 0;  ///< replies to a command that waits for one
  std::size_t ups = 0;      ///< SMTP replies with a higher code than the one before
  std::size_t downs = 0;    ///< and those with the same or a lower one

  /// Replies alone, as a server says them: greeted, and not in the order of a table of codes.
  [[nodiscard]] bool server_alone() const noexcept {
    return commands == 0 && greetings > 0 && replies >= 4 && ups <= 2 * downs + 1;
  }
  /// Commands alone, as someone prepared them.
  [[nodiscard]] bool client_alone() const noexcept { return replies == 0 && senders > 0 && commands >= 6; }
};

/// Codes that FTP and NNTP answer with, which share verbs and the form of replies with mail, and no mail server does.
bool foreign(std::uint16_t code) noexcept {
  if (code >= 300 && code < 400) return code != 334 && code != 354;
  return code >= 200 && code < 300 && (code < 211 || (code > 221 && code < 235) || code > 253);
}

/// Weighs one conversation of a trial reading.
class Witness final : public QuietListener {
 public:
  explicit Witness(Evidence& evidence) noexcept : evidence_(evidence) {}

  void on_chunk(const Chunk& chunk) override {
    auto line = chunk.octets;
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    if (chunk.side == Side::client) {
      hear_client(line, chunk.octets.size());
    } else {
      hear_server(line);
    }
  }

 private:
  void hear_client(std::string_view line, std::size_t octets) {
    if (opaque_ && verb(line) == Verb::none) return;
    if (in_message_) {
      in_message_ = line != ".";
      return;
    }
    if (due_ > 0) {
      due_ = due_ > octets ? due_ - octets : imap_literal(line).value_or(0);
      return;
    }
    if (std::exchange(in_sasl_, false)) return;
    const auto said = verb(line);
    if (said == Verb::data && !heard_server_) in_message_ = true;
    if (said != Verb::none) {
      ++evidence_.commands;
      if (said == Verb::mail) ++evidence_.senders;
      ++waiting_;
      asked_ = said;
      if (is_imap(said)) tag_ = line.substr(0, line.find(' '));
      asked_lines_ = said == Verb::pop3_lines;
      due_ = is_imap(said) ? imap_literal(line).value_or(0) : bdat_size(line).value_or(0);
    } else if (smtp_code(line) || pop3_reply(line)) {
      ++evidence_.wrong;
    } else if (!line.empty() && line != "." && !base64_line(line)) {
      ++evidence_.others;
    }
  }

  void hear_server(std::string_view line) {
    heard_server_ = true;
    if (opaque_ && !is_reply(line)) return;
    const auto code = smtp_code(line);
    if (in_lines_) {
      in_lines_ = line != ".";
      return;
    }
    if (is_reply(line)) {
      ++evidence_.replies;
      // A column of numbers has no words behind them.
      if (is_greeting(line) && std::ranges::any_of(line.substr(3), [](char c) { return is(OctetClass::alpha, c); }))
        ++evidence_.greetings;
      hear_answer(line, code);
      in_message_ = code == 354;
      in_sasl_ = code == 334 || continuation_request(line);
      in_lines_ = asked_lines_ && line.starts_with("+OK");
      asked_lines_ = false;
      smtp_ = smtp_ || code.has_value();
    } else if (const auto said = verb(line); said != Verb::none && in_capitals(line) && !in_message_) {
      ++evidence_.wrong;
    } else if (!line.empty() && line != "." && smtp_) {
      // Listings and messages of POP3 and IMAP have lines of any kind.
      ++evidence_.others;
    }
  }

  /// Whether a reply answers a command that was heard.
  void hear_answer(std::string_view line, std::optional<std::uint16_t> code) {
    if (code) {
      ++(*code > code_ ? evidence_.ups : evidence_.downs);
      code_ = *code;
    }
    const bool final = (code && !smtp_more(line)) || pop3_reply(line) ||
                       (imap_tagged_reply(line) && line.substr(0, line.find(' ')) == tag_);
    const bool mistaken = (code && (is_pop3(asked_) || foreign(*code))) || (pop3_reply(line) && is_envelope(asked_));
    if (mistaken) ++evidence_.wrong;
    // What a dump shows of TLS says nothing against it.
    if (final && asked_ == Verb::starttls) opaque_ = code ? *code == 220 : line.starts_with("+OK");
    if (!final || waiting_ == 0) return;
    --waiting_;
    if (!mistaken) ++evidence_.answers;
  }

  static bool is_envelope(Verb said) noexcept { return said >= Verb::hello && said <= Verb::bdat; }

  Evidence& evidence_;
  Verb asked_ = Verb::none;  ///< the last command
  std::string tag_;          ///< of the last IMAP command
  std::size_t waiting_ = 0;
  std::uint16_t code_ = 0;  ///< the last reply's
  std::uint64_t due_ = 0;   ///< octets of a literal or chunk that are still to come
  bool in_message_ = false;
  bool in_sasl_ = false;
  bool in_lines_ = false;
  bool asked_lines_ = false;
  bool heard_server_ = false;
  bool smtp_ = false;
  bool opaque_ = false;  ///< TLS was begun: from here on a log may show what no dialogue is
};

class Witnesses final : public ConversationFactory {
 public:
  explicit Witnesses(Evidence& evidence) noexcept : evidence_(evidence) {}
  std::unique_ptr<ConversationListener> open(const ConversationStart&) override {
    return std::make_unique<Witness>(evidence_);
  }

 private:
  Evidence& evidence_;
};

Evidence try_out(const DialectRow& row, const std::vector<LogLine>& lines) {
  Evidence evidence;
  Witnesses witnesses(evidence);
  Book book(witnesses, {});
  const auto dialect = row.make();
  for (const auto& line : lines) {
    if (trim_blanks(line.text).empty()) {
      dialect->read(line, book);
      continue;
    }
    ++evidence.lines;
    book.at(line);
    if (dialect->read(line, book)) ++evidence.known;
  }
  dialect->finish(book);
  book.finish();
  return dialect->convinced() ? evidence : Evidence{};
}

double weigh(const DialectRow& row, const Evidence& e) {
  const auto said = static_cast<double>(e.commands + e.replies);
  if (said < 1 || e.lines == 0) return 0;
  // Each line that makes sense halves the doubt that is left, two lines of a dialogue at a time.
  const double strength = 1.0 - std::exp2(-said / 2.0);
  const double purity = said / (said + static_cast<double>(e.others) + 4.0 * static_cast<double>(e.wrong));
  const double share = static_cast<double>(e.known) / static_cast<double>(e.lines);
  double weight = strength * purity;
  if (row.marks == Marks::none) {
    // Without marks a file of numbers looks like replies, and prose like commands: commands must be answered, or one
    // side say what it says alone, and hardly anything else stand there.
    if (e.answers == 0 && !e.server_alone() && !e.client_alone()) weight *= 0.4;
    weight *= share >= 0.5 ? 0.6 + 0.4 * share : share;
  } else if (row.marks == Marks::common) {
    if (e.answers == 0 && e.greetings == 0 && e.senders == 0) weight *= 0.4;
    weight *= 0.7 + 0.3 * share;
  } else {
    // A manual or a changelog quotes some lines of a dialogue; a log has at least one line in thirty of it.
    weight *= std::min(1.0, share * 30);
  }
  // Two digits are all that such a weight is worth.
  return std::round(weight * 100) / 100;
}

}  // namespace

Detection explain(const DialectRow& row, const std::vector<LogLine>& lines) {
  const auto evidence = try_out(row, lines);
  const auto confidence = weigh(row, evidence);
  // Own marks count a little more, so that a special dialect is named rather than a general one that reads the same.
  const double own = row.marks == Marks::own ? 1.1 : row.marks == Marks::common ? 1.0 : 0.7;
  return {&row, confidence, confidence * own * static_cast<double>(evidence.commands + evidence.replies)};
}

Detection detect(const std::vector<LogLine>& lines) {
  Detection best;
  for (const auto& row : dialect_rows()) {
    const auto found = explain(row, lines);
    if (found.worth > best.worth) best = found;
  }
  return best;
}

}  // namespace mailparse::transcript
