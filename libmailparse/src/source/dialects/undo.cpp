#include "source/dialects/undo.hpp"

#include <algorithm>
#include <array>

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/utf8_character.hpp>

#include "source/dialects/said.hpp"

namespace mailparse::transcript {
namespace {

/// Digits of `base` from `at` on, at most `most`; how many were there.
std::size_t read_digits(std::string_view text, std::size_t at, std::size_t most, unsigned base, std::uint32_t& value) {
  std::size_t count = 0;
  value = 0;
  while (count < most && at + count < text.size()) {
    const auto digit = hex_digit(text[at + count]);
    if (!digit || *digit >= base) break;
    value = value * base + *digit;
    ++count;
  }
  return count;
}

/// The escape behind a backslash at `text[at]`; returns how many octets it took.
std::size_t undo_escape(std::string_view text, std::size_t at, std::string& out) {
  constexpr std::string_view letters = "rntfvabe0";
  constexpr std::string_view octets("\r\n\t\f\v\a\b\x1b\0", 9);
  const char c = text[at];
  std::uint32_t value = 0;
  if (c >= '0' && c <= '7') {
    const auto used = read_digits(text, at, 3, 8, value);
    out.push_back(static_cast<char>(static_cast<unsigned char>(value)));
    return used;
  }
  if (c == 'x') {
    const auto used = read_digits(text, at + 1, 2, 16, value);
    if (used == 2) {
      out.push_back(static_cast<char>(static_cast<unsigned char>(value)));
      return 3;
    }
  }
  if (c == 'u') {
    const auto used = read_digits(text, at + 1, 4, 16, value);
    if (used == 4) {
      append_utf8(out, value);
      return 5;
    }
  }
  if (const auto letter = letters.find(c); letter != std::string_view::npos) {
    out.push_back(octets[letter]);
    return 1;
  }
  out.push_back(c);
  return 1;
}

struct Entity {
  std::string_view name;
  std::uint32_t scalar;
};

/// What HTML 4.01 names besides Latin-1, as far as programs that print mail write it.
constexpr auto entities = std::to_array<Entity>(
    {{"lt", '<'},        {"gt", '>'},        {"amp", '&'},       {"quot", '"'},      {"apos", '\''},
     {"nbsp", ' '},      {"sol", '/'},       {"euro", 0x20AC},   {"hellip", 0x2026}, {"ndash", 0x2013},
     {"mdash", 0x2014},  {"lsquo", 0x2018},  {"rsquo", 0x2019},  {"sbquo", 0x201A},  {"ldquo", 0x201C},
     {"rdquo", 0x201D},  {"bdquo", 0x201E},  {"bull", 0x2022},   {"trade", 0x2122},  {"dagger", 0x2020},
     {"Dagger", 0x2021}, {"permil", 0x2030}, {"lsaquo", 0x2039}, {"rsaquo", 0x203A}, {"OElig", 0x152},
     {"oelig", 0x153},   {"Scaron", 0x160},  {"scaron", 0x161},  {"Yuml", 0x178},    {"fnof", 0x192},
     {"circ", 0x2C6},    {"tilde", 0x2DC},   {"ensp", 0x2002},   {"emsp", 0x2003},   {"thinsp", 0x2009},
     {"zwnj", 0x200C},   {"zwj", 0x200D},    {"lrm", 0x200E},    {"rlm", 0x200F},    {"minus", 0x2212}});

/// The names of U+00A1 to U+00FF, in order. HTML 4.01 24.2.1.
constexpr auto latin1_entities = std::to_array<std::string_view>(
    {"iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",   "uml",    "copy",   "ordf",   "laquo",
     "not",    "shy",    "reg",    "macr",   "deg",    "plusmn", "sup2",   "sup3",   "acute",  "micro",  "para",
     "middot", "cedil",  "sup1",   "ordm",   "raquo",  "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute",
     "Acirc",  "Atilde", "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute", "Ecirc",  "Euml",   "Igrave",
     "Iacute", "Icirc",  "Iuml",   "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde", "Ouml",   "times",
     "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute", "THORN",  "szlig",  "agrave", "aacute", "acirc",
     "atilde", "auml",   "aring",  "aelig",  "ccedil", "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute",
     "icirc",  "iuml",   "eth",    "ntilde", "ograve", "oacute", "ocirc",  "otilde", "ouml",   "divide", "oslash",
     "ugrave", "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml"});
static_assert(latin1_entities.size() == 0xFF - 0xA0);

bool append_entity(std::string_view name, std::string& out) {
  if (name.starts_with('#')) {
    std::uint32_t scalar = 0;
    const bool hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
    const auto digits = name.substr(hex ? 2 : 1);
    if (digits.empty() || digits.size() > 6 || read_digits(digits, 0, 6, hex ? 16 : 10, scalar) != digits.size() ||
        scalar > 0x10FFFF)
      return false;
    append_utf8(out, scalar);
    return true;
  }
  if (const auto known = std::ranges::find(entities, name, &Entity::name); known != entities.end()) {
    append_utf8(out, known->scalar);
    return true;
  }
  const auto latin1 = std::ranges::find(latin1_entities, name);
  if (latin1 == latin1_entities.end()) return false;
  append_utf8(out, static_cast<std::uint32_t>(0xA1 + (latin1 - latin1_entities.begin())));
  return true;
}

}  // namespace

std::optional<std::uint8_t> hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  const char lower = to_lower(c);
  if (lower >= 'a' && lower <= 'f') return static_cast<std::uint8_t>(lower - 'a' + 10);
  return std::nullopt;
}

std::optional<std::size_t> unescape(std::string_view text, char quote, std::string& out) {
  std::size_t i = 0;
  while (i < text.size()) {
    const char c = text[i];
    if (c == quote) return i + 1;
    if (c == '\\' && i + 1 < text.size()) {
      i += 1 + undo_escape(text, i + 1, out);
    } else {
      out.push_back(c);
      ++i;
    }
  }
  return std::nullopt;
}

bool first_literal(std::string_view text, std::string& out) {
  if (text.starts_with('b')) text.remove_prefix(1);
  if (text.empty() || (text.front() != '\'' && text.front() != '"')) return false;
  unescape(text.substr(1), text.front(), out);
  return true;
}

void undo_html(std::string_view text, std::string& out) {
  constexpr std::size_t longest = 8;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '&') {
      const auto end = text.substr(i, longest + 2).find(';');
      if (end != std::string_view::npos && append_entity(text.substr(i + 1, end - 1), out)) {
        i += end;
        continue;
      }
    }
    out.push_back(text[i]);
  }
}

std::size_t undo_hex(std::string_view columns, std::string& out) {
  constexpr std::size_t most = 16;
  std::size_t count = 0;
  std::size_t i = 0;
  while (count < most) {
    std::size_t gap = 0;
    while (i < columns.size() && columns[i] == ' ') {
      ++i;
      ++gap;
    }
    // Columns are at most three blanks apart, two groups of eight at most four; more of them end the octets of a short
    // last line.
    if (count > 0 && (gap == 0 || gap > (count == 8 ? 4U : 3U))) break;
    if (i + 1 >= columns.size()) break;
    const auto high = hex_digit(columns[i]);
    const auto low = hex_digit(columns[i + 1]);
    if (!high || !low || (i + 2 < columns.size() && columns[i + 2] != ' ')) break;
    out.push_back(static_cast<char>(static_cast<unsigned char>(*high * 16 + *low)));
    ++count;
    i += 2;
  }
  return count;
}

void split_quoted(std::string_view line, char separator, std::vector<std::string_view>& fields, std::string& room) {
  fields.clear();
  room.clear();
  room.reserve(line.size());
  std::size_t i = 0;
  while (true) {
    if (i < line.size() && line[i] == '"') {
      const auto start = room.size();
      ++i;
      while (i < line.size()) {
        if (line[i] == '"') {
          if (i + 1 < line.size() && line[i + 1] == '"') {
            ++i;
          } else {
            break;
          }
        }
        room.push_back(line[i++]);
      }
      fields.push_back(std::string_view(room).substr(start));
      i = line.find(separator, i);
    } else {
      const auto end = line.find(separator, i);
      fields.push_back(line.substr(i, end == std::string_view::npos ? end : end - i));
      i = end;
    }
    if (i == std::string_view::npos || i >= line.size()) return;
    ++i;
  }
}

void split_glued(std::string_view line, std::vector<std::string_view>& pieces) {
  pieces.clear();
  if (!smtp_code(line) || !smtp_more(line)) {
    pieces.push_back(line);
    return;
  }
  const char more[] = {line[0], line[1], line[2], '-'};
  const char last[] = {line[0], line[1], line[2], ' '};
  std::size_t start = 0;
  while (true) {
    const auto next = line.find(std::string_view(more, 4), start + 4);
    if (next == std::string_view::npos) break;
    pieces.push_back(line.substr(start, next - start));
    start = next;
  }
  const auto end = line.rfind(std::string_view(last, 4));
  if (end != std::string_view::npos && end > start) {
    pieces.push_back(line.substr(start, end - start));
    start = end;
  }
  pieces.push_back(line.substr(start));
}

void HeaderFolds::undo(std::string& line) {
  const auto end = line.find_first_of(": \t\r\n");
  const bool field = end != std::string::npos && end > 0 && line[end] == ':';
  const bool fold =
      line.size() > 2 && (line[0] == '.' ? line[1] != '.' && line[1] != '\r' : is(OctetClass::blank, line[0]));
  if (in_header_ && fold && line[0] == '.') line[0] = '\t';
  in_header_ = field || (in_header_ && fold);
}

bool base64_holds(std::string_view line, std::string_view mark) {
  const auto word = line.substr(line.find_last_of(' ') + 1);
  if (word.size() < 8 || !base64_line(word)) return false;
  std::string plain;
  std::uint32_t bits = 0;
  int have = 0;
  for (const char c : word) {
    std::uint32_t value = 0;
    if (c >= 'A' && c <= 'Z')
      value = static_cast<std::uint32_t>(c - 'A');
    else if (c >= 'a' && c <= 'z')
      value = static_cast<std::uint32_t>(c - 'a' + 26);
    else if (c >= '0' && c <= '9')
      value = static_cast<std::uint32_t>(c - '0' + 52);
    else if (c == '+')
      value = 62;
    else if (c == '/')
      value = 63;
    else
      break;
    bits = ((bits << 6) | value) & 0xFFFFFF;
    have += 6;
    if (have >= 8) {
      have -= 8;
      plain.push_back(static_cast<char>(static_cast<unsigned char>((bits >> have) & 0xFF)));
    }
  }
  return plain.find(mark) != std::string::npos;
}

}  // namespace mailparse::transcript
