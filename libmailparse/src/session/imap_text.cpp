#include "session/imap_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <mailparse/base/octets.hpp>

namespace mailparse {
namespace {

/// A literal's announcement at `brace`, and its octets where they were kept behind it.
struct Literal {
  std::uint64_t size = 0;
  std::size_t behind_announcement = 0;  ///< index behind the closing brace
  bool kept = false;                    ///< CRLF and the octets follow it
};

std::optional<Literal> literal_at(std::string_view text, std::size_t brace) noexcept {
  Literal literal;
  const auto [end, error] = std::from_chars(text.data() + brace + 1, text.data() + text.size(), literal.size);
  if (error != std::errc{}) return std::nullopt;
  std::size_t at = static_cast<std::size_t>(end - text.data());
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
  if (at >= text.size() || text[at] != '}') return std::nullopt;
  literal.behind_announcement = ++at;
  literal.kept = text.substr(at, 2) == "\r\n" && literal.size <= text.size() - (at + 2);
  return literal;
}

/// How far a look into a response may reach, so that a response of many small literals costs linear time. UID stands
/// first or second in what servers send; the longest list of header field names seen has 300 octets.
constexpr std::size_t head_octets = 256;
constexpr std::size_t tail_octets = 1024;

/// The value behind the data item `name` (with its blank) in a FETCH response.
std::string_view number_behind(std::string_view text, std::string_view name) noexcept {
  for (std::size_t i = 1; i + name.size() <= text.size(); ++i) {
    if ((text[i - 1] != ' ' && text[i - 1] != '(') || !istarts_with(text.substr(i), name)) continue;
    const std::string_view rest = text.substr(i + name.size());
    std::size_t digits = 0;
    while (digits < rest.size() && is(OctetClass::digit, rest[digits])) ++digits;
    if (digits > 0) return rest.substr(0, digits);
  }
  return {};
}

/// The digits at the front of `text`: their value where they are a number, and how many there are.
struct Number {
  std::optional<std::uint64_t> value;
  std::size_t digits = 0;
};
Number take_number(std::string_view text) noexcept {
  Number number;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  number.digits = static_cast<std::size_t>(end - text.data());
  if (error == std::errc{}) number.value = value;
  return number;
}

/// The index behind the quoted string that opens at `open`, or behind the text where nothing closes it.
std::size_t behind_quoted(std::string_view text, std::size_t open) noexcept {
  std::size_t i = open + 1;
  while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2u : 1u;
  return std::min(i + 1, text.size() + 1);
}

/// Steps over a text octet by octet, over quoted strings and literals as wholes, and counts parentheses.
class Steps {
 public:
  explicit Steps(std::string_view text, std::size_t from = 0) noexcept : text_(text), end_(from) {}

  bool next() noexcept {
    begin_ = end_;
    if (begin_ >= text_.size()) return false;
    end_ = begin_ + 1;
    switch (text_[begin_]) {
      case '(':
        ++depth_;
        break;
      case ')':
        if (depth_ > 0) --depth_;
        break;
      case '"':
        end_ = behind_quoted(text_, begin_);
        break;
      case '{':
        step_over_literal();
        break;
      default:
        break;
    }
    return true;
  }

  [[nodiscard]] std::size_t begin() const noexcept { return begin_; }
  [[nodiscard]] std::size_t end() const noexcept { return end_; }
  [[nodiscard]] char octet() const noexcept { return text_[begin_]; }
  [[nodiscard]] std::uint64_t depth() const noexcept { return depth_; }
  /// Octets of literals so far that the text does not have.
  [[nodiscard]] std::uint64_t absent() const noexcept { return absent_; }

 private:
  void step_over_literal() noexcept {
    const auto literal = literal_at(text_, begin_);
    if (!literal) return;
    end_ = literal->behind_announcement;
    if (literal->kept) {
      end_ += 2 + static_cast<std::size_t>(literal->size);
    } else {
      absent_ = std::min(most_absent, absent_ + 2 + std::min(literal->size, most_absent));
    }
  }

  static constexpr std::uint64_t most_absent = std::uint64_t{1} << 62;

  std::string_view text_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t depth_ = 0;
  std::uint64_t absent_ = 0;
};

/// What the value behind `text` is, which ends before it.
std::optional<ImapFetchItem> fetch_item_before_value(std::string_view text) noexcept {
  if (!text.starts_with("* ")) return std::nullopt;
  std::size_t at = 2;
  while (at < text.size() && is(OctetClass::digit, text[at])) ++at;
  const std::string_view sequence = text.substr(2, at - 2);
  if (sequence.empty() || !istarts_with(text.substr(at), " FETCH ")) return std::nullopt;

  std::string_view before = trim_blanks(text.substr(text.size() - std::min(text.size(), tail_octets)));
  bool range = false;
  std::optional<std::uint64_t> origin;
  if (before.ends_with('>')) {
    range = true;
    const std::size_t open = std::min(before.rfind('<'), before.size());
    origin = take_number(before.substr(std::min(open + 1, before.size()))).value;
    before = before.substr(0, open);
  }
  bool section = false;
  if (before.ends_with(']')) {
    const std::size_t open = before.rfind('[');
    if (open == std::string_view::npos) return std::nullopt;
    section = open + 2 < before.size();
    before = before.substr(0, open + 1);
  }
  const std::size_t start = before.find_last_of(" (");
  const std::string_view item = before.substr(start == std::string_view::npos ? 0 : start + 1);
  const bool in_brackets = iequals(item, "BODY[") || iequals(item, "BINARY[");
  const bool rfc822 = iequals(item, "RFC822");
  if (!in_brackets && !rfc822 && !iequals(item, "RFC822.HEADER") && !iequals(item, "RFC822.TEXT")) return std::nullopt;
  ImapFetchItem found;
  found.whole = !range && !section && (rfc822 || in_brackets);
  if (in_brackets && !section) found.origin = origin;
  found.id = number_behind(text.substr(0, head_octets), "UID ");
  if (found.id.empty()) found.id = sequence;
  return found;
}

}  // namespace

std::optional<ImapWord> ImapWords::next() {
  while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  if (at_ == text_.size()) return std::nullopt;
  if (text_[at_] == '"') return quoted();
  if (text_[at_] == '{') {
    if (auto word = literal()) return word;
  }
  ImapWord word;
  word.begin = at_;
  while (at_ < text_.size() && text_[at_] != ' ') ++at_;
  word.end = at_;
  word.value = std::string(text_.substr(word.begin, word.end - word.begin));
  return word;
}

ImapWord ImapWords::quoted() {
  ImapWord word;
  word.begin = at_++;
  word.terminated = false;
  while (at_ < text_.size()) {
    const char octet = text_[at_++];
    if (octet == '"') {
      word.terminated = true;
      break;
    }
    if (octet == '\\' && at_ < text_.size()) {
      word.value.push_back(text_[at_++]);
    } else {
      word.value.push_back(octet);
    }
  }
  word.end = at_;
  return word;
}

std::optional<ImapWord> ImapWords::literal() {
  const auto literal = literal_at(text_, at_);
  if (!literal || !literal->kept) return std::nullopt;
  ImapWord word;
  word.begin = at_;
  const std::size_t begin = literal->behind_announcement + 2;
  word.value = std::string(text_.substr(begin, literal->size));
  word.end = at_ = begin + word.value.size();
  return word;
}

std::optional<ImapCommandParts> split_imap_command(std::string_view text) {
  ImapCommandParts parts;
  const std::size_t blank = text.find(' ');
  if (blank == 0 || blank == std::string_view::npos) return std::nullopt;
  parts.tag = text.substr(0, blank);
  // RFC 9051 9: a tag is made of ASTRING-CHARs except "+"; octets outside VCHAR are what no client sends.
  if (!std::ranges::all_of(parts.tag, [](char c) { return is(OctetClass::vchar, c); })) return std::nullopt;
  std::size_t end = std::min(text.find(' ', blank + 1), text.size());
  parts.verb = upper_case(text.substr(blank + 1, end - blank - 1));
  if (parts.verb == "UID" && end < text.size()) {
    const std::size_t second = std::min(text.find(' ', end + 1), text.size());
    parts.verb += ' ' + upper_case(text.substr(end + 1, second - end - 1));
    end = second;
  }
  if (parts.verb.empty() || !is(OctetClass::alpha, parts.verb[0])) return std::nullopt;
  parts.arguments = end;
  return parts;
}

std::optional<ImapFetchItem> find_fetch_item(std::string_view text) noexcept {
  const std::size_t brace = text.rfind('{');
  if (brace == std::string_view::npos) return std::nullopt;
  std::string_view before = text.substr(0, brace);
  if (before.ends_with('~')) before.remove_suffix(1);  // RFC 3516 literal8
  return fetch_item_before_value(before);
}

std::vector<ImapQuotedItem> find_quoted_items(std::string_view text) {
  constexpr std::size_t most_looks = 100;
  std::size_t looks = 0;
  std::vector<ImapQuotedItem> found;
  if (!text.starts_with("* ")) return found;
  for (Steps steps(text, 2); steps.next() && looks < most_looks;) {
    const std::size_t open = steps.begin();
    if (steps.octet() != '"' || steps.end() > text.size()) continue;
    // Strings of an envelope and the like stand behind other strings, parentheses and NIL.
    const bool behind_item = text[open - 1] == ' ' && std::string_view("]>2RT").contains(to_upper(text[open - 2]));
    if (!behind_item) continue;
    ++looks;
    if (const auto item = fetch_item_before_value(text.substr(0, open)))
      found.push_back({.item = *item, .begin = open + 1, .end = steps.end() - 1, .absent = steps.absent()});
  }
  return found;
}

std::string_view find_imap_number(std::string_view text, std::string_view name) noexcept {
  constexpr std::size_t longest = 32;
  for (Steps steps(text); steps.next();) {
    // Data items stand in the list's first level.
    if (steps.depth() != 1 || (steps.octet() != ' ' && steps.octet() != '(')) continue;
    const std::string_view rest = text.substr(steps.begin() + 1, longest);
    if (rest.size() <= name.size() || rest[name.size()] != ' ' || !istarts_with(rest, name)) continue;
    const std::string_view digits = rest.substr(name.size() + 1);
    if (const auto count = take_number(digits).digits; count > 0) return digits.substr(0, count);
  }
  return {};
}

std::vector<ImapRange> find_imap_ranges(std::string_view text) {
  constexpr std::size_t most_ranges = 8;
  std::vector<ImapRange> ranges;
  for (std::size_t at = text.find("]<"); at != std::string_view::npos; at = text.find("]<", at + 1)) {
    const Number origin = take_number(text.substr(at + 2));
    const std::string_view rest = text.substr(at + 2 + origin.digits);
    if (!origin.value || !rest.starts_with('.')) continue;
    const Number length = take_number(rest.substr(1));
    if (length.value) ranges.push_back({*origin.value, *length.value});
    if (ranges.size() == most_ranges) break;
  }
  return ranges;
}

bool is_imap_catenate(std::string_view arguments) noexcept {
  constexpr std::string_view word = " CATENATE (";
  for (std::size_t at = arguments.find(' '); at != std::string_view::npos; at = arguments.find(' ', at + 1)) {
    if (istarts_with(arguments.substr(at), word)) return true;
  }
  return false;
}

ImapFlaws find_imap_flaws(std::string_view text, std::uint64_t depth_limit) noexcept {
  ImapFlaws flaws;
  for (Steps steps(text); steps.next();) {
    if (steps.octet() == '(' && steps.depth() > depth_limit && !flaws.too_deep) flaws.too_deep = steps.begin();
    if (steps.octet() == '"' && steps.end() > text.size()) flaws.open_quote = steps.begin();
  }
  return flaws;
}

std::optional<ImapCondition> split_imap_condition(std::string_view text) noexcept {
  constexpr std::array<std::string_view, 5> states{"OK", "NO", "BAD", "BYE", "PREAUTH"};
  for (const std::string_view state : states) {
    if (!istarts_with(text, state)) continue;
    if (text.size() > state.size() && text[state.size()] != ' ') continue;
    return ImapCondition{state, text.substr(std::min(text.size(), state.size() + 1))};
  }
  return std::nullopt;
}

bool is_imap_status_response(std::string_view text) noexcept {
  const std::size_t blank = text.find(' ');
  return blank != std::string_view::npos && (text[0] == '+' || split_imap_condition(text.substr(blank + 1)));
}

std::optional<std::size_t> find_imap_capabilities(std::string_view text) noexcept {
  if (istarts_with(text, "CAPABILITY ")) return 11;
  const auto condition = split_imap_condition(text);
  if (!condition || !istarts_with(condition->text, "[CAPABILITY ")) return std::nullopt;
  return static_cast<std::size_t>(condition->text.data() - text.data()) + 12;
}

}  // namespace mailparse
