// A header with nothing remarkable, as most are: whole, printable ASCII, a name and a colon where each field begins, an
// empty line behind them. Its lines are indexed in one pass, and its fields need no other look.
//
// The line by line way reads such a header alike and finds nothing to report: whole and in pieces are the same, as
// tests and the fuzz driver hold.
#include <algorithm>
#include <array>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/header.hpp>
#include <mailparse/scan/header_index.hpp>

#include "message/header_scanner.hpp"
#include "message/lexical.hpp"

namespace mailparse {
namespace {

constexpr std::size_t most_lines = 256;
/// RFC 5322 2.1.1.
constexpr std::size_t line_octets_allowed = 998;

bool is_blank(char octet) noexcept {
  return is(OctetClass::blank, octet);
}

/// Whether a line that begins with a blank has anything else.
bool has_text(std::string_view octets, const HeaderLine& line) noexcept {
  std::size_t at = line.begin;
  while (is_blank(octets[at])) ++at;
  return octets[at] != '\r' && octets[at] != '\n';
}

/// Lines that belong to the field that begins with the first of them; 0 where one of them is no fold.
std::size_t field_lines(std::string_view octets, std::span<const HeaderLine> lines) noexcept {
  std::size_t count = 1;
  while (count < lines.size() && is_blank(octets[lines[count].begin])) {
    if (!has_text(octets, lines[count])) return 0;
    ++count;
  }
  return count;
}

}  // namespace

/// Reads the whole header if it is plain; false, and nothing has changed, if it is not.
bool HeaderReader::Scanner::read_plain(std::string_view octets) {
  if (options_.cr_line_ends) return false;
  std::array<HeaderLine, most_lines> room;
  const HeaderIndex index = index_header(octets, room);
  const Limits& limits = options_.limits;
  if (!index.plain || index.lines == 0 || index.lines > limits.header_fields ||
      index.octets > std::min(limits.header_octets, limits.header_field_octets))
    return false;

  header_.fields_.reserve(index.lines);
  LineEnds line_ends;
  const auto tally = [&](std::size_t begin, std::size_t lf) {
    const bool crlf = lf > begin && octets[lf - 1] == '\r';
    add(crlf ? line_ends.crlf : line_ends.lf, base_ + lf - (crlf ? 1 : 0));
    return lf - begin <= line_octets_allowed;
  };
  bool plain = true;
  for (std::span<const HeaderLine> lines(room.data(), index.lines); plain && !lines.empty();) {
    const std::size_t count = field_lines(octets, lines);
    plain = count != 0 && take_plain_field(octets, lines.first(count), index.encoded_word);
    for (const HeaderLine& line : lines.first(count)) plain &= tally(line.begin, line.lf);
    lines = lines.subspan(count);
  }
  if (!plain) {
    header_.fields_.clear();
    return false;
  }
  const std::size_t separator = room[index.lines - 1].lf + std::size_t{1};
  (void)tally(separator, index.octets - 1);
  header_.line_ends_ = line_ends;
  header_.length_ = index.octets;
  header_.separator_length_ = index.octets - separator;
  header_.end_ = HeaderEnd::empty_line;
  done_ = true;
  return true;
}

/// False: not a name and a colon.
bool HeaderReader::Scanner::take_plain_field(std::string_view octets, std::span<const HeaderLine> lines,
                                             bool may_have_encoded_words) {
  const HeaderLine& first = lines.front();
  // A line of dashes may be a delimiter whatever follows them.
  if (first.colon == HeaderLine::no_colon || first.colon == first.begin || octets[first.begin] == '-') return false;
  const std::string_view name = octets.substr(first.begin, first.colon - first.begin);
  const FieldName id = find_field_name(name);
  if (id == FieldName::unknown && std::any_of(name.begin(), name.end(), is_blank)) return false;

  HeaderField& field = header_.fields_.emplace_back();
  field.name = name;
  field.raw = octets.substr(first.begin, lines.back().lf + 1 - first.begin);
  field.value = lexical::trim(octets.substr(first.colon + 1, lines.back().lf - first.colon));
  field.offset = base_ + first.begin;
  field.length = field.raw.size();
  const auto value_begin = static_cast<std::size_t>(field.value.data() - octets.data());
  field.value_offset = base_ + value_begin;
  field.id = id;
  // Each fold has text behind it; text before it makes it one of the value's.
  field.folded = lines.size() > 1 && lines[lines.size() - 2].lf >= value_begin;
  field.encodable = may_have_encoded_words && field.value.contains("=?");
  return true;
}

}  // namespace mailparse
