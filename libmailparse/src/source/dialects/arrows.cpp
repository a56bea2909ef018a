// Any log that has an arrow or a word of direction between its prefix and the words of a dialogue: MDaemon, IceWarp,
// CommuniGate, home-made programs. Only lines whose words are a command or a reply are taken, and messages after DATA.
#include <array>
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

/// How far into a line a mark is looked for.
constexpr std::size_t prefix_most = 160;

struct Token {
  std::string_view text;
  std::uint8_t id;  ///< of the mark: what points the same way is one mark
};

/// Longer ones first, so that none is taken for a part of another.
constexpr std::array tokens{
    Token{"-->", 0},     Token{"<--", 1},   Token{"==>", 0},   Token{"<==", 1},   Token{">>>", 0},
    Token{"<<<", 1},     Token{"->", 0},    Token{"<-", 1},    Token{"=>", 0},    Token{"<=", 1},
    Token{">>", 0},      Token{"<<", 1},    Token{"→", 0},     Token{"←", 1},     Token{"inp:", 2},
    Token{"out:", 3},    Token{"RECV:", 2}, Token{"SEND:", 3}, Token{"SENT:", 3}, Token{"recv:", 2},
    Token{"send:", 3},   Token{"sent:", 3}, Token{"RX:", 2},   Token{"TX:", 3},   Token{"Client:", 4},
    Token{"Server:", 5}, Token{"C:", 4},    Token{"S:", 5},    Token{">", 0},     Token{"<", 1},
};

bool speaks(std::string_view text) noexcept {
  return smtp_code(text) || pop3_reply(text) || imap_untagged(text) || imap_tagged_reply(text) ||
         verb(text) != Verb::none;
}

/// What a log puts in brackets to tell sessions apart: no time and no name of a level.
std::string_view session_of(std::string_view prefix) noexcept {
  const auto open = prefix.rfind('[');
  const auto close = prefix.find(']', open);
  if (open == std::string_view::npos || close == std::string_view::npos) return {};
  const auto inside = prefix.substr(open + 1, close - open - 1);
  const bool digit = std::ranges::any_of(inside, [](char c) { return is(OctetClass::digit, c); });
  const bool time =
      inside.size() >= 8 && inside.find(':') != std::string_view::npos && read_time(inside, {}).length > 0;
  return digit && !time && inside.size() <= 64 ? inside : std::string_view{};
}

class Arrows final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    LogLine line = whole;
    take_time(line);
    book.at(line);
    const auto head = line.text.substr(0, prefix_most);
    for (const auto& token : tokens) {
      for (auto at = head.find(token.text); at != std::string_view::npos; at = head.find(token.text, at + 1)) {
        if (at > 0 && !is(OctetClass::blank, head[at - 1]) && head[at - 1] != ':' && head[at - 1] != ']') continue;
        if (take(token, line.text, at, book)) return true;
      }
    }
    return false;
  }

 private:
  bool take(const Token& token, std::string_view text, std::size_t at, Book& book) {
    auto said = text.substr(at + token.text.size());
    if (!said.empty() && !is(OctetClass::blank, said.front())) return false;
    if (!said.empty()) said.remove_prefix(1);
    const auto key = session_of(text.substr(0, at));
    const Mark mark{token.id, std::nullopt};
    const bool more = client_id_ == token.id && (book.in_body(key) || book.in_sasl(key));
    if (!more) {
      said = trim_blanks(said);
      if (!speaks(said)) return false;
      if (verb(said) != Verb::none && !smtp_code(said)) client_id_ = token.id;
    }
    book.say(key, mark, said);
    return true;
  }

  std::uint8_t client_id_ = marks_most;
};

}  // namespace

extern const DialectRow arrows_dialect;
const DialectRow arrows_dialect{
    {"arrows", "any log with an arrow or a word of direction before each line; MDaemon, IceWarp, CommuniGate",
     "12:00:01 [1234] --> 220 mx.example.com ESMTP\n12:00:01 [1234] <-- EHLO client.example.test\n12:00:01 [1234] --> "
     "250 mx.example.com\n"},
    Marks::none,
    make_dialect<Arrows>};

}  // namespace mailparse::transcript
