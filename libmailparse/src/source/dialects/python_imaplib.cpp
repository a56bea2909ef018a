// Python's imaplib with debug 4 and above: lines as literals behind the minute, literals of the protocol left out.
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

/// `  10:12.62 `: minute, second and hundredths. All lines of a log have the blanks, which are then no part of them.
bool take_minute(std::string_view& text) {
  auto rest = text;
  take(rest, "  ");
  if (rest.size() < 9 || rest[2] != ':' || rest[5] != '.' || rest[8] != ' ') return false;
  for (const std::size_t i : {0U, 1U, 3U, 4U, 6U, 7U}) {
    if (!is(OctetClass::digit, rest[i])) return false;
  }
  text = rest.substr(9);
  return true;
}

class Imaplib final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    auto text = line.text;
    if (!take_minute(text)) return false;
    const bool sent = take(text, "> ");
    if (!sent && !take(text, "< ")) return true;
    room_.clear();
    if (!first_literal(text, room_)) return true;
    while (room_.ends_with('\n') || room_.ends_with('\r')) room_.pop_back();
    book.manner({.bodies = Bodies::left_out});
    book.say({}, sent ? client_mark : server_mark, room_);
    return true;
  }

 private:
  std::string room_;
};

}  // namespace

extern const DialectRow imaplib_dialect;
const DialectRow imaplib_dialect{
    {"imaplib", "Python imaplib, debug 4 and above", "  10:12.62 > b'A1 SELECT INBOX'\n  10:12.63 < b'A1 OK done'\n"},
    Marks::own,
    make_dialect<Imaplib>};

}  // namespace mailparse::transcript
