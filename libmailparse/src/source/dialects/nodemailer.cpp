// nodemailer's client and smtp-server: level, session in brackets, C: or S:; lines of a message carry neither.
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

/// `DEBUG [hY16Jp4hIR0] `: takes it off and tells the session.
std::optional<std::string_view> take_session(std::string_view& text, bool& debug) {
  auto rest = text;
  debug = false;
  bool level = false;
  for (const std::string_view word : {"TRACE", "DEBUG", "INFO", "WARN", "ERROR"}) {
    if (!take(rest, word)) continue;
    level = true;
    debug = word == "DEBUG" || word == "TRACE";
    break;
  }
  if (!level) return std::nullopt;
  rest = rest.substr(std::min(rest.size(), rest.find_first_not_of(' ')));
  if (!rest.starts_with('[')) return std::nullopt;
  const auto end = rest.find(']');
  if (end == std::string_view::npos || end > 64) return std::nullopt;
  const auto key = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  text = rest;
  return key;
}

/// `<280 bytes of DATA>`: 280.
std::optional<std::uint64_t> data_note(std::string_view text) {
  if (!text.starts_with('<') || !text.ends_with(" bytes of DATA>")) return std::nullopt;
  return number(text.substr(1, text.find(' ') - 1));
}

class Nodemailer final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    LogLine line = whole;
    take_time(line);
    auto text = line.text;
    bool debug = false;
    const auto key = take_session(text, debug);
    if (!key) return continue_reply(line.text, book);
    session_ = *key;
    open_reply_ = false;
    book.at(line);
    const bool client = take_mark(text, "C:");
    if (client || take_mark(text, "S:")) {
      say(client, text, book);
      return true;
    }
    if (debug && book.in_body(session_)) {
      book.say(session_, client_mark, text);
    } else if (text.starts_with("Closing connection") || text.starts_with("Connection closed")) {
      book.end(session_, StreamEnd::closed);
    }
    return true;
  }

 private:
  void say(bool client, std::string_view text, Book& book) {
    if (client) {
      if (const auto size = data_note(text)) {
        book.elide(session_, Side::client, Elision::body, size);
      } else if (base64_holds(text, "/* secret */")) {
        book.say_secret(session_, client_mark, text.substr(0, text.find_last_of(' ') + 1));
      } else if (text.ends_with("/* secret */")) {
        book.say_secret(session_, client_mark, text.substr(0, text.size() - 12));
      } else {
        book.say(session_, client_mark, text);
      }
      return;
    }
    open_reply_ = smtp_code(text) && smtp_more(text);
    book.say(session_, server_mark, text);
  }

  /// smtp-server's further lines of a reply stand alone.
  bool continue_reply(std::string_view text, Book& book) {
    if (!open_reply_ || !smtp_code(text)) return false;
    book.say(session_, server_mark, text);
    open_reply_ = smtp_more(text);
    return true;
  }

  std::string session_;
  bool open_reply_ = false;
};

}  // namespace

extern const DialectRow nodemailer_dialect;
const DialectRow nodemailer_dialect{
    {"nodemailer", "nodemailer and smtp-server with logger and debug",
     "[2026-11-21 21:11:47] DEBUG [hY16Jp4h] S: 220 mx.example.com ESMTP\n[2026-11-21 21:11:47] DEBUG [hY16Jp4h] C: "
     "EHLO client.example.test\n"},
    Marks::own,
    make_dialect<Nodemailer>};

}  // namespace mailparse::transcript
