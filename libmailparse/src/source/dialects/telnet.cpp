// A terminal connected by telnet: what the server sent and what was typed, unmarked, between telnet's own lines.
#include <algorithm>
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"
#include "source/dialects/unmarked.hpp"

namespace mailparse::transcript {
namespace {

/// Takes back what was typed and erased: BS and DEL with the octet before them.
std::string_view undo_erasures(std::string_view text, std::string& room) {
  if (text.find_first_of("\b\x7F") == std::string_view::npos) return text;
  room.clear();
  for (const char c : text) {
    if (c != '\b' && c != '\x7F') {
      room.push_back(c);
    } else if (!room.empty()) {
      room.pop_back();
    }
  }
  return room;
}

class Telnet final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    const auto text = trim_blanks(line.text);
    if (!book.in_body({})) {
      if (text.starts_with("Trying ") || text.starts_with("Escape character is") || shell_command(text))
        return connected(book);
      if (text.starts_with("Connected to ")) return connected(book);
      if (text.starts_with("Connection closed by ") || text.starts_with("Connection to ")) return closed(book);
    }
    if (!seen_) return false;
    proven_ = proven_ || is_greeting(text);
    LogLine said = line;
    said.text = undo_erasures(line.text, room_);
    return dialogue_.read(said, book);
  }

  void finish(Book& book) override { dialogue_.finish(book); }
  /// Prose begins lines with the names of programs and with "Connected to"; a server answers what connects to it.
  [[nodiscard]] bool convinced() const override { return proven_; }

 private:
  bool connected(Book& book) {
    seen_ = true;
    if (book.known({})) closed(book);
    return true;
  }

  bool closed(Book& book) {
    dialogue_.finish(book);
    dialogue_.reset();
    book.end({}, StreamEnd::closed);
    return true;
  }

  UnmarkedDialogue dialogue_;
  std::string room_;
  bool seen_ = false;
  bool proven_ = false;  ///< what was connected to has greeted
};

}  // namespace

extern const DialectRow telnet_dialect;
const DialectRow telnet_dialect{
    {"telnet", "telnet, a terminal's screen",
     "Trying 192.0.2.5...\nConnected to mx.example.com.\nEscape character is '^]'.\n220 mx.example.com ESMTP\nQUIT\n"},
    Marks::own,
    make_dialect<Telnet>};

}  // namespace mailparse::transcript
