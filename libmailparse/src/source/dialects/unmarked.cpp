#include "source/dialects/unmarked.hpp"

#include <algorithm>
#include <utility>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

/// A message is held until its lone dot proves that it is one; a longer one is taken for one without proof.
constexpr std::size_t held_octets_most = 256 * 1024;

/// POP3 commands sent in one go whose answers are waited for.
constexpr std::size_t asked_most = 1000;

/// Replies a server gives to what is no command.
bool is_refusal(std::string_view line) {
  const auto code = smtp_code(line);
  return (code && *code >= 500 && *code <= 504) || line.starts_with("-ERR") ||
         line.find(" BAD ") != std::string_view::npos;
}

/// Whether `line` begins a conversation if nothing was said before.
bool opens(std::string_view line) {
  const auto said = verb(line);
  if (said == Verb::none) return false;
  return said == Verb::hello ? line.find(' ') != std::string_view::npos : in_capitals(line);
}

LogLine as_line(std::string_view text, std::uint64_t number, const std::optional<Timestamp>& time) {
  LogLine line;
  line.text = text;
  line.whole = text;
  line.number = number;
  line.time = time;
  return line;
}

}  // namespace

void UnmarkedDialogue::reset() {
  const auto key = std::move(key_);
  *this = UnmarkedDialogue(key);
}

void UnmarkedDialogue::client(std::string_view text, Book& book) {
  ++waiting_;
  const auto said = verb(text);
  if (said == Verb::data) data_in_ = waiting_;
  asked_.push_back(said == Verb::pop3_lines);
  if (asked_.size() > asked_most) asked_.pop_front();
  if (is_imap(said)) imap_ = true;
  literal_asked_ = is_imap(said) && imap_literal(text) && !text.ends_with("+}");
  book.say(key_, client_mark, text);
}

void UnmarkedDialogue::server(const LogLine& line, std::string_view text, Book& book) {
  const auto code = smtp_code(text);
  const bool known = book.known(key_);
  if (!known || (code == 220 && !speaks_of_tls(text) && waiting_ == 0)) {
    waiting_ = 0;
    data_in_ = 0;
    asked_.clear();
    imap_ = imap_untagged(text);
  }
  if (!smtp_more(text) || !code) waiting_ -= std::min<std::size_t>(waiting_, imap_untagged(text) ? 0 : 1);
  if (may_go_on(text, book)) {
    wrapped_ = Held{std::string(text), line.number, line.time};
  } else {
    book.say(key_, server_mark, text);
  }
  message_open_ = code == 354 && data_in_ > 0;
  message_streams_ = false;
  listing_open_ = text.starts_with("+OK") && !asked_.empty() && asked_.front();
  if (pop3_reply(text) && !asked_.empty()) asked_.pop_front();
  if (code && !smtp_more(text)) data_in_ -= code == 354 ? data_in_ : std::min<std::size_t>(data_in_, 1);
}

/// Prose that is wrapped where a document ends its lines breaks long replies in two. Only those that are told later
/// without harm are held back for it: none that opens or continues anything.
bool UnmarkedDialogue::may_go_on(std::string_view reply, const Book& book) const {
  constexpr std::size_t shortest_wrapped = 40;
  if (reply.size() < shortest_wrapped || !is_alnum(reply.back())) return false;
  if (!book.known(key_) || imap_ || waiting_ > 0 || smtp_more(reply)) return false;
  if (!asked_.empty() && asked_.front()) return false;
  const auto code = smtp_code(reply);
  return code ? *code < 300 || *code >= 400 : reply.starts_with("+OK") || reply.starts_with("-ERR");
}

/// Whether `line` may be the rest of the reply before it: it goes on in small letters and is no command.
bool UnmarkedDialogue::goes_on(const LogLine& line) const {
  if (!wrapped_ || candidate_ || line.number != wrapped_->number + 1) return false;
  const auto text = line.text;
  return !text.empty() && text.front() >= 'a' && text.front() <= 'z' && !text.ends_with(':') &&
         verb(text) == Verb::none && !is_reply(text) && !shell_command(text);
}

/// What the server refuses was a command after all.
void UnmarkedDialogue::give_wrapped(bool refused, Book& book) {
  auto reply = *std::exchange(wrapped_, std::nullopt);
  if (candidate_ && !refused) reply.text.append(" ").append(std::exchange(candidate_, std::nullopt)->text);
  book.at(as_line(reply.text, reply.number, reply.time));
  book.say(key_, server_mark, reply.text);
}

bool UnmarkedDialogue::read(const LogLine& whole, Book& book) {
  LogLine line = whole;
  // A terminal makes CR LF of the LF behind a CR, and a recording of it ends lines in CR CR LF.
  while (line.text.ends_with('\r')) line.text.remove_suffix(1);
  if (goes_on(line)) {
    candidate_ = Held{std::string(line.text), line.number, line.time};
    return true;
  }
  if (wrapped_) {
    give_wrapped(is_refusal(line.text), book);
    book.at(line);
  }
  if (message_open_) return read_message_line(line, book);
  if (listing_open_) return read_listing_line(line, book);
  return read_line(line, book);
}

bool UnmarkedDialogue::read_line(const LogLine& line, Book& book) {
  auto text = line.text;
  if (std::exchange(literal_asked_, false) && continuation_request(text)) {
    book.say(key_, server_mark, text);
    return true;
  }
  for (const auto side : {Side::client, Side::server}) {
    if (book.octets_due(key_, side) == 0) continue;
    book.say(key_, side == Side::client ? client_mark : server_mark, text);
    literal_tail_ = side == Side::server && book.octets_due(key_, side) == 0;
    return true;
  }
  if (std::exchange(literal_tail_, false)) {
    book.say(key_, server_mark, text);
    return true;
  }
  while (!text.empty() && is(OctetClass::blank, text.front())) text.remove_prefix(1);
  if (text.empty()) return false;
  // A plus sign asks for more only where something was said; alone it begins an item of a list.
  const bool reply = is_reply(text) && (book.known(key_) || !continuation_request(text));
  if (reply || (imap_ && text.starts_with("* "))) {
    if (candidate_ && waiting_ == 0 && is_refusal(text)) {
      const auto said = std::exchange(candidate_, std::nullopt);
      book.at(as_line(said->text, said->number, said->time));
      client(said->text, book);
      book.at(line);
    }
    candidate_.reset();
    server(line, text, book);
    return true;
  }
  const bool known = book.known(key_);
  if (book.in_sasl(key_) && text.find(' ') == std::string_view::npos) {
    ++waiting_;
    book.say(key_, client_mark, text);
    return true;
  }
  if (verb(text) != Verb::none && (known || opens(text))) {
    candidate_.reset();
    client(text, book);
    return true;
  }
  if (known && waiting_ == 0 && !shell_command(text)) candidate_ = Held{std::string(text), line.number, line.time};
  return false;
}

/// A line behind 354.
bool UnmarkedDialogue::read_message_line(const LogLine& line, Book& book) {
  if (held_.empty() && !message_streams_ && smtp_code(line.text)) {
    // No message begins with a reply: it was left out.
    message_open_ = false;
    return read_line(line, book);
  }
  if (line.text == ".") {
    give_held(book, Side::client);
    message_open_ = false;
    book.at(line);
    client(line.text, book);
    return true;
  }
  if (message_streams_) {
    book.say(key_, client_mark, line.text);
    return true;
  }
  hold(line);
  if (held_octets_ > held_octets_most) {
    give_held(book, Side::client);
    message_streams_ = true;
  }
  return true;
}

/// A line of a POP3 listing or message. Some pastes lack the lone dot; then a command and its reply show the end.
bool UnmarkedDialogue::read_listing_line(const LogLine& line, Book& book) {
  if (line.text == ".") {
    give_held(book, Side::server);
    listing_open_ = false;
    book.at(line);
    book.say(key_, server_mark, line.text);
    return true;
  }
  if (pop3_reply(line.text) && !again_) {
    if (held_.empty() || is_pop3(verb(held_.back().text)) || verb(held_.back().text) == Verb::quit) {
      resolve_listing(book);
      book.at(line);
      return read_line(line, book);
    }
  }
  hold(line);
  if (held_octets_ > held_octets_most) give_held(book, Side::server);
  return true;
}

void UnmarkedDialogue::hold(const LogLine& line) {
  held_.push_back({std::string(line.text), line.number, line.time});
  held_octets_ += line.text.size() + 2;
}

void UnmarkedDialogue::give_held(Book& book, Side side) {
  for (const auto& one : held_) {
    book.at(as_line(one.text, one.number, one.time));
    book.say(key_, side == Side::client ? client_mark : server_mark, one.text);
  }
  held_.clear();
  held_octets_ = 0;
}

/// Reads the held lines from `from` on as dialogue.
void UnmarkedDialogue::read_again(Book& book, std::size_t from) {
  const auto lines = std::exchange(held_, {});
  held_octets_ = 0;
  again_ = true;
  for (std::size_t i = from; i < lines.size(); ++i) {
    const auto line = as_line(lines[i].text, lines[i].number, lines[i].time);
    book.at(line);
    read_line(line, book);
  }
  again_ = false;
}

/// The log ended within a message. If all that stands behind some reply is dialogue, the message ended before it and
/// the dot is lacking; otherwise all of it is message.
void UnmarkedDialogue::resolve_message(Book& book) {
  std::size_t end = held_.size();
  for (std::size_t i = held_.size(); i-- > 0;) {
    const auto text = trim_blanks(held_[i].text);
    if (text.empty()) continue;
    if (smtp_code(text)) {
      end = i;
    } else if (verb(text) == Verb::none) {
      break;
    }
  }
  message_open_ = false;
  const std::vector<Held> rest(held_.begin() + static_cast<std::ptrdiff_t>(end), held_.end());
  held_.resize(end);
  give_held(book, Side::client);
  held_ = rest;
  read_again(book, 0);
}

void UnmarkedDialogue::resolve_listing(Book& book) {
  listing_open_ = false;
  const auto end = held_.empty() ? 0 : held_.size() - 1;
  const std::vector<Held> rest(held_.begin() + static_cast<std::ptrdiff_t>(end), held_.end());
  held_.resize(end);
  give_held(book, Side::server);
  held_ = rest;
  read_again(book, 0);
}

void UnmarkedDialogue::finish(Book& book) {
  if (wrapped_) give_wrapped(false, book);
  if (message_open_) resolve_message(book);
  if (listing_open_) {
    give_held(book, Side::server);
    listing_open_ = false;
  }
}

namespace {

class Unmarked final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    if (line.text.starts_with(transcript_heading)) {
      dialogue_.finish(book);
      dialogue_.reset();
      const auto told = line.text.substr(transcript_heading.size());
      speaker_.reset();
      if (told == transcript_client) speaker_ = client_mark;
      if (told == transcript_server) speaker_ = server_mark;
      return own_line(line.text, book);
    }
    if (speaker_) {
      book.say({}, *speaker_, line.text);
      return true;
    }
    return dialogue_.read(line, book) || shell_command(line.text);
  }
  void finish(Book& book) override { dialogue_.finish(book); }

 private:
  std::optional<Mark> speaker_;  ///< whom TranscriptWriter names
  UnmarkedDialogue dialogue_;
};

}  // namespace

extern const DialectRow unmarked_dialect;
const DialectRow unmarked_dialect{
    {"unmarked", "the words alone, both sides or the server's only",
     "220 mx.example.com ESMTP\nHELO client.example.test\n250 mx.example.com\nQUIT\n221 Bye\n"},
    Marks::none,
    make_dialect<Unmarked>};

}  // namespace mailparse::transcript
