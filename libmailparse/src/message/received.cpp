#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <arpa/inet.h>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/received.hpp>
#include <mailparse/scan/find.hpp>

#include "message/lexical.hpp"

namespace mailparse {
namespace {

using lexical::is_white;
using lexical::skip_white;

enum class Clause : std::uint8_t {
  none,  ///< before any clause word
  from,
  by,
  via,
  with,
  id,
  recipient,
  tls,  ///< Exim: "tls CIPHER"
};

constexpr std::size_t longest_clause_word = 4;

/// The size of a short word and its octets in one number, letters as small ones.
constexpr std::uint64_t clause_key(std::string_view word) noexcept {
  std::uint64_t key = word.size();
  for (const char c : word) key = key << 8 | static_cast<unsigned char>(to_lower(c));
  return key;
}

Clause clause_of(std::string_view word) noexcept {
  if (word.size() > longest_clause_word) return Clause::none;
  switch (clause_key(word)) {
    case clause_key("from"):
      return Clause::from;
    case clause_key("by"):
      return Clause::by;
    case clause_key("via"):
      return Clause::via;
    case clause_key("with"):
      return Clause::with;
    case clause_key("id"):
      return Clause::id;
    case clause_key("for"):
      return Clause::recipient;
    case clause_key("tls"):
      return Clause::tls;
    default:
      return Clause::none;
  }
}

/// An IP address out of `[IPv6:::1]`, `[10.0.0.1]:25`, `10.0.0.1`, `fe80::1%6`; empty when it is none.
std::string_view ip_in(std::string_view word) noexcept {
  if (word.starts_with('[')) {
    word.remove_prefix(1);
    word = word.substr(0, word.find(']'));
  }
  if (istarts_with(word, "IPv6:")) word.remove_prefix(5);
  if (word.empty() || (!is(OctetClass::hex, word[0]) && word[0] != ':')) return {};  // a name, as most words
  word = word.substr(0, word.find('%'));
  const std::size_t colon = word.find(':');
  if (colon != word.npos && word.find(':', colon + 1) == word.npos) word = word.substr(0, colon);  // IPv4 with a port
  if (word.size() < 2 || word.size() > 45) return {};
  std::array<char, 48> name{};
  std::copy(word.begin(), word.end(), name.begin());
  std::array<unsigned char, 16> address{};
  const bool good = inet_pton(colon == std::string_view::npos || word.find(':') == word.npos ? AF_INET : AF_INET6,
                              name.data(), address.data()) == 1;
  return good ? word : std::string_view();
}

std::string_view without_brackets(std::string_view word) noexcept {
  while (!word.empty() && (word.front() == '<' || word.front() == '"')) word.remove_prefix(1);
  while (!word.empty() && (word.back() == '>' || word.back() == '"' || word.back() == ',')) word.remove_suffix(1);
  return word;
}

/// White space and the octets of `others`: true for each that ends a word.
constexpr std::array<bool, 256> word_ends(std::string_view others) noexcept {
  std::array<bool, 256> ends = lexical::octet_set(" \t\r\n");
  for (const char c : others) ends[static_cast<unsigned char>(c)] = true;
  return ends;
}
constexpr auto at_white = word_ends("");
constexpr auto at_parenthesis = word_ends("()");
constexpr auto at_opening = word_ends("(");
constexpr auto at_word_end = word_ends("(;");
constexpr auto in_tls_comment = word_ends("=,;()");

/// Where a search for a closing bracket ends, found or not.
constexpr std::array<bool, 256> bracket_ends(char closing) noexcept {
  std::array<bool, 256> ends{};
  for (const char c : {closing, ';', '\r', '\n'}) ends[static_cast<unsigned char>(c)] = true;
  return ends;
}
constexpr auto angle_ends = bracket_ends('>');
constexpr auto square_ends = bracket_ends(']');

/// The next run of octets that end no word.
std::string_view next_word(std::string_view text, std::size_t& at,
                           const std::array<bool, 256>& ends = at_white) noexcept {
  const auto is_end = [&](char c) { return ends[static_cast<unsigned char>(c)]; };
  std::size_t begin = at;
  while (begin < text.size() && is_end(text[begin])) ++begin;
  std::size_t end = begin;
  while (end < text.size() && !is_end(text[end])) ++end;
  at = end;
  return text.substr(begin, end - begin);
}

/// "12:34" somewhere.
bool has_time_of_day(std::string_view text) noexcept {
  for (std::size_t at = text.find(':'); at != text.npos; at = text.find(':', at + 1)) {
    if (at > 0 && at + 1 < text.size() && is(OctetClass::digit, text[at - 1]) && is(OctetClass::digit, text[at + 1]))
      return true;
  }
  return false;
}

bool is_version(std::string_view word) noexcept {
  if (!istarts_with(word, "TLS") && !istarts_with(word, "SSL")) return false;
  word.remove_prefix(3);
  while (!word.empty() && (to_lower(word.front()) == 'v' || word.front() == '-' || word.front() == '_'))
    word.remove_prefix(1);
  return !word.empty() && is(OctetClass::digit, word.front()) &&
         std::all_of(word.begin(), word.end(),
                     [](char c) {
                       return is(OctetClass::digit, c) || c == '.' || c == '_' || c == '/' || is(OctetClass::alpha, c);
                     }) &&
         word.size() <= 12 && (word.size() < 2 || !is(OctetClass::digit, word[1]) || word.size() == 2);
}

/// Pairs of letters as bits: an octet that may be the first of a pair has its bit in one table, the second in the
/// other.
constexpr std::array<std::uint8_t, 256> pair_bits(std::string_view letters) noexcept {
  std::array<std::uint8_t, 256> bits{};
  for (std::size_t i = 0; i < letters.size(); ++i) {
    for (const char c : {letters[i], to_upper(letters[i])})
      bits[static_cast<unsigned char>(c)] |= static_cast<std::uint8_t>(1U << i);
  }
  return bits;
}
constexpr auto first_of_pair = pair_bits("slpp");
constexpr auto second_of_pair = pair_bits("lsht");

/// Whether one of "tls", "ssl", "cipher" and "encrypted" may be in it: each has "sl", "ls", "ph" or "pt".
bool may_speak_of_tls(std::string_view comment) noexcept {
  std::uint8_t before = 0;
  for (const char c : comment) {
    if ((before & second_of_pair[static_cast<unsigned char>(c)]) != 0) return true;
    before = first_of_pair[static_cast<unsigned char>(c)];
  }
  return false;
}

/// What a comment says of encryption: "using TLSv1.3 with cipher X (256/256 bits)", "version=TLS1_2 cipher=X
/// bits=256/256", "TLS1.2:X:256", "tls_cipher TLS-1.0:X:32", "X encrypted SMTP".
void read_tls(std::string_view comment, Received::Tls& tls) noexcept {
  if (!may_speak_of_tls(comment)) return;
  std::string_view before;
  for (std::size_t at = 0; at < comment.size();) {
    std::string_view word = next_word(comment, at, in_tls_comment);
    if (word.empty()) break;
    const std::size_t colon = word.find(':');
    const std::string_view head = word.substr(0, colon);
    if (is_version(head)) {
      if (tls.version.empty()) tls.version = head;
      if (colon != word.npos && tls.cipher.empty()) {
        const std::string_view rest = word.substr(colon + 1);
        tls.cipher = rest.substr(0, rest.find(':'));
      }
    } else if (tls.cipher.empty() && (iequals(before, "cipher") || iequals(before, "tls_cipher"))) {
      tls.cipher = word;
    } else if (tls.cipher.empty() && iequals(word, "encrypted") && before.find('-') != before.npos) {
      tls.cipher = before;
    }
    before = word;
  }
}

/// Parentheses that never close; each costs a search for its end.
constexpr unsigned unclosed_allowed = 4;

class ReceivedReader {
 public:
  ReceivedReader(FieldText field, Arena& arena, DiagnosticSink& sink, const Limits& limits)
      : field_(field), text_(field.text), arena_(arena), sink_(sink), limits_(limits) {}

  Received read() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_white(c)) {
        ++at_;
      } else if (c == '(') {
        if (!take_comment()) break;
      } else if (c == ';') {
        if (!date_follows(++at_)) continue;
        take_date(at_);
        break;
      } else if (c == '"') {
        const lexical::Span quoted = lexical::scan_quoted(text_, at_);
        on_word(text_.substr(quoted.begin, quoted.size()));
        at_ = quoted.end;
      } else {
        take_word();
      }
    }
    finish_from();
    finish_with();
    return received_;
  }

 private:
  bool take_comment() {
    const lexical::Span comment = lexical::scan_comment(text_, at_, limits_.comment_depth);
    if (comment.too_deep) {
      sink_.report(make_diagnostic(Code::limit_comment_depth, field_.offset + comment.end, 1));
      return false;
    }
    if (!comment.closed && unclosed_++ < unclosed_allowed) {
      ++at_;  // what stands behind it is clauses all the same: "(by mx.example\r\n (8.12.10) with ESMTP ..."
      return true;
    }
    const std::size_t end = comment.closed ? comment.end - 1 : comment.end;
    on_comment(text_.substr(at_ + 1, end - at_ - 1));
    at_ = comment.end;
    return true;
  }

  /// A word ends at a comment, too: "mail.example(10.0.0.1)".
  void take_word() {
    const std::size_t begin = at_;
    if (text_[at_] == '<') skip_to('>', angle_ends, angle_end_);
    if (at_ < text_.size() && text_[at_] == '[') skip_to(']', square_ends, square_end_);
    std::size_t end = at_;
    while (end < text_.size() && !at_word_end[static_cast<unsigned char>(text_[end])]) ++end;
    at_ = end;
    const std::string_view word = text_.substr(begin, end - begin);
    if (begins_date(word)) return take_loose_date(begin);
    on_word(word);
  }

  /// Behind the closing bracket, when it stands on this line of the clause. `end` remembers where the last search came
  /// to, so that brackets that never close cost one search together.
  void skip_to(char closing, const std::array<bool, 256>& ends, std::size_t& end) noexcept {
    if (end <= at_) {
      end = at_;
      while (end < text_.size() && !ends[static_cast<unsigned char>(text_[end])]) ++end;
    }
    if (end < text_.size() && text_[end] == closing) at_ = end + 1;
  }

  /// "Mon," and the like where the semicolon before the date was forgotten.
  [[nodiscard]] bool begins_date(std::string_view word) const noexcept {
    if (word.size() != 4 || word[3] != ',' || clause_ == Clause::none) return false;
    static constexpr std::string_view days = "sunmontuewedthufrisat";
    const std::array<char, 3> key{to_lower(word[0]), to_lower(word[1]), to_lower(word[2])};
    const std::size_t at = days.find(std::string_view(key.data(), 3));
    return at != days.npos && at % 3 == 0;
  }

  /// Some programs put semicolons between clauses, or behind an address: a clause word follows there, or something
  /// without a time of day before another semicolon.
  [[nodiscard]] bool date_follows(std::size_t at) const noexcept {
    at = skip_white(text_, at);
    while (at < text_.size() && text_[at] == '(') {
      const lexical::Span comment = lexical::scan_comment(text_, at, limits_.comment_depth);
      if (!comment.closed) return false;
      at = skip_white(text_, comment.end);
    }
    const std::size_t more = std::min(text_.find(';', at), text_.size());
    if (more < text_.size() && !has_time_of_day(text_.substr(at, more - at))) return false;
    const Clause clause = clause_of(next_word(text_, at, at_opening));
    return clause == Clause::none || clause == Clause::tls;
  }

  void take_date(std::size_t begin) {
    begin = skip_white(text_, begin);
    received_.date_text = lexical::trim(text_.substr(begin));
    received_.date_place = {field_.offset + begin, received_.date_text.size()};
    if (!received_.date_text.empty())
      received_.date = read_date({received_.date_text, field_.offset + begin}, sink_, limits_);
    if (received_.recipient.empty() && received_.date_text.ends_with('>')) take_late_recipient();
    at_ = text_.size();
  }

  /// EzMTS: "; Thu, 20 Nov 2025 10:06:43 +0100 for <b@b.example>".
  void take_late_recipient() noexcept {
    std::size_t at = ifind(received_.date_text, " for ");
    if (at == received_.date_text.npos) return;
    at += 5;
    received_.recipient = without_brackets(next_word(received_.date_text, at));
  }

  /// A date without its semicolon, which RFC 5322 3.6.7 does not take for one.
  void take_loose_date(std::size_t begin) {
    take_date(begin);
    received_.loose_date = std::exchange(received_.date, std::nullopt);
    received_.date_text = {};
    received_.date_place = {};
  }

  void on_word(std::string_view word) {
    const Clause next = clause_of(word);
    const bool taken = next != Clause::none && (seen_ & (1U << static_cast<unsigned>(next))) != 0;
    if (next != Clause::none && !taken && (next != Clause::tls || clause_ == Clause::with)) {
      clause_ = next;
      words_ = 0;
      seen_ |= 1U << static_cast<unsigned>(next);
      received_.has_from = received_.has_from || next == Clause::from;
      return;
    }
    ++words_;
    // MessageLabs: "with AES256-SHA encrypted SMTP".
    const std::string_view before = std::exchange(before_, word);
    if (iequals(word, "encrypted") && before.contains('-')) received_.tls.cipher = before;
    switch (clause_) {
      case Clause::from:
        on_from_word(word, before);
        break;
      case Clause::by:
        set_first(received_.by, word);
        break;
      case Clause::via:
        set_first(received_.via, word);
        break;
      case Clause::with:
        add_with(word);
        break;
      case Clause::id:
        set_first(received_.id, without_brackets(word));
        break;
      case Clause::recipient:
        set_first(received_.recipient, without_brackets(word));
        break;
      case Clause::tls:
        set_first(received_.tls.cipher, word);
        break;
      case Clause::none:
        break;
    }
  }

  void add_with(std::string_view word) {
    if (with_.empty())
      with_ = word;
    else
      more_with_.push_back(word);
  }

  void set_first(std::string_view& value, std::string_view word) const noexcept {
    while (word.ends_with(',')) word.remove_suffix(1);
    if (words_ == 1 && value.empty()) value = word;
  }

  void on_from_word(std::string_view word, std::string_view before) {
    if (words_ == 1) {
      while (word.ends_with(',')) word.remove_suffix(1);
      host_ = word;
    } else if (const std::string_view ip = ip_in(word); !ip.empty() && word.starts_with('[')) {
      set_ip(ip);
    } else if (iequals(before, "user")) {
      set_ident(word);  // "as user bob@mx.example"
    }
  }

  void set_ident(std::string_view user) noexcept {
    if (received_.from.ident.empty()) received_.from.ident = user;
  }

  void set_ip(std::string_view ip) noexcept {
    if (received_.from.ip.empty()) received_.from.ip = ip;
  }

  void on_comment(std::string_view comment) {
    read_tls(comment, received_.tls);
    if (clause_ == Clause::from) {
      read_from_comment(comment);
    } else if (clause_ == Clause::none && istarts_with(comment, "from ")) {
      std::size_t at = 5;
      host_ = next_word(comment, at);
      received_.has_from = true;
      read_from_comment(comment.substr(at));
    }
  }

  /// "(name [address])", "([address] helo=name ident=user)", "(HELO name) (address)", "(user@name [address])".
  void read_from_comment(std::string_view comment) {
    if (istarts_with(comment, "Authenticated sender:")) {
      std::size_t at = 21;
      return set_ident(next_word(comment, at));
    }
    if (istarts_with(comment, "using ") || istarts_with(comment, "authenticated") || istarts_with(comment, "uid ") ||
        istarts_with(comment, "envelope-") || istarts_with(comment, "No client ")) {
      return;
    }
    std::string_view before;
    std::size_t words = 0;
    for (std::size_t at = 0; at < comment.size();) {
      std::string_view word = next_word(comment, at, at_parenthesis);
      if (word.empty()) break;
      if (const std::size_t bracket = word.find('['); bracket != word.npos && bracket > 0 && word.find('=') > bracket) {
        at -= word.size() - bracket;  // "name[address]"
        word = word.substr(0, bracket);
      }
      read_from_word(word, before, ++words);
      before = word;
    }
  }

  void read_from_word(std::string_view word, std::string_view before, std::size_t number) {
    Received::From& from = received_.from;
    if (istarts_with(word, "helo=") || istarts_with(word, "ehlo=") || istarts_with(word, "lhlo=")) {
      helo_ = word.substr(5);
    } else if (istarts_with(word, "ident=")) {
      from.ident = word.substr(6);
    } else if (iequals(before, "user")) {
      set_ident(word);  // SquirrelMail: "authenticated user bob"
    } else if (iequals(before, "HELO") || iequals(before, "EHLO") || iequals(before, "LHLO")) {
      helo_ = word;
    } else if (const std::string_view ip = ip_in(word); !ip.empty()) {
      set_ip(ip);
    } else if (const std::size_t sign = word.find('@'); sign != word.npos && number == 1 && word[0] != '[') {
      std::string_view user = word.substr(0, sign);
      if (istarts_with(user, "IDENT:")) user.remove_prefix(6);
      set_ident(user);
      const std::string_view host = word.substr(sign + 1);
      const std::string_view address = ip_in(host);
      if (!address.empty()) {
        set_ip(address);
      } else if (from.rdns.empty()) {
        from.rdns = host;
      }
    } else if (number == 1 && is_host(word) && from.rdns.empty()) {
      from.rdns = word;
    }
  }

  static bool is_host(std::string_view word) noexcept {
    if (word.find('.') == word.npos && !iequals(word, "localhost")) return false;
    return std::all_of(word.begin(), word.end(), [](char c) {
      return is(OctetClass::alpha, c) || is(OctetClass::digit, c) || is(OctetClass::high, c) || c == '.' || c == '-' ||
             c == '_';
    });
  }

  /// The word behind "from" is the name the client gave, unless a comment says that this is another: then it is what
  /// DNS or the server calls it.
  void finish_from() {
    Received::From& from = received_.from;
    if (!helo_.empty()) {
      from.helo = helo_;
      const bool named = !host_.starts_with('[') && ip_in(host_).empty() && !iequals(host_, "unknown");
      if (from.rdns.empty() && named) from.rdns = host_;
      if (from.ip.empty()) from.ip = ip_in(host_);
    } else {
      from.helo = host_;
      if (from.ip.empty()) from.ip = ip_in(host_);
    }
    if (iequals(from.rdns, "unknown")) from.rdns = {};
  }

  void finish_with() {
    if (with_.empty()) return;
    const std::string_view last = more_with_.empty() ? with_ : more_with_.back();
    const std::string_view span(with_.data(), static_cast<std::size_t>(last.data() + last.size() - with_.data()));
    const bool contiguous = more_with_.empty() || span.find('(') == span.npos;
    if (contiguous) {
      received_.with = lexical::collapse_white(span, arena_);
      return;
    }
    std::string joined(with_);
    for (const std::string_view word : more_with_) {
      joined += ' ';
      joined += word;
    }
    received_.with = arena_.copy(joined);
  }

  FieldText field_;
  std::string_view text_;
  Arena& arena_;
  DiagnosticSink& sink_;
  const Limits& limits_;
  std::size_t at_ = 0;
  Clause clause_ = Clause::none;
  unsigned seen_ = 0;
  unsigned unclosed_ = 0;
  std::size_t words_ = 0;
  std::string_view before_;  ///< the last word of a clause
  std::string_view host_;
  std::string_view helo_;
  std::string_view with_;  ///< the first word of the clause, which mostly is the only one
  std::vector<std::string_view> more_with_;
  std::size_t angle_end_ = 0;
  std::size_t square_end_ = 0;
  Received received_;
};

}  // namespace

Received read_received(FieldText field, Arena& arena, DiagnosticSink& sink, const Limits& limits) {
  return ReceivedReader(field, arena, sink, limits).read();
}

}  // namespace mailparse
