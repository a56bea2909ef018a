#include "message/word_scanner.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/find.hpp>

#include "scan/find_pair.hpp"

namespace mailparse {
namespace {

constexpr std::size_t scheme_octets = 24;
// Schemes that are told from letters that happen to stand before them.
constexpr std::array<std::string_view, 10> plain_schemes{"https", "http", "hxxps", "hxxp", "ftps",
                                                         "ftp",   "sftp", "smb",   "wss",  "ws"};
// Prose puts these behind a URL, seldom a URL at its end.
constexpr std::string_view trailing = ".,;:!?'\"*_~";

constexpr bool is_high(char c) noexcept {
  return is(OctetClass::high, c);
}
constexpr bool is_domain(char c) noexcept {
  return is_alnum(c) || c == '-' || c == '.' || is_high(c);
}

/// Characters outside ASCII that end a URL in prose: no-break and ideographic space, typographic quotes and commas.
constexpr std::array<std::string_view, 9> wide_ends{"\xC2\xA0",     "\xC2\xAB",     "\xC2\xBB",
                                                    "\xE2\x80\x9C", "\xE2\x80\x9D", "\xE3\x80\x80",
                                                    "\xE3\x80\x81", "\xEF\xBC\x8C", "\xEF\xBC\x89"};

bool is_wide_end(std::string_view text) noexcept {
  return std::ranges::any_of(wide_ends, [&](std::string_view mark) { return text.starts_with(mark); });
}

std::size_t find_wide_end(std::string_view text) noexcept {
  std::size_t at = find_eight_bit(text);
  while (at < text.size() && !is_wide_end(text.substr(at))) {
    ++at;
    at += find_eight_bit(text.substr(at));
  }
  return at;
}

/// `url` without what prose put behind it: closing marks, and brackets that it does not open.
std::string_view trim_prose(std::string_view url) noexcept {
  url = url.substr(0, find_wide_end(url));
  std::ptrdiff_t round = std::ranges::count(url, '(') - std::ranges::count(url, ')');
  std::ptrdiff_t square = std::ranges::count(url, '[') - std::ranges::count(url, ']');
  while (!url.empty()) {
    const char last = url.back();
    if (last == ')' && round < 0) {
      ++round;
    } else if (last == ']' && square < 0) {
      ++square;
    } else if (last != '}' && last != '|' && !trailing.contains(last)) {
      break;
    }
    url.remove_suffix(1);
  }
  return url;
}

/// Where the scheme before the colon at `colon` begins, not before `floor`; `colon` itself when there is none.
std::size_t scheme_begin(std::string_view word, std::size_t floor, std::size_t colon) noexcept {
  std::size_t begin = colon;
  while (begin > floor && colon - begin < scheme_octets) {
    const char c = word[begin - 1];
    if (!is_alnum(c) && c != '+' && c != '-' && c != '.') break;
    --begin;
  }
  const std::string_view run = word.substr(begin, colon - begin);
  for (const std::string_view scheme : plain_schemes) {
    if (run.size() >= scheme.size() && iequals(run.substr(run.size() - scheme.size()), scheme)) {
      const bool longer = run.size() > scheme.size() && is_alpha(run[run.size() - scheme.size() - 1]);
      if (!longer) return colon - scheme.size();
    }
  }
  while (begin < colon && !is_alpha(word[begin])) ++begin;
  return colon - begin < 2 ? colon : begin;
}

/// A first octet that a host, or its user, may have. What it lets through is never trimmed to nothing.
bool begins_host(std::string_view text) noexcept {
  if (text.empty()) return false;
  if (is_high(text[0])) return !is_wide_end(text);
  return is_alnum(text[0]) || text[0] == '[' || text[0] == '%';
}

std::optional<WordMatch> match_scheme(std::string_view word, std::size_t floor, std::size_t colon) {
  const std::size_t begin = scheme_begin(word, floor, colon);
  if (begin == colon) return std::nullopt;
  std::string_view behind = word.substr(colon + 3);
  if (iequals(word.substr(begin, colon - begin), "file") && behind.starts_with('/')) behind.remove_prefix(1);
  if (!begins_host(behind)) return std::nullopt;
  return WordMatch{Observable::Kind::url, begin, trim_prose(word.substr(begin)).size()};
}

std::optional<WordMatch> match_www(std::string_view word, std::size_t floor, std::size_t dot) {
  if (dot < floor + 3) return std::nullopt;
  const std::size_t begin = dot - 3;
  if (begin > floor && (is_alnum(word[begin - 1]) || word[begin - 1] == '.' || word[begin - 1] == '-' ||
                        word[begin - 1] == '@' || is_high(word[begin - 1])))
    return std::nullopt;
  if (!begins_host(word.substr(dot + 1))) return std::nullopt;
  const std::string_view url = trim_prose(word.substr(begin));
  if (url.find('.', 4) == std::string_view::npos) return std::nullopt;
  return WordMatch{Observable::Kind::url, begin, url.size()};
}

/// Labels with a dot between them, the last one of two letters or more, or an A-label.
bool is_mail_domain(std::string_view domain) noexcept {
  const std::size_t dot = domain.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || domain.contains("..")) return false;
  const std::string_view last = domain.substr(dot + 1);
  if (last.size() < 2 || domain.front() == '-') return false;
  return istarts_with(last, "xn--") || std::ranges::all_of(last, [](char c) { return is_alpha(c) || is_high(c); });
}

/// Octets before the address in "?to=a", "/a" and the like; "list+a=b.example" (VERP) is an address whole.
std::size_t parameter_octets(std::string_view local) noexcept {
  std::size_t size = local.find_last_of("/?&|") + 1;
  const std::size_t sign = local.find('=', size);
  if (sign == std::string_view::npos) return size;
  return std::ranges::all_of(local.substr(size, sign - size), is_alpha) ? sign + 1 : size;
}

std::optional<WordMatch> match_address(std::string_view word, std::size_t floor, std::size_t at) {
  std::size_t begin = at;
  while (begin > floor && (is(OctetClass::atext, word[begin - 1]) || word[begin - 1] == '.')) --begin;
  begin += parameter_octets(word.substr(begin, at - begin));
  while (begin < at && !is_alnum(word[begin]) && word[begin] != '_') ++begin;
  std::size_t end = at + 1;
  while (end < word.size() && is_domain(word[end])) ++end;
  while (end > at + 1 && (word[end - 1] == '.' || word[end - 1] == '-')) --end;
  if (begin == at || word[at - 1] == '.' || !is_mail_domain(word.substr(at + 1, end - at - 1))) return std::nullopt;
  return WordMatch{Observable::Kind::address, begin, end - begin};
}

/// Octets of the IPv4 address at the front of `text`; 0 when there is none.
std::size_t ipv4_length(std::string_view text) noexcept {
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int i = 0; i < 4; ++i) {
    if (i > 0 && (at == end || *at++ != '.')) return 0;
    unsigned value = 256;
    const auto [stop, error] = std::from_chars(at, std::min(at + 4, end), value);
    if (error != std::errc() || value > 255 || stop - at > 3) return 0;
    at = stop;
  }
  return static_cast<std::size_t>(at - text.data());
}

std::optional<WordMatch> match_ip(std::string_view word, std::size_t floor, std::size_t dot) {
  std::size_t begin = dot;
  while (begin > floor && dot - begin < 4 && is_digit(word[begin - 1])) --begin;
  if (begin > floor && (is_alnum(word[begin - 1]) || word[begin - 1] == '.' || word[begin - 1] == '-'))
    return std::nullopt;
  const std::size_t length = ipv4_length(word.substr(begin));
  if (length == 0) return std::nullopt;
  const std::string_view rest = word.substr(begin + length);
  const bool goes_on = !rest.empty() && (is_alnum(rest[0]) || rest[0] == '-' ||
                                         (rest[0] == '.' && rest.size() > 1 && is_alnum(rest[1])));
  if (goes_on) return std::nullopt;
  return WordMatch{Observable::Kind::ip, begin, length};
}

std::optional<WordMatch> match_at(std::string_view word, std::size_t floor, std::size_t at) {
  switch (word[at]) {
    case ':':
      return match_scheme(word, floor, at);
    case '@':
      return match_address(word, floor, at);
    default:
      if (is_digit(word[at - 1])) return match_ip(word, floor, at);
      return match_www(word, floor, at);
  }
}

}  // namespace

bool ends_word(WordEnds ends, char octet) noexcept {
  const auto value = static_cast<unsigned char>(octet);
  if (value <= ' ' || value == 0x7F || octet == '<' || octet == '>' || octet == '"') return true;
  return ends == WordEnds::code && (octet == '\'' || octet == '(' || octet == ')' || octet == '`' || octet == '{' ||
                                    octet == '}' || octet == '\\');
}

bool may_match(std::string_view text, std::size_t at) noexcept {
  if (at == 0 || at + 1 >= text.size()) return false;
  const char before = text[at - 1], behind = text[at + 1];
  switch (text[at]) {
    case ':':
      return behind == '/' && at + 2 < text.size() && text[at + 2] == '/' && is_alnum(before);
    case '@':
      return is_alnum(behind) || is_high(behind);
    default:
      return (is_digit(before) && is_digit(behind)) ||
             (to_lower(before) == 'w' && at >= 3 && to_lower(text[at - 2]) == 'w' && to_lower(text[at - 3]) == 'w');
  }
}

std::vector<WordMatch> find_in_word(std::string_view word) {
  std::vector<WordMatch> matches;
  std::size_t floor = 0;
  for (std::size_t at = find_inside(word, ':', '.', '@'); at < word.size();) {
    if (at >= floor && may_match(word, at)) {
      if (const auto match = match_at(word, floor, at)) {
        matches.push_back(*match);
        floor = match->begin + match->length;
      }
    }
    at = std::max(at + 1, floor);
    at += find_inside(word.substr(at), ':', '.', '@');
  }
  return matches;
}

void WordScanner::feed(std::string_view text, std::uint64_t offset) {
  while (!held_.empty() && !text.empty()) {
    const std::size_t taken = hold(text, offset);
    text.remove_prefix(taken);
    offset += taken;
  }
  // What comes behind the last word end waits for the next piece.
  std::size_t end = text.size();
  while (end > 0 && !ends_word(ends_, text[end - 1])) --end;
  scan(text.substr(0, end), offset);
  text.remove_prefix(end);
  offset += end;
  while (!text.empty()) {
    const std::size_t taken = hold(text, offset);
    text.remove_prefix(taken);
    offset += taken;
  }
}

/// Adds to the word that is held, up to its end or to its limit, and returns the octets taken.
std::size_t WordScanner::hold(std::string_view text, std::uint64_t offset) {
  std::size_t size = 0;
  const std::size_t most = std::min(text.size(), observable_octets - held_.size());
  while (size < most && !ends_word(ends_, text[size])) ++size;
  if (size > 0) {
    if (anchors_.empty() || held_offset(held_.size()) != offset) anchors_.push_back({held_.size(), offset});
    held_.append(text, 0, size);
  }
  const bool ended = size < text.size() && ends_word(ends_, text[size]);
  if (ended || held_.size() == observable_octets) end_word();
  return size + (ended ? 1 : 0);
}

std::uint64_t WordScanner::held_offset(std::size_t at) const noexcept {
  const auto behind = std::ranges::upper_bound(anchors_, at, {}, &Anchor::at);
  const Anchor& anchor = *std::prev(behind);
  return anchor.offset + (at - anchor.at);
}

void WordScanner::end_word() {
  if (held_.empty()) return;
  for (const WordMatch& match : find_in_word(held_)) {
    sink_->on_match(match.kind, std::string_view(held_).substr(match.begin, match.length), held_offset(match.begin));
  }
  held_.clear();
  anchors_.clear();
}

void WordScanner::scan(std::string_view text, std::uint64_t offset) {
  std::size_t floor = 0;  // behind the last word, or piece of one, that was read
  for (std::size_t at = find_inside(text, ':', '.', '@'); at < text.size();) {
    if (may_match(text, at)) {
      std::size_t begin = at;
      while (begin > floor && !ends_word(ends_, text[begin - 1])) --begin;
      begin += (at - begin) / observable_octets * observable_octets;
      std::size_t end = at;
      while (end < text.size() && end - begin < observable_octets && !ends_word(ends_, text[end])) ++end;
      word(text.substr(begin, end - begin), offset + begin);
      floor = at = end;
    } else {
      ++at;
    }
    at += find_inside(text.substr(at), ':', '.', '@');
  }
}

void WordScanner::word(std::string_view word, std::uint64_t offset) {
  for (const WordMatch& match : find_in_word(word)) {
    sink_->on_match(match.kind, word.substr(match.begin, match.length), offset + match.begin);
  }
}

}  // namespace mailparse
