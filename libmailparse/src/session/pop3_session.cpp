#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/line_reader.hpp>
#include <mailparse/session/pop3_session.hpp>

#include "session/sasl.hpp"
#include "session/smtp_payload.hpp"
#include "session/tls_gate.hpp"

namespace mailparse {
namespace {

/// What a positive reply to a command is followed by.
enum class Follow : std::uint8_t {
  nothing,      ///< the status line is the reply
  lines,        ///< a list up to a lone dot
  lines_alone,  ///< a list if the command had no argument
  message,      ///< a message up to a lone dot
};

struct VerbRow {
  std::string_view name;
  Follow follow;
};

constexpr auto verbs = std::to_array<VerbRow>({
    {"APOP", Follow::nothing},     {"AUTH", Follow::lines_alone}, {"CAPA", Follow::lines},
    {"DELE", Follow::nothing},     {"LANG", Follow::lines_alone}, {"LAST", Follow::nothing},
    {"LIST", Follow::lines_alone}, {"NOOP", Follow::nothing},     {"PASS", Follow::nothing},
    {"QUIT", Follow::nothing},     {"RETR", Follow::message},     {"RSET", Follow::nothing},
    {"STAT", Follow::nothing},     {"STLS", Follow::nothing},     {"TOP", Follow::message},
    {"UIDL", Follow::lines_alone}, {"USER", Follow::nothing},     {"UTF8", Follow::nothing},
    {"XSENDER", Follow::nothing},  {"XTND", Follow::nothing},
});
static_assert(std::ranges::is_sorted(verbs, {}, &VerbRow::name));

const VerbRow* find_verb(std::string_view name) noexcept {
  const auto row = std::ranges::lower_bound(verbs, name, {}, &VerbRow::name);
  return row != verbs.end() && row->name == name ? &*row : nullptr;
}

struct Pending {
  std::uint64_t n = 0;
  std::string verb;
  std::string argument;  ///< the message number of RETR and TOP
  Follow follow = Follow::nothing;
  std::optional<SaslExchange> sasl;     ///< AUTH, and the responses that belong to it
  std::optional<std::string> identity;  ///< APOP, PASS: the user name
  std::string_view mechanism;           ///< "APOP", "USER"; empty where the reply ends no login
  std::uint64_t login_n = 0;            ///< of the command that began the login
};

/// The first word in upper case.
std::string verb_of(std::string_view line) {
  std::string verb(line.substr(0, line.find(' ')));
  std::ranges::transform(verb, verb.begin(), to_upper);
  return verb;
}

/// A status line: "+OK text", "-ERR text", "+ challenge".
struct Status {
  std::string_view status;
  std::string_view text;
};

std::optional<Status> split_status(std::string_view line) noexcept {
  for (const std::string_view status : {std::string_view("+OK"), std::string_view("-ERR")}) {
    if (!istarts_with(line, status)) continue;
    const std::string_view rest = line.substr(status.size());
    if (!rest.empty() && rest[0] != ' ' && rest[0] != '\t') continue;
    return Status{status, rest.substr(rest.empty() ? 0 : 1)};
  }
  if (line == "+" || line.starts_with("+ ")) return Status{"+", line.substr(std::min<std::size_t>(2, line.size()))};
  return std::nullopt;
}

/// What servers write behind the "+OK" of a greeting: their name, or the timestamp of APOP. RFC 1939 4 and 7.
bool looks_like_greeting(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (istarts_with(text.substr(i), "pop") || istarts_with(text.substr(i), "ready")) return true;
  }
  const std::size_t open = text.find('<');
  return open != std::string_view::npos && text.find('@', open) < text.find('>', open);
}

/// Whether `line` can begin a message: a field name and a colon. RFC 5322 2.2.
bool looks_like_header(std::string_view line) noexcept {
  const std::size_t colon = line.find(':');
  return colon != std::string_view::npos && colon > 0 &&
         std::ranges::all_of(line.substr(0, colon), [](char c) { return is(OctetClass::ftext, c); });
}

/// First and last stamps and extent of a line that may come in several chunks.
struct Extent {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  Stamp first;
  Stamp last;
};

}  // namespace

class Pop3Session::Machine final : public PlainReader, public PayloadSink {
 public:
  Machine(DialogueSink& sink, const Pop3SessionOptions& options)
      : sink_(sink),
        options_(options),
        gate_(*this, sink, options.limits, options.wire_exact, options.secured),
        client_(options.limits.line_octets),
        server_(options.limits.line_octets),
        payload_(*this, {.wire_exact = options.wire_exact, .unstuffed = options.unstuffed}) {
    greeted_ = options.greeted || !options.begun;
  }

  void on_chunk(const Chunk& chunk) { gate_.on_chunk(chunk); }
  void on_gap(const Gap& gap);
  void on_elided(const Elided& elided);
  void on_end(Side side, StreamEnd end, const Stamp& stamp);
  DialogueSink& sink() { return sink_; }

  void read_client(Chunk& chunk) override;
  void read_server(Chunk& chunk) override;
  void on_payload(std::string_view octets, std::uint64_t offset) override {
    sink_.on_message_octets(octets, offset, now_);
  }
  void on_odd_end(const OddEnd& odd) override;

 private:
  /// What the server's octets are.
  enum class Reading : std::uint8_t {
    status,   ///< the next line is a status line
    lines,    ///< a list, up to a lone dot
    guess,    ///< behind a status line that nobody asked for: a status line, a list or a message
    message,  ///< a message, up to a lone dot
  };

  [[nodiscard]] bool body_is_elided(const Chunk& chunk) const noexcept;
  std::optional<TextLine> next_line(LineReader& reader, Chunk& chunk, Extent& extent);
  void command(std::string_view line, const Extent& extent);
  bool sasl_response(std::string_view line, const Extent& extent);
  void log_in(Pending& pending, std::string_view line, std::size_t argument, const Extent& extent,
              std::vector<SecretRange>& secrets);
  void queue(Pending pending);
  void tell_command(std::uint64_t n, std::string_view verb, std::string_view line, const Extent& extent,
                    std::span<const SecretRange> secrets);

  void server_line(const TextLine& line, const Extent& extent);
  void status_line(std::string_view line, const Extent& extent);
  void list_line(std::string_view line, const Extent& extent);
  void end_list_early(bool told);
  void guess_line(const TextLine& line, const Extent& extent);
  void capability(std::string_view line, std::uint64_t offset);
  void complete(Pending& pending, const Status& status, const Extent& extent);
  void tell_reply();
  void begin_list(const Status& status, const Extent& extent, std::optional<std::uint64_t> answers,
                  std::string_view verb);
  void begin_message(std::uint64_t n, std::string_view verb, std::string_view number, std::uint64_t offset);
  void end_message(MessageEnd end, std::uint64_t offset, const Stamp& stamp);
  void interrupted(const Stamp& stamp, bool told);
  void finish_auth(const Pending& pending, AuthEvent::Outcome outcome);
  void diagnose(Code code, Side side, std::uint64_t offset, std::uint64_t length, std::uint64_t count = 1);

  DialogueSink& sink_;
  Pop3SessionOptions options_;
  TlsGate gate_;
  LineReader client_;
  LineReader server_;
  PayloadReader payload_;
  Extent client_extent_;
  Extent server_extent_;
  bool client_open_ = false;
  bool server_open_ = false;

  std::deque<Pending> pending_;
  std::uint64_t next_n_ = 1;
  std::uint64_t unpaired_ = 0;  ///< commands beyond the limit of pending ones
  std::uint64_t unpaired_offset_ = 0;
  std::optional<std::string> user_;   ///< of USER, for PASS
  std::optional<SaslExchange> sasl_;  ///< the exchange that goes on
  std::uint64_t sasl_n_ = 0;          ///< of its AUTH
  bool refused_ = false;              ///< its outcome was told; responses that come all the same change nothing
  bool response_due_ = false;

  bool greeted_ = false;
  Reading reading_ = Reading::status;
  std::string reply_text_;  ///< lines of the reply being read, one behind the other
  std::vector<std::size_t> reply_ends_;
  ReplyEvent reply_;
  std::string reply_verb_;
  Extent reply_extent_;
  std::uint64_t message_offset_ = 0;  ///< of the message's first octet
  std::uint64_t odd_ends_ = 0;
  Extent first_odd_;
  Stamp now_;
  bool closed_[2] = {false, false};
};

// --- lines --------------------------------------------------------------------------------------------------------

std::optional<TextLine> Pop3Session::Machine::next_line(LineReader& reader, Chunk& chunk, Extent& extent) {
  bool& open = &reader == &client_ ? client_open_ : server_open_;
  if (!open) {
    reader.restart(chunk.offset);
    extent = {.offset = chunk.offset, .length = 0, .first = chunk.stamp, .last = chunk.stamp};
    open = true;
  }
  const std::size_t before = chunk.octets.size();
  auto line = reader.next(chunk.octets);
  const std::size_t taken = before - chunk.octets.size();
  chunk.offset += taken;
  extent.length += taken;
  extent.last = chunk.stamp;
  // Pieces of a line beyond the limit: the first is the line, the others are its rest.
  if (line && line->end != LineEnd::none) open = false;
  return line;
}

void Pop3Session::Machine::read_client(Chunk& chunk) {
  const auto line = next_line(client_, chunk, client_extent_);
  if (!line || line->flags.has(LineFlag::continued)) return;
  if (!sasl_response(line->text, client_extent_)) command(line->text, client_extent_);
}

void Pop3Session::Machine::read_server(Chunk& chunk) {
  now_ = chunk.stamp;
  if (reading_ == Reading::message && body_is_elided(chunk)) end_message(MessageEnd::elided, chunk.offset, chunk.stamp);
  if (reading_ == Reading::message) {
    const std::size_t taken = payload_.feed(chunk.octets);
    chunk.octets.remove_prefix(taken);
    chunk.offset += taken;
    if (payload_.ended()) end_message(MessageEnd::crlf_dot_crlf, chunk.offset, chunk.stamp);
    return;
  }
  const auto line = next_line(server_, chunk, server_extent_);
  if (line && !line->flags.has(LineFlag::continued)) server_line(*line, server_extent_);
}

/// Logs leave bodies out without a mark: the next reply stands where the message should.
bool Pop3Session::Machine::body_is_elided(const Chunk& chunk) const noexcept {
  if (options_.wire_exact || pending_.empty() || payload_.offset() != message_offset_) return false;
  const auto status = split_status(chunk.octets.substr(0, chunk.octets.find_first_of("\r\n")));
  return status && status->status != "+";
}

// --- commands -----------------------------------------------------------------------------------------------------

bool Pop3Session::Machine::sasl_response(std::string_view line, const Extent& extent) {
  const bool due = std::exchange(response_due_, false);
  if (!sasl_) return false;
  // A refused client may send its password all the same, and where the server's side is missing nobody asks for it:
  // what is no command is a response.
  if (!due && find_verb(verb_of(line)) != nullptr) {
    sasl_.reset();
    return false;
  }
  sasl_->client_response(line);
  const SecretRange all{0, line.size()};
  Pending pending{.n = next_n_++, .verb = "+", .login_n = sasl_n_};
  if (!refused_) pending.sasl = sasl_;
  tell_command(pending.n, "+", line, extent, {&all, line == "*" ? std::size_t{0} : std::size_t{1}});
  if (sasl_->reveals_password()) gate_.watch().credentials_in_clear(extent.offset, extent.length);
  queue(std::move(pending));
  return true;
}

void Pop3Session::Machine::command(std::string_view line, const Extent& extent) {
  Pending pending{.n = next_n_++, .verb = verb_of(line)};
  pending.login_n = pending.n;
  const std::size_t argument = std::min(pending.verb.size() + 1, line.size());
  const std::string_view arguments = trim_blanks(line.substr(argument));
  pending.argument = std::string(arguments.substr(0, std::min<std::size_t>(arguments.find(' '), 64)));
  if (const VerbRow* const row = find_verb(pending.verb)) {
    pending.follow = row->follow;
    if (row->follow == Follow::lines_alone) pending.follow = arguments.empty() ? Follow::lines : Follow::nothing;
  }
  std::vector<SecretRange> secrets;
  log_in(pending, line, argument, extent, secrets);
  tell_command(pending.n, pending.verb, line, extent, secrets);
  const bool starttls = pending.verb == "STLS";
  queue(std::move(pending));
  if (starttls) gate_.asked();
}

void Pop3Session::Machine::log_in(Pending& pending, std::string_view line, std::size_t argument, const Extent& extent,
                                  std::vector<SecretRange>& secrets) {
  if (pending.verb == "USER") {
    user_ = std::string(trim_blanks(line.substr(argument)));
  } else if (pending.verb == "PASS") {
    pending.mechanism = "USER";
    pending.identity = user_;
    if (argument < line.size()) {
      secrets.push_back({argument, line.size() - argument});
      gate_.watch().credentials_in_clear(extent.offset, extent.length);
    }
  } else if (pending.verb == "APOP") {
    pending.mechanism = "APOP";
    const std::size_t blank = std::min(line.find(' ', argument), line.size());
    pending.identity = std::string(line.substr(argument, blank - argument));
    if (blank < line.size()) secrets.push_back({blank + 1, line.size() - blank - 1});
  } else if (pending.verb == "AUTH" && argument < line.size()) {
    const std::size_t blank = std::min(line.find(' ', argument), line.size());
    sasl_.emplace(line.substr(argument, blank - argument));
    if (blank < line.size()) {
      sasl_->client_response(line.substr(blank + 1));
      secrets.push_back({blank + 1, line.size() - blank - 1});
      if (sasl_->reveals_password()) gate_.watch().credentials_in_clear(extent.offset, extent.length);
    }
    pending.sasl = sasl_;
    sasl_n_ = pending.n;
    refused_ = false;
  }
}

void Pop3Session::Machine::queue(Pending pending) {
  if (pending_.size() < options_.limits.pending_commands) return pending_.push_back(std::move(pending));
  if (unpaired_++ == 0) unpaired_offset_ = client_extent_.offset;
}

void Pop3Session::Machine::tell_command(std::uint64_t n, std::string_view verb, std::string_view line,
                                        const Extent& extent, std::span<const SecretRange> secrets) {
  CommandEvent event;
  event.n = n;
  event.verb = verb;
  event.text = line;
  event.secrets = secrets;
  event.offset = extent.offset;
  event.length = extent.length;
  event.first = extent.first;
  event.last = extent.last;
  sink_.on_command(event);
}

// --- replies ------------------------------------------------------------------------------------------------------

void Pop3Session::Machine::server_line(const TextLine& line, const Extent& extent) {
  switch (reading_) {
    case Reading::lines:
      return list_line(line.text, extent);
    case Reading::guess:
      return guess_line(line, extent);
    case Reading::status:
    case Reading::message:
      return status_line(line.text, extent);
  }
}

void Pop3Session::Machine::status_line(std::string_view line, const Extent& extent) {
  const auto status = split_status(line);
  // The greeting may be missing from the source: then the first reply answers the command that waits. A client that
  // talks before the greeting is told from that by what a greeting says.
  const bool first = !std::exchange(greeted_, true);
  const bool greeting = first && status && (pending_.empty() || looks_like_greeting(status->text));
  reading_ = Reading::status;
  if (!status || greeting || pending_.empty()) {
    begin_list(status.value_or(Status{"", line}), extent, greeting ? std::optional<std::uint64_t>(0) : std::nullopt,
               {});
    // Behind a reply that nobody is seen to have asked for may stand what it announced.
    if (!greeting && status && status->status == "+OK") reading_ = Reading::guess;
    return tell_reply();
  }
  Pending pending = std::move(pending_.front());
  pending_.pop_front();
  begin_list(*status, extent, pending.n, pending.verb);
  const SecretRange challenge{0, status->text.size()};
  if (status->status == "+" && pending.sasl && pending.sasl->challenge_is_secret()) reply_.secrets = {&challenge, 1};
  if (status->status == "+OK" && pending.follow == Follow::lines) {
    reading_ = Reading::lines;
  } else {
    tell_reply();
  }
  complete(pending, *status, extent);
}

void Pop3Session::Machine::complete(Pending& pending, const Status& status, const Extent& extent) {
  const bool ok = status.status == "+OK";
  if (ok && pending.follow == Follow::message) {
    begin_message(pending.n, pending.verb, pending.argument, extent.offset + extent.length);
  }
  if (pending.verb == "STLS") ok ? gate_.accepted() : gate_.refused(extent.offset, extent.length);
  if (status.status == "+") {
    response_due_ = sasl_.has_value();
    return;
  }
  finish_auth(pending, pending.sasl && pending.sasl->aborted() ? AuthEvent::Outcome::aborted
                       : ok                                    ? AuthEvent::Outcome::accepted
                                                               : AuthEvent::Outcome::rejected);
  if (pending.sasl && ok) sasl_.reset();
  refused_ = pending.sasl && !ok;
}

void Pop3Session::Machine::finish_auth(const Pending& pending, AuthEvent::Outcome outcome) {
  AuthEvent auth;
  auth.n = pending.login_n;
  auth.outcome = outcome;
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

void Pop3Session::Machine::begin_list(const Status& status, const Extent& extent, std::optional<std::uint64_t> answers,
                                      std::string_view verb) {
  reply_ = {};
  reply_.answers = answers;
  reply_.status = status.status;
  reply_verb_ = verb;
  reply_text_.assign(status.text);
  reply_ends_.assign(1, reply_text_.size());
  reply_extent_ = extent;
}

void Pop3Session::Machine::list_line(std::string_view line, const Extent& extent) {
  const auto status = split_status(line);
  if (status && status->status != "+") {
    // No list has such a line: its lone dot is missing, and this is the next reply.
    end_list_early(options_.wire_exact);
    return status_line(line, extent);
  }
  reply_extent_.length = extent.offset + extent.length - reply_extent_.offset;
  reply_extent_.last = extent.last;
  if (line == ".") {
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
  if (split_status(line.text)) {
    reading_ = Reading::status;
    return status_line(line.text, extent);
  }
  if (!looks_like_header(line.text)) {
    begin_list({"", line.text}, extent, std::nullopt, {});
    reading_ = line.text == "." ? Reading::status : Reading::lines;
    if (reading_ == Reading::status) tell_reply();
    return;
  }
  begin_message(0, "RETR", {}, extent.offset);
  for (std::string_view octets : {line.text, std::string_view(line.end == LineEnd::crlf ? "\r\n" : "\n")}) {
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
  reply_.offset = reply_extent_.offset;
  reply_.length = reply_extent_.length;
  reply_.first = reply_extent_.first;
  reply_.last = reply_extent_.last;
  sink_.on_reply(reply_);
}

// --- messages -----------------------------------------------------------------------------------------------------

void Pop3Session::Machine::begin_message(std::uint64_t n, std::string_view verb, std::string_view number,
                                         std::uint64_t offset) {
  reading_ = Reading::message;
  message_offset_ = offset;
  odd_ends_ = 0;
  payload_.start(offset);
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
  if (odd_ends_ > 0)
    diagnose(Code::pop3_eod_nonstandard, Side::server, first_odd_.offset, first_odd_.length, odd_ends_);
  sink_.on_message_end(end, std::nullopt, offset, stamp);
}

// --- interruptions ------------------------------------------------------------------------------------------------

void Pop3Session::Machine::on_gap(const Gap& gap) {
  gate_.interrupt();
  if (gate_.opaque()) return;
  if (gap.side == Side::server && reading_ == Reading::message) {
    payload_.skip(gap.length);
    sink_.on_message_gap(gap.length, gap.stamp);
    return;
  }
  // How many commands or replies were lost is not to be known: what waits stays without a reply.
  pending_.clear();
  sasl_.reset();
  if (gap.side == Side::server) {
    interrupted(gap.stamp, true);
    greeted_ = true;
  } else if (client_open_) {
    if (const auto rest = client_.finish()) command(rest->text, client_extent_);
    client_open_ = false;
    pending_.clear();
  }
}

void Pop3Session::Machine::on_elided(const Elided& elided) {
  if (elided.what != Elision::body || reading_ != Reading::message) return;
  payload_.cut();
  end_message(MessageEnd::elided, elided.offset, elided.stamp);
}

void Pop3Session::Machine::interrupted(const Stamp& stamp, bool told) {
  if (reading_ == Reading::message) {
    const std::uint64_t offset = payload_.offset();
    payload_.cut();
    if (told) diagnose(Code::pop3_multiline_truncated, Side::server, message_offset_, offset - message_offset_);
    return end_message(MessageEnd::cut, offset, stamp);
  }
  if (server_open_) {
    server_open_ = false;
    if (const auto rest = server_.finish()) server_line(*rest, server_extent_);
  }
  if (reading_ == Reading::lines) end_list_early(told);
  reading_ = Reading::status;
}

void Pop3Session::Machine::on_end(Side side, StreamEnd end, const Stamp& stamp) {
  closed_[static_cast<std::size_t>(side)] = true;
  const bool over = closed_[0] && closed_[1];
  if (over || side == Side::server) gate_.interrupt();
  if (!gate_.opaque()) {
    if (side == Side::server) interrupted(stamp, end != StreamEnd::cut);
    if (side == Side::client && client_open_) {
      client_open_ = false;
      if (const auto rest = client_.finish()) command(rest->text, client_extent_);
    }
  }
  if (over) {
    for (const Pending& pending : pending_) finish_auth(pending, AuthEvent::Outcome::unknown);
    if (unpaired_ > 0) diagnose(Code::pop3_pending_limit, Side::client, unpaired_offset_, 0, unpaired_);
  }
  sink_.on_close(side, end, stamp);
}

void Pop3Session::Machine::diagnose(Code code, Side side, std::uint64_t offset, std::uint64_t length,
                                    std::uint64_t count) {
  Diagnostic diagnostic = make_diagnostic(code, offset, length);
  diagnostic.side = side;
  diagnostic.count = count;
  sink_.report(std::move(diagnostic));
}

// --- the session --------------------------------------------------------------------------------------------------

Pop3Session::Pop3Session(DialogueSink& sink, const Pop3SessionOptions& options)
    : machine_(std::make_unique<Machine>(sink, options)) {}
Pop3Session::~Pop3Session() = default;

void Pop3Session::on_chunk(const Chunk& chunk) {
  machine_->on_chunk(chunk);
}
void Pop3Session::on_gap(const Gap& gap) {
  machine_->on_gap(gap);
}
void Pop3Session::on_elided(const Elided& elided) {
  machine_->on_elided(elided);
}
void Pop3Session::on_end(Side side, StreamEnd end, const Stamp& stamp) {
  machine_->on_end(side, end, stamp);
}
void Pop3Session::report(Diagnostic diagnostic) {
  machine_->sink().report(std::move(diagnostic));
}

}  // namespace mailparse
