#include "source/dialects/dialect.hpp"

#include <vector>

#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

/// A write without a line end is waited for no longer than this.
constexpr std::size_t joined_octets_most = 1024 * 1024;

}  // namespace

std::optional<Endpoint> read_endpoint(std::string_view text, char separator) {
  const auto cut = text.rfind(separator);
  if (cut == std::string_view::npos || cut == 0) return std::nullopt;
  const auto port = number(text.substr(cut + 1));
  if (!port || *port > 65535) return std::nullopt;
  auto ip = text.substr(0, cut);
  if (ip.starts_with('[') && ip.ends_with(']')) ip = ip.substr(1, ip.size() - 2);
  // A name is no address.
  if (ip.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return std::nullopt;
  return Endpoint{std::string(ip), static_cast<std::uint16_t>(*port)};
}

bool own_line(std::string_view text, Book& book) {
  if (!take(text, transcript_heading)) return false;
  if (text == transcript_closed || text == transcript_cut) {
    book.end({}, text == transcript_closed ? StreamEnd::closed : StreamEnd::cut);
  } else if (take(text, transcript_session)) {
    book.begin({});
    own_session(text, book);
  }
  return true;
}

void own_session(std::string_view text, Book& book) {
  for (bool first = true; !text.empty(); first = false) {
    const auto end = text.find(", ");
    const auto field = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    const auto arrow = field.find(" -> ");
    if (arrow != std::string_view::npos) {
      book.endpoints({}, read_endpoint(field.substr(0, arrow)), read_endpoint(field.substr(arrow + 4)));
    } else if (!first && field.find(':') == std::string_view::npos) {
      book.service({}, field);
    }
  }
}

void say_glued(Book& book, std::string_view key, const Mark& mark, std::string_view text) {
  std::vector<std::string_view> pieces;
  split_glued(text, pieces);
  for (const auto piece : pieces) book.say(key, mark, piece);
}

void LineJoiner::add(Book& book, std::string_view key, const Mark& mark, std::string_view octets) {
  const auto end = octets.rfind('\n');
  if (end == std::string_view::npos) {
    rest_.append(octets);
    if (rest_.size() > joined_octets_most) flush(book, key, mark);
    return;
  }
  if (rest_.empty()) {
    book.say_octets(key, mark, octets.substr(0, end + 1));
  } else {
    rest_.append(octets.substr(0, end + 1));
    book.say_octets(key, mark, rest_);
  }
  rest_.assign(octets.substr(end + 1));
}

void LineJoiner::flush(Book& book, std::string_view key, const Mark& mark) {
  if (!rest_.empty()) book.say_octets(key, mark, rest_);
  rest_.clear();
}

}  // namespace mailparse::transcript
