#include "source/dialects/said.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <mailparse/base/octets.hpp>

namespace mailparse::transcript {
namespace {

/// How many arguments a verb takes where it is no word of prose.
enum class Shape : std::uint8_t {
  alone,         ///< nothing behind the verb
  one,           ///< one word
  some,          ///< at least one word
  any,           ///< none, or some
  colon,         ///< FROM: or TO: behind it
  two,           ///< at least two words, or one and a literal
  numeral,       ///< a number first
  messages,      ///< a set of messages first: `1:*`, `*`, `$`
  listed,        ///< a list in parentheses first, or NIL
  maybe_number,  ///< nothing or a number
};

struct Row {
  std::string_view word;
  Verb verb;
  Shape shape;
};

constexpr std::array rows{
    Row{"APOP", Verb::pop3_pass, Shape::some},
    Row{"ATRN", Verb::smtp_other, Shape::any},
    Row{"AUTH", Verb::auth, Shape::any},
    Row{"BDAT", Verb::bdat, Shape::numeral},
    Row{"CAPA", Verb::pop3_lines, Shape::alone},
    Row{"DATA", Verb::data, Shape::alone},
    Row{"DELE", Verb::pop3_other, Shape::numeral},
    Row{"EHLO", Verb::hello, Shape::any},
    Row{"ETRN", Verb::smtp_other, Shape::one},
    Row{"EXPN", Verb::smtp_other, Shape::some},
    Row{"HELO", Verb::hello, Shape::any},
    Row{"HELP", Verb::smtp_other, Shape::any},
    Row{"LAST", Verb::pop3_other, Shape::alone},
    Row{"LHLO", Verb::hello, Shape::any},
    Row{"LIST", Verb::pop3_lines, Shape::maybe_number},
    Row{"MAIL", Verb::mail, Shape::colon},
    Row{"NOOP", Verb::smtp_other, Shape::any},
    Row{"ONEX", Verb::smtp_other, Shape::alone},
    Row{"PASS", Verb::pop3_pass, Shape::some},
    Row{"QUIT", Verb::quit, Shape::alone},
    Row{"RCPT", Verb::rcpt, Shape::colon},
    Row{"RETR", Verb::pop3_lines, Shape::numeral},
    Row{"RSET", Verb::smtp_other, Shape::alone},
    Row{"SAML", Verb::mail, Shape::colon},
    Row{"SEND", Verb::mail, Shape::colon},
    Row{"SOML", Verb::mail, Shape::colon},
    Row{"STARTTLS", Verb::starttls, Shape::alone},
    Row{"STAT", Verb::pop3_other, Shape::alone},
    Row{"STLS", Verb::starttls, Shape::alone},
    Row{"TOP", Verb::pop3_lines, Shape::numeral},
    Row{"TURN", Verb::smtp_other, Shape::alone},
    Row{"UIDL", Verb::pop3_lines, Shape::maybe_number},
    Row{"USER", Verb::pop3_user, Shape::some},
    Row{"UTF8", Verb::pop3_other, Shape::alone},
    Row{"VERB", Verb::smtp_other, Shape::any},
    Row{"VRFY", Verb::smtp_other, Shape::some},
    Row{"XCLIENT", Verb::smtp_other, Shape::some},
    Row{"XFORWARD", Verb::smtp_other, Shape::some},
};
static_assert(std::ranges::is_sorted(rows, {}, &Row::word));

/// IMAP's commands are words of prose too, and a tag is any word: the shape of the arguments has to fit.
constexpr std::array imap_rows{
    Row{"APPEND", Verb::imap, Shape::some},
    Row{"AUTHENTICATE", Verb::imap_auth, Shape::some},
    Row{"CAPABILITY", Verb::imap, Shape::alone},
    Row{"CHECK", Verb::imap, Shape::alone},
    Row{"CLOSE", Verb::imap, Shape::alone},
    Row{"COMPRESS", Verb::imap, Shape::one},
    Row{"COPY", Verb::imap, Shape::messages},
    Row{"CREATE", Verb::imap, Shape::some},
    Row{"DELETE", Verb::imap, Shape::some},
    Row{"DELETEACL", Verb::imap, Shape::some},
    Row{"ENABLE", Verb::imap, Shape::some},
    Row{"EXAMINE", Verb::imap, Shape::some},
    Row{"EXPUNGE", Verb::imap, Shape::alone},
    Row{"FETCH", Verb::imap, Shape::messages},
    Row{"GENURLAUTH", Verb::imap, Shape::some},
    Row{"GETACL", Verb::imap, Shape::some},
    Row{"GETMETADATA", Verb::imap, Shape::some},
    Row{"GETQUOTA", Verb::imap, Shape::some},
    Row{"GETQUOTAROOT", Verb::imap, Shape::some},
    Row{"ID", Verb::imap, Shape::listed},
    Row{"IDLE", Verb::imap, Shape::alone},
    Row{"LIST", Verb::imap, Shape::two},
    Row{"LISTRIGHTS", Verb::imap, Shape::some},
    Row{"LOGIN", Verb::imap, Shape::some},
    Row{"LOGOUT", Verb::imap_logout, Shape::alone},
    Row{"LSUB", Verb::imap, Shape::two},
    Row{"MOVE", Verb::imap, Shape::messages},
    Row{"MYRIGHTS", Verb::imap, Shape::some},
    Row{"NAMESPACE", Verb::imap, Shape::alone},
    Row{"NOOP", Verb::imap, Shape::alone},
    Row{"NOTIFY", Verb::imap, Shape::some},
    Row{"RENAME", Verb::imap, Shape::two},
    Row{"REPLACE", Verb::imap, Shape::messages},
    Row{"RESETKEY", Verb::imap, Shape::some},
    Row{"SEARCH", Verb::imap, Shape::some},
    Row{"SELECT", Verb::imap, Shape::some},
    Row{"SETACL", Verb::imap, Shape::some},
    Row{"SETMETADATA", Verb::imap, Shape::some},
    Row{"SETQUOTA", Verb::imap, Shape::some},
    Row{"SORT", Verb::imap, Shape::listed},
    Row{"STARTTLS", Verb::imap, Shape::alone},
    Row{"STATUS", Verb::imap, Shape::two},
    Row{"STORE", Verb::imap, Shape::messages},
    Row{"SUBSCRIBE", Verb::imap, Shape::some},
    Row{"THREAD", Verb::imap, Shape::two},
    Row{"UID", Verb::imap, Shape::two},
    Row{"UNAUTHENTICATE", Verb::imap, Shape::alone},
    Row{"UNSELECT", Verb::imap, Shape::alone},
    Row{"UNSUBSCRIBE", Verb::imap, Shape::some},
    Row{"URLFETCH", Verb::imap, Shape::some},
    Row{"XLIST", Verb::imap, Shape::two},
};
static_assert(std::ranges::is_sorted(imap_rows, {}, &Row::word));

/// Words are short: a search for a set of octets would cost a call for each of them.
std::string_view first_word(std::string_view text) noexcept {
  std::size_t end = 0;
  while (end < text.size() && !is(OctetClass::blank, text[end])) ++end;
  return text.substr(0, end);
}

std::string_view behind(std::string_view text, std::string_view word) noexcept {
  return trim_blanks(text.substr(word.size()));
}

template <std::size_t n>
std::string_view to_upper_into(std::string_view word, std::array<char, n>& room) noexcept {
  if (word.empty() || word.size() > n) return {};
  std::ranges::transform(word, room.begin(), to_upper);
  return {room.data(), word.size()};
}

bool fits(Shape shape, std::string_view arguments) noexcept {
  const bool single = first_word(arguments).size() == arguments.size();
  switch (shape) {
    case Shape::alone:
      return arguments.empty();
    case Shape::one:
      return !arguments.empty() && single;
    case Shape::some:
      return !arguments.empty();
    case Shape::any:
      return true;
    case Shape::two:
      return !single || arguments.ends_with('}');
    case Shape::messages:
      return !arguments.empty() &&
             (is_digit(arguments.front()) || arguments.front() == '*' || arguments.front() == '$');
    case Shape::listed:
      return arguments.starts_with('(') || iequals(arguments, "NIL");
    case Shape::numeral:
      return !arguments.empty() && is_digit(arguments.front());
    case Shape::maybe_number:
      return arguments.empty() || is_digit(arguments.front());
    case Shape::colon: {
      const auto colon = arguments.find(':');
      const auto keyword = trim_blanks(arguments.substr(0, colon));
      return colon != std::string_view::npos && (iequals(keyword, "FROM") || iequals(keyword, "TO"));
    }
  }
  return false;
}

bool is_tag(std::string_view word) noexcept {
  if (word.empty() || word.size() > 24 || word == "*" || word == "+") return false;
  const bool plain = std::ranges::all_of(
      word, [](char c) { return is(OctetClass::alpha, c) || is_digit(c) || c == '.' || c == '-' || c == '_'; });
  if (word == ".") return true;
  if (!is_digit(word.front()) && !is(OctetClass::alpha, word.front())) return false;  // the dash of a list
  // A tag of letters only is a word of prose unless it is as short as people type it.
  return plain && (word.size() <= 2 || std::ranges::any_of(word, is_digit));
}

Verb imap_verb(std::string_view line) noexcept {
  const auto tag = first_word(line);
  const auto command = behind(line, tag);
  if (command.empty() || !is(OctetClass::alpha, command.front()) || !is_tag(tag)) return Verb::none;
  const auto first = first_word(command);
  std::array<char, 16> room{};
  const auto word = to_upper_into(first, room);
  const auto row = std::ranges::lower_bound(imap_rows, word, {}, &Row::word);
  if (word.empty() || row == imap_rows.end() || row->word != word) return Verb::none;
  return fits(row->shape, behind(command, first)) ? row->verb : Verb::none;
}

}  // namespace

Verb verb(std::string_view line) noexcept {
  line = trim_blanks(line);
  const auto word = first_word(line);
  std::array<char, 8> room{};
  // Replies begin with a digit or a sign.
  const bool letter = !word.empty() && is(OctetClass::alpha, word.front());
  const auto upper = letter ? to_upper_into(word, room) : std::string_view{};
  if (!upper.empty()) {
    const auto row = std::ranges::lower_bound(rows, upper, {}, &Row::word);
    const auto arguments = behind(line, word);
    if (row != rows.end() && row->word == upper && fits(row->shape, arguments)) {
      // `LIST 1` and `UIDL 1` are answered by one line.
      if (row->shape == Shape::maybe_number && !arguments.empty()) return Verb::pop3_other;
      return row->verb;
    }
  }
  return imap_verb(line);
}

bool is_smtp(Verb v) noexcept {
  return v >= Verb::hello && v <= Verb::smtp_other;
}
bool is_pop3(Verb v) noexcept {
  return v >= Verb::pop3_user && v <= Verb::pop3_other;
}
bool is_imap(Verb v) noexcept {
  return v >= Verb::imap && v <= Verb::imap_logout;
}

bool in_capitals(std::string_view line) noexcept {
  return std::ranges::none_of(first_word(trim_blanks(line)), [](char c) { return c >= 'a' && c <= 'z'; });
}

std::optional<std::uint16_t> smtp_code(std::string_view line) noexcept {
  if (line.size() < 3 || line[0] < '2' || line[0] > '5' || line[1] < '0' || line[1] > '5' || !is_digit(line[2]))
    return std::nullopt;
  if (line.size() > 3 && line[3] != ' ' && line[3] != '-') return std::nullopt;
  return static_cast<std::uint16_t>((line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0'));
}

bool smtp_more(std::string_view line) noexcept {
  return line.size() > 3 && line[3] == '-';
}

bool pop3_reply(std::string_view line) noexcept {
  const auto word = first_word(line);
  return word == "+OK" || word == "-ERR";
}

bool imap_untagged(std::string_view line) noexcept {
  if (!line.starts_with("* ")) return false;
  line = trim_blanks(line.substr(2));
  const auto word = first_word(line);
  if (number(word)) {
    const auto what = first_word(behind(line, word));
    return what == "EXISTS" || what == "RECENT" || what == "EXPUNGE" || what == "FETCH";
  }
  for (const std::string_view known :
       {"OK",        "NO",     "BAD",       "BYE",      "PREAUTH",  "CAPABILITY", "FLAGS",      "LIST",     "LSUB",
        "SEARCH",    "STATUS", "NAMESPACE", "ID",       "ENABLED",  "ESEARCH",    "SORT",       "THREAD",   "QUOTA",
        "QUOTAROOT", "ACL",    "VANISHED",  "METADATA", "MYRIGHTS", "LISTRIGHTS", "GENURLAUTH", "URLFETCH", "XLIST"}) {
    if (word == known) return true;
  }
  return false;
}

bool imap_tagged_reply(std::string_view line) noexcept {
  const auto tag = first_word(line);
  const auto status = first_word(behind(line, tag));
  return (status == "OK" || status == "NO" || status == "BAD") && is_tag(tag);
}

bool continuation_request(std::string_view line) noexcept {
  return line == "+" || line.starts_with("+ ");
}

bool is_reply(std::string_view line) noexcept {
  return smtp_code(line).has_value() || pop3_reply(line) || imap_untagged(line) || imap_tagged_reply(line) ||
         continuation_request(line);
}

bool is_greeting(std::string_view line) noexcept {
  if (const auto code = smtp_code(line)) return *code == 220 || *code == 421 || *code == 554;
  return pop3_reply(line) || line.starts_with("* OK") || line.starts_with("* PREAUTH") || line.starts_with("* BYE");
}

bool speaks_of_tls(std::string_view line) noexcept {
  for (std::size_t i = 0; i + 2 < line.size(); ++i) {
    for (const std::string_view word : {"tls", "ssl", "go ahead", "ready to start", "smtp server ready"}) {
      if (istarts_with(line.substr(i), word)) return true;
    }
  }
  return false;
}

std::optional<std::uint64_t> imap_literal(std::string_view line) noexcept {
  if (line.empty() || line.back() != '}') return std::nullopt;
  line.remove_suffix(1);
  if (line.ends_with('+') || line.ends_with('-')) line.remove_suffix(1);
  const auto brace = line.rfind('{');
  if (brace == std::string_view::npos) return std::nullopt;
  return number(line.substr(brace + 1));
}

std::optional<std::uint64_t> bdat_size(std::string_view line) noexcept {
  if (!istarts_with(trim_blanks(line), "BDAT") || verb(line) != Verb::bdat) return std::nullopt;
  line = trim_blanks(line);
  return number(first_word(behind(line, first_word(line))));
}

bool base64_line(std::string_view line) noexcept {
  if (line.size() % 4 != 0) return false;
  while (line.ends_with('=')) line.remove_suffix(1);
  return !line.empty() && std::ranges::all_of(line, [](char c) { return is(OctetClass::base64, c); });
}

bool shell_command(std::string_view line) noexcept {
  line = trim_blanks(line);
  while (line.starts_with('$') || line.starts_with('#') || line.starts_with('%') || line.starts_with('>'))
    line = trim_blanks(line.substr(1));
  const auto first = first_word(line);
  for (const std::string_view program :
       {"telnet", "openssl", "nc", "ncat", "netcat", "spawn", "socat", "gnutls-cli", "swaks", "curl"}) {
    if (iequals(first, program) && line.size() > program.size()) return true;
  }
  return false;
}

std::optional<std::uint64_t> number(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

}  // namespace mailparse::transcript
