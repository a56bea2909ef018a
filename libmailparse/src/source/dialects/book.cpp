#include "source/dialects/book.hpp"

#include <algorithm>
#include <utility>

#include <mailparse/base/octets.hpp>

namespace mailparse::transcript {
namespace {

/// Lines that are kept until one of them shows which side is which. A server speaks first and in codes, so that one
/// line is enough as a rule.
constexpr std::size_t held_lines_most = 64;
constexpr std::size_t held_octets_most = 64 * 1024;

std::size_t index(Side side) noexcept {
  return side == Side::client ? 0 : 1;
}

/// What a line says about who said it; nothing for most lines.
std::optional<Side> speaker(std::string_view text) noexcept {
  if (smtp_code(text) || pop3_reply(text) || imap_untagged(text) || imap_tagged_reply(text)) return Side::server;
  if (verb(text) != Verb::none) return Side::client;
  return std::nullopt;
}

std::string_view first_line(std::string_view octets) noexcept {
  auto line = octets.substr(0, octets.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

Book::Book(ConversationFactory& factory, const BookOptions& options) : factory_(factory), options_(options) {}
Book::~Book() = default;

void Book::at(const LogLine& line) noexcept {
  stamp_.time = line.time;
  stamp_.frame = line.number;
  stamp_.file = options_.file;
}

void Book::say(std::string_view key, const Mark& mark, std::string_view text) {
  if (text.ends_with('\r')) text.remove_suffix(1);
  turn(key, mark, text);
  hold_or_give(open(key), mark, text, true, false);
}

void Book::say_octets(std::string_view key, const Mark& mark, std::string_view octets) {
  if (octets.empty()) return;
  turn(key, mark, first_line(octets));
  hold_or_give(open(key), mark, octets, false, false);
}

void Book::say_secret(std::string_view key, const Mark& mark, std::string_view shown) {
  hold_or_give(open(key), mark, shown, true, true);
}

void Book::elide(std::string_view key, Side side, Elision what, std::optional<std::uint64_t> octets) {
  auto& c = open(key);
  release(c);
  start(c, stamp_, false);
  leave_out(c, side, what, octets, stamp_);
}

void Book::spoil(std::string_view key, Side side) {
  auto& c = open(key);
  const auto due = c.course.due[index(side)];
  if (due == 0) return;
  leave_out(c, side, Elision::body, due, stamp_);
  c.course.spoilt[index(side)] = due;
}

std::uint64_t Book::pass(std::string_view key, Side side, std::uint64_t most) {
  auto* c = find(key);
  if (c == nullptr) return 0;
  auto& spoilt = c->course.spoilt[index(side)];
  const auto passed = std::min(spoilt, most);
  spoilt -= passed;
  return passed;
}

void Book::lose(std::string_view key, const Mark& mark, std::uint64_t octets) {
  auto* c = find(key);
  if (c == nullptr || mark.id >= marks_most || octets == 0) return;
  release(*c);
  const auto side = mark.certain ? mark.prior : c->sides[mark.id];
  if (!c->listener || !side) return;
  auto& offset = c->offsets[index(*side)];
  c->listener->on_gap({*side, offset, octets, stamp_});
  offset += octets;
  c->lost += octets;
}

void Book::turn(std::string_view key, const Mark& mark, std::string_view text) {
  if (const auto* c = find(key); c != nullptr && starts_anew(*c, mark, text)) close(key, StreamEnd::cut, false);
}

void Book::begin(std::string_view key) {
  close(key, StreamEnd::cut, false);
}

void Book::end(std::string_view key, StreamEnd how) {
  close(key, how, false);
}

void Book::endpoints(std::string_view key, const std::optional<Endpoint>& client,
                     const std::optional<Endpoint>& server) {
  auto& c = open(key);
  if (c.listener) return;
  if (client) c.start.client = client;
  if (server) c.start.server = server;
}

void Book::service(std::string_view key, std::string_view name) {
  auto& c = open(key);
  if (!c.listener) c.start.service = name;
}

void Book::endpoint(std::string_view key, const Mark& mark, const Endpoint& address) {
  if (mark.id < marks_most) open(key).addresses[mark.id] = {mark, address};
}

void Book::finish() {
  while (!ages_.empty()) close(std::string(ages_.front()), StreamEnd::cut, false);
}

bool Book::in_body(std::string_view key) const {
  const auto* c = find(key);
  return c != nullptr && c->course.in_body;
}

std::uint64_t Book::octets_due(std::string_view key, Side side) const {
  const auto* c = find(key);
  return c != nullptr ? c->course.due[index(side)] : 0;
}

Listing Book::listing(std::string_view key) const {
  const auto* c = find(key);
  if (c == nullptr) return Listing::none;
  const auto& course = c->course;
  if (course.in_lines) return course.retrieves ? Listing::message : Listing::lines;
  return course.lines_pending ? Listing::asked : Listing::none;
}

std::optional<Side> Book::side(std::string_view key, const Mark& mark) const {
  if (mark.certain && mark.prior) return mark.prior;
  const auto* c = find(key);
  return c != nullptr && mark.id < marks_most ? c->sides[mark.id] : std::nullopt;
}

bool Book::in_sasl(std::string_view key) const {
  const auto* c = find(key);
  return c != nullptr && c->course.in_sasl;
}

bool Book::known(std::string_view key) const {
  const auto* c = find(key);
  return c != nullptr && (c->listener != nullptr || !c->held.empty());
}

Book::Conversation* Book::find(std::string_view key) const {
  // A line asks several times for the conversation that it belongs to.
  if (last_ != nullptr && last_->key == key) return last_;
  const auto found = shelf_.find(key);
  return last_ = found == shelf_.end() ? nullptr : found->second.get();
}

Book::Conversation& Book::open(std::string_view key) {
  if (auto* known = find(key)) {
    ages_.splice(ages_.end(), ages_, known->age);
    return *known;
  }
  if (shelf_.size() >= std::max<std::uint64_t>(1, options_.open_conversations))
    close(std::string(ages_.front()), StreamEnd::cut, true);
  auto made = std::make_unique<Conversation>();
  made->key = key;
  made->age = ages_.insert(ages_.end(), made->key);
  auto& c = *made;
  shelf_.emplace(made->key, std::move(made));
  return c;
}

/// Whether what is about to be said belongs to the next connection under the same key.
bool Book::starts_anew(const Conversation& c, const Mark& mark, std::string_view text) const {
  if (!manner_.restarts || !c.listener || mark.id >= marks_most) return false;
  const auto& course = c.course;
  const auto side = mark.certain ? mark.prior : c.sides[mark.id];
  if (side == Side::client) return course.over && verb(text) != Verb::none;
  if (course.over && !course.reply_open && is_greeting(text)) return true;
  // A second 220 that answers no STARTTLS is another server's greeting.
  return smtp_code(text) == 220 && course.server_spoke && !course.reply_open && !course.in_body &&
         !course.starttls_pending && !speaks_of_tls(text) && course.due[1] == 0;
}

void Book::hold_or_give(Conversation& c, const Mark& mark, std::string_view octets, bool line, bool secret) {
  if (mark.id >= marks_most) return;
  if (!decide(c, mark, first_line(octets))) {
    c.held.push_back({mark, std::string(octets), stamp_, line, secret});
    c.held_octets += octets.size();
    if (c.held.size() >= held_lines_most || c.held_octets >= held_octets_most) release(c);
    return;
  }
  // Who speaks before the greeting is held back until it is known whether one comes.
  const bool client = *c.sides[mark.id] == Side::client;
  if (!c.listener && c.held.empty() && client && manner_.replies_shown && verb(first_line(octets)) == Verb::hello) {
    c.held.push_back({mark, std::string(octets), stamp_, line, secret});
    return;
  }
  c.greeted_late = !c.listener && !c.held.empty() && !client && smtp_code(first_line(octets)) == 220;
  release(c);
  give(c, *c.sides[mark.id], octets, stamp_, line, secret);
}

/// Whether the side of `mark` is known, if need be by these words.
bool Book::decide(Conversation& c, const Mark& mark, std::string_view text) {
  auto& side = c.sides[mark.id];
  if (side) return true;
  if (mark.certain && mark.prior) {
    side = mark.prior;
    return true;
  }
  if (mark.prior && c.as_usual) {
    side = *c.as_usual ? *mark.prior : other(*mark.prior);
    return true;
  }
  side = speaker(text);
  if (side && mark.prior) c.as_usual = *mark.prior == *side;
  return side.has_value();
}

/// Gives what was held, with marks that nothing decided read as they are usually meant.
void Book::release(Conversation& c) {
  if (c.held.empty()) return;
  auto held = std::exchange(c.held, {});
  c.held_octets = 0;
  for (const auto& one : held) {
    auto& side = c.sides[one.mark.id];
    if (side) continue;
    const auto taken = std::ranges::find_if(c.sides, [](const auto& s) { return s.has_value(); });
    if (one.mark.prior) {
      side = c.as_usual.value_or(true) ? *one.mark.prior : other(*one.mark.prior);
    } else {
      side = taken != c.sides.end() ? other(**taken) : Side::client;
    }
  }
  for (const auto& one : held) give(c, *c.sides[one.mark.id], one.octets, one.stamp, one.line, one.secret);
}

void Book::start(Conversation& c, const Stamp& stamp, bool begun) {
  if (c.listener) return;
  c.start.id = opened_++;
  c.start.format = "text";
  c.start.dialect = options_.dialect;
  c.start.confidence = options_.confidence;
  c.start.begun = begun;
  c.start.wire_exact = false;
  c.start.first = stamp;
  assign_addresses(c);
  c.listener = factory_.open(c.start);
}

/// Gives the addresses known of marks to the sides that these marks are.
void Book::assign_addresses(Conversation& c) {
  for (std::size_t i = 0; i < marks_most; ++i) {
    if (!c.addresses[i]) continue;
    const auto& [mark, address] = *c.addresses[i];
    auto side = c.sides[i];
    if (!side && mark.prior) side = c.as_usual.value_or(true) ? *mark.prior : other(*mark.prior);
    for (std::size_t j = 0; j < marks_most && !side; ++j) {
      // Who is not the one side is the other.
      if (c.addresses[j] && c.sides[j]) side = other(*c.sides[j]);
    }
    if (side) (*side == Side::client ? c.start.client : c.start.server) = address;
  }
}

void Book::give(Conversation& c, Side side, std::string_view octets, const Stamp& stamp, bool line, bool secret) {
  if (!c.listener) start(c, stamp, c.greeted_late || (side == Side::server && is_greeting(first_line(octets))));
  settle_dot(c, side);
  if (manner_.packets && c.course.starttls_accepted) return;
  if (of_literal(c, side, octets)) return;
  c.last = stamp;
  ++c.lines;
  if (line) {
    if (!stuff(c, side, octets, stamp)) give_line(c, side, octets, stamp, secret);
    return;
  }
  // Octets come as a log of whole writes shows them: each line of them is followed, all are sent line by line.
  std::string_view rest = octets;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const auto one = rest.substr(0, end == std::string_view::npos ? end : end + 1);
    auto bare = one;
    if (bare.ends_with('\n')) bare.remove_suffix(1);
    if (bare.ends_with('\r')) bare.remove_suffix(1);
    follow(c, side, bare, one.size(), stamp);
    send(c, side, one, stamp);
    announce(c, side, bare, stamp);
    rest.remove_prefix(one.size());
  }
}

void Book::give_line(Conversation& c, Side side, std::string_view line, const Stamp& stamp, bool secret) {
  // A chunk of BDAT may end within a line; an IMAP literal is always followed by the rest of its line.
  const bool unended = side == Side::client && c.course.chunk_due && c.course.due[0] == line.size() && !line.empty();
  const std::string_view end = unended ? "" : "\r\n";
  follow(c, side, line, line.size() + end.size(), stamp);
  room_.assign(line);
  if (secret) {
    if (!line.empty()) send(c, side, room_, stamp);
    leave_out(c, side, Elision::secret, std::nullopt, stamp);
    send(c, side, "\r\n", stamp);
  } else {
    room_.append(end);
    send(c, side, room_, stamp);
  }
  announce(c, side, line, stamp);
}

/// Some programs that leave literals out show their lines where something went wrong; only the rest of the response is
/// known by its shape.
bool Book::of_literal(Conversation& c, Side side, std::string_view line) {
  if (side != Side::server || !c.course.literal_out) return false;
  const bool goes_on = line.starts_with(')') || line.starts_with(' ') || imap_untagged(line) || imap_tagged_reply(line);
  c.course.literal_out = !goes_on;
  return !goes_on;
}

/// Undoes for a line of a message what the log did, if it shows messages before dot-stuffing. Returns whether the line
/// is dealt with.
bool Book::stuff(Conversation& c, Side side, std::string_view line, const Stamp& stamp) {
  if (manner_.bodies != Bodies::unstuffed || side != Side::client || !c.course.in_body || !line.starts_with('.'))
    return false;
  if (line == ".") {
    c.course.dot_open = true;
    return true;
  }
  room_.assign(1, '.').append(line);
  const std::string stuffed = room_;
  give_line(c, side, stuffed, stamp, false);
  return true;
}

/// Who speaks behind a lone dot shows what it was.
void Book::settle_dot(Conversation& c, Side next) {
  if (!std::exchange(c.course.dot_open, false)) return;
  give_line(c, Side::client, next == Side::client ? ".." : ".", c.last, false);
}

void Book::send(Conversation& c, Side side, std::string_view octets, const Stamp& stamp) {
  auto& offset = c.offsets[index(side)];
  c.listener->on_chunk({side, offset, octets, stamp});
  offset += octets.size();
  c.given[index(side)] += octets.size();
}

void Book::leave_out(Conversation& c, Side side, Elision what, std::optional<std::uint64_t> octets,
                     const Stamp& stamp) {
  if (what == Elision::body) {
    if (c.course.in_body && c.course.body_noted) return;
    c.course.body_shown = true;
    c.course.body_noted = true;
    c.course.due[index(side)] = 0;
    if (side == Side::server) c.course.in_lines = false;
  }
  c.listener->on_elided({side, what, c.offsets[index(side)], octets, stamp});
}

/// Before the line is given: what must have been said between the last line and this one.
void Book::follow(Conversation& c, Side side, std::string_view line, std::size_t octets, const Stamp& stamp) {
  auto& due = c.course.due[index(side)];
  if (due > 0) {
    due -= std::min<std::uint64_t>(due, octets);
    c.course.asks = false;
    return;
  }
  if (side == Side::client) {
    follow_client(c, line);
    c.course.client_spoke = true;
  } else {
    follow_server(c, line, stamp);
    c.course.server_spoke = true;
  }
}

void Book::follow_client(Conversation& c, std::string_view line) {
  auto& course = c.course;
  course.asks = !course.in_body || line == ".";
  if (!std::exchange(course.batch_open, true)) course.waiting = 0;
  if (course.asks) ++course.waiting;
  if (course.in_body) {
    if (line == ".") {
      if (!course.body_shown && manner_.bodies == Bodies::left_out)
        leave_out(c, Side::client, Elision::body, std::nullopt, c.last);
      course.in_body = false;
    } else {
      course.body_shown = true;
      course.body_noted = false;
    }
    return;
  }
  if (course.in_sasl) {
    course.in_sasl = false;
    course.sasl_answered = true;
    return;
  }
  if (course.in_lines) {
    // The client goes on although no lone dot was seen: the log shows the status line only.
    leave_out(c, Side::server, Elision::body, std::nullopt, c.last);
    course.in_lines = false;
  }
  switch (verb(line)) {
    case Verb::quit:
    case Verb::imap_logout:
      course.quit_said = true;
      break;
    case Verb::starttls:
      course.starttls_pending = true;
      break;
    case Verb::auth:
    case Verb::imap_auth:
      course.auth_pending = true;
      break;
    case Verb::pop3_lines:
      course.lines_pending = true;
      course.retrieves = istarts_with(line, "RETR") || istarts_with(line, "TOP");
      break;
    case Verb::data:
      // Without replies nothing else tells that a message follows.
      if (!manner_.replies_shown) course.in_body = true;
      course.body_shown = false;
      course.body_noted = false;
      break;
    default:
      break;
  }
}

void Book::follow_server(Conversation& c, std::string_view line, const Stamp& stamp) {
  auto& course = c.course;
  course.batch_open = false;
  if (course.in_lines) {
    if (line == ".") course.in_lines = false;
    if (line == "." || !manner_.single_lines) return;
  }
  const auto code = smtp_code(line);
  const bool status = !code && pop3_reply(line);
  const bool tagged = !code && !status && imap_tagged_reply(line);
  const bool challenge = code == 334 || (continuation_request(line) && course.auth_pending);
  if (course.in_sasl && course.client_spoke) {
    // A challenge or verdict behind a challenge: the answer to the first is not shown.
    leave_out(c, Side::client, Elision::secret, std::nullopt, stamp);
    send(c, Side::client, "\r\n", stamp);
  }
  course.in_sasl = challenge;
  if (course.in_body && code) {
    // The reply to a message without its end: what is lacking of it was left out.
    if (course.client_spoke) leave_out(c, Side::client, Elision::body, std::nullopt, stamp);
    course.in_body = false;
  }
  if (code == 354 && !smtp_more(line)) {
    course.in_body = true;
    course.body_shown = false;
    course.body_noted = false;
  }
  if ((code && code != 334) || status || tagged) {
    if (!challenge) course.auth_pending = false;
    const bool accepted =
        code == 220 || line.starts_with("+OK") || (tagged && line.find(" OK") != std::string_view::npos);
    course.starttls_accepted = course.starttls_accepted || (course.starttls_pending && accepted);
    if (!smtp_more(line)) course.starttls_pending = false;
    if (!smtp_more(line) || !code) course.waiting -= std::min<std::size_t>(course.waiting, 1);
    // A POP3 server may answer QUIT together with what was asked before it.
    if (course.quit_said && (tagged || (status && course.waiting == 0) || code == 221)) course.over = true;
  }
  if (status && course.lines_pending) {
    course.lines_pending = false;
    course.in_lines = line.starts_with("+OK");
  }
  course.reply_open = code && smtp_more(line);
}

/// After the line was given: octets that it announces.
void Book::announce(Conversation& c, Side side, std::string_view line, const Stamp& stamp) {
  auto& course = c.course;
  if (!manner_.replies_shown && side == Side::client) tell_of_reply(c, stamp);
  if (course.in_body || course.due[index(side)] > 0) return;
  const auto size = side == Side::client ? bdat_size(line) : std::nullopt;
  auto literal = size;
  if (!size && line.ends_with('}') && (imap_untagged(line) || is_imap(verb(line)))) literal = imap_literal(line);
  if (!literal || *literal == 0) return;
  if (manner_.bodies == Bodies::left_out) {
    leave_out(c, side, Elision::body, literal, stamp);
    c.course.literal_out = side == Side::server;
  } else {
    course.due[index(side)] = *literal;
    if (side == Side::client) course.chunk_due = size.has_value();
  }
}

/// Where a log shows commands only: a reply must have come to this line.
void Book::tell_of_reply(Conversation& c, const Stamp& stamp) {
  auto& course = c.course;
  const bool opens_message = course.in_body && course.asks;
  if (std::exchange(course.reply_owed, opens_message && manner_.bodies != Bodies::left_out)) {
    leave_out(c, Side::server, Elision::reply, std::nullopt, stamp);
  }
  if (course.asks && !course.reply_owed) leave_out(c, Side::server, Elision::reply, std::nullopt, stamp);
}

void Book::close(std::string_view key, StreamEnd how, bool evicted) {
  const auto found = shelf_.find(key);
  if (found == shelf_.end()) return;
  auto& c = *found->second;
  release(c);
  settle_dot(c, Side::server);
  if (c.listener) {
    c.listener->on_end(Side::client, how, c.last);
    c.listener->on_end(Side::server, how, c.last);
    ConversationEnd end;
    end.last = c.last;
    end.frames = c.lines;
    end.client_octets = c.given[0];
    end.server_octets = c.given[1];
    end.missing_octets = c.lost;
    end.evicted = evicted;
    c.listener->finish(end);
  }
  ages_.erase(c.age);
  if (last_ == &c) last_ = nullptr;
  shelf_.erase(found);
}

}  // namespace mailparse::transcript
