#include "trace/speech_evidence.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/find.hpp>

namespace mailparse {
namespace {

using Speech = ProtocolDetector::Speech;
using Weights = ProtocolDetector::Weights;

/// What must stand behind the verb for a row to apply.
enum class Tail : std::uint8_t {
  any,      ///< anything, or nothing
  nothing,  ///< blanks at most
  some,     ///< an argument
  number,   ///< an argument that begins with a digit
  word,     ///< an argument that does not begin with a digit
};

struct Weight {
  Speech speech;
  int weight;
};

struct VerbRow {
  std::string_view verb;  ///< upper case
  Tail tail;
  std::array<Weight, 3> weights;  ///< 0 = unused
};

constexpr Weight unused{Speech::smtp, 0};

// 4: nobody else says so. 2: two protocols share it. 1: common to many.
constexpr auto verb_rows = std::to_array<VerbRow>({
    {"APOP", Tail::some, {{{Speech::pop3, 5}, unused, unused}}},
    {"ARTICLE", Tail::any, {{{Speech::nntp, 4}, unused, unused}}},
    {"AUTH", Tail::some, {{{Speech::smtp, 2}, {Speech::lmtp, 1}, {Speech::pop3, 2}}}},
    {"AUTHENTICATE", Tail::some, {{{Speech::managesieve, 3}, unused, unused}}},
    {"AUTHINFO", Tail::some, {{{Speech::nntp, 4}, unused, unused}}},
    {"BDAT", Tail::number, {{{Speech::smtp, 4}, {Speech::lmtp, 3}, unused}}},
    {"CAP", Tail::some, {{{Speech::irc, 4}, unused, unused}}},
    {"CAPA", Tail::nothing, {{{Speech::pop3, 4}, unused, unused}}},
    {"CAPABILITIES", Tail::any, {{{Speech::nntp, 4}, unused, unused}}},
    {"CAPABILITY", Tail::nothing, {{{Speech::managesieve, 3}, unused, unused}}},
    {"CLNT", Tail::some, {{{Speech::ftp, 4}, unused, unused}}},
    {"CONFIG", Tail::some, {{{Speech::redis, 4}, unused, unused}}},
    {"CWD", Tail::some, {{{Speech::ftp, 4}, unused, unused}}},
    {"DATA", Tail::nothing, {{{Speech::smtp, 3}, {Speech::lmtp, 2}, unused}}},
    {"DECR", Tail::some, {{{Speech::redis, 3}, unused, unused}}},
    {"DEL", Tail::some, {{{Speech::redis, 3}, unused, unused}}},
    {"DELE", Tail::number, {{{Speech::pop3, 3}, {Speech::ftp, 1}, unused}}},
    {"DELE", Tail::word, {{{Speech::ftp, 3}, unused, unused}}},
    {"EHLO", Tail::any, {{{Speech::smtp, 4}, unused, unused}}},
    {"EPSV", Tail::any, {{{Speech::ftp, 4}, unused, unused}}},
    {"ETRN", Tail::some, {{{Speech::smtp, 4}, unused, unused}}},
    {"EXPIRE", Tail::some, {{{Speech::redis, 3}, unused, unused}}},
    {"EXPN", Tail::some, {{{Speech::smtp, 4}, unused, unused}}},
    {"FEAT", Tail::nothing, {{{Speech::ftp, 4}, unused, unused}}},
    {"FLUSHALL", Tail::any, {{{Speech::redis, 4}, unused, unused}}},
    {"FLUSHDB", Tail::any, {{{Speech::redis, 4}, unused, unused}}},
    {"GET", Tail::some, {{{Speech::redis, 3}, unused, unused}}},
    {"GROUP", Tail::some, {{{Speech::nntp, 4}, unused, unused}}},
    {"HELO", Tail::any, {{{Speech::smtp, 4}, unused, unused}}},
    {"HELP", Tail::any, {{{Speech::smtp, 1}, {Speech::ftp, 1}, {Speech::nntp, 1}}}},
    {"HGET", Tail::some, {{{Speech::redis, 3}, unused, unused}}},
    {"HGETALL", Tail::some, {{{Speech::redis, 4}, unused, unused}}},
    {"HMSET", Tail::some, {{{Speech::redis, 4}, unused, unused}}},
    {"HSET", Tail::some, {{{Speech::redis, 3}, unused, unused}}},
    {"IHAVE", Tail::some, {{{Speech::nntp, 4}, unused, unused}}},
    {"INCR", Tail::some, {{{Speech::redis, 3}, unused, unused}}},
    {"JOIN", Tail::some, {{{Speech::irc, 3}, unused, unused}}},
    {"KEYS", Tail::some, {{{Speech::redis, 3}, unused, unused}}},
    {"LHLO", Tail::any, {{{Speech::lmtp, 6}, unused, unused}}},
    {"LIST", Tail::nothing, {{{Speech::pop3, 2}, {Speech::ftp, 1}, {Speech::nntp, 1}}}},
    {"LIST", Tail::number, {{{Speech::pop3, 3}, {Speech::ftp, 1}, unused}}},
    {"LIST", Tail::word, {{{Speech::ftp, 2}, {Speech::nntp, 2}, unused}}},
    {"LPUSH", Tail::some, {{{Speech::redis, 4}, unused, unused}}},
    {"LRANGE", Tail::some, {{{Speech::redis, 4}, unused, unused}}},
    {"MAIL", Tail::some, {{{Speech::smtp, 4}, {Speech::lmtp, 3}, unused}}},
    {"MDTM", Tail::some, {{{Speech::ftp, 4}, unused, unused}}},
    {"MGET", Tail::some, {{{Speech::redis, 3}, unused, unused}}},
    {"MKD", Tail::some, {{{Speech::ftp, 4}, unused, unused}}},
    {"MODE", Tail::some, {{{Speech::nntp, 2}, {Speech::ftp, 1}, {Speech::irc, 2}}}},
    {"MSET", Tail::some, {{{Speech::redis, 3}, unused, unused}}},
    {"NICK", Tail::some, {{{Speech::irc, 4}, unused, unused}}},
    {"NLST", Tail::any, {{{Speech::ftp, 4}, unused, unused}}},
    {"NOOP", Tail::any, {{{Speech::smtp, 1}, {Speech::pop3, 1}, {Speech::ftp, 1}}}},
    {"OPTS", Tail::some, {{{Speech::ftp, 4}, unused, unused}}},
    {"PASS", Tail::any, {{{Speech::pop3, 2}, {Speech::ftp, 2}, {Speech::irc, 1}}}},
    {"PASV", Tail::nothing, {{{Speech::ftp, 4}, unused, unused}}},
    {"PBSZ", Tail::some, {{{Speech::ftp, 4}, unused, unused}}},
    {"PING", Tail::nothing, {{{Speech::redis, 3}, unused, unused}}},
    {"PING", Tail::some, {{{Speech::irc, 3}, unused, unused}}},
    {"PORT", Tail::number, {{{Speech::ftp, 4}, unused, unused}}},
    {"PRIVMSG", Tail::some, {{{Speech::irc, 4}, unused, unused}}},
    {"PROT", Tail::some, {{{Speech::ftp, 4}, unused, unused}}},
    {"PUBLISH", Tail::some, {{{Speech::redis, 3}, unused, unused}}},
    {"PWD", Tail::nothing, {{{Speech::ftp, 4}, unused, unused}}},
    {"QUIT", Tail::any, {{{Speech::smtp, 1}, {Speech::pop3, 1}, {Speech::ftp, 1}}}},
    {"RCPT", Tail::some, {{{Speech::smtp, 4}, {Speech::lmtp, 3}, unused}}},
    {"RETR", Tail::number, {{{Speech::pop3, 3}, {Speech::ftp, 1}, unused}}},
    {"RETR", Tail::word, {{{Speech::ftp, 4}, unused, unused}}},
    {"RPUSH", Tail::some, {{{Speech::redis, 4}, unused, unused}}},
    {"RSET", Tail::nothing, {{{Speech::smtp, 1}, {Speech::lmtp, 1}, {Speech::pop3, 1}}}},
    {"SADD", Tail::some, {{{Speech::redis, 4}, unused, unused}}},
    {"SAML", Tail::some, {{{Speech::smtp, 3}, unused, unused}}},
    {"SEND", Tail::some, {{{Speech::smtp, 2}, unused, unused}}},
    {"SET", Tail::some, {{{Speech::redis, 3}, unused, unused}}},
    {"SLAVEOF", Tail::some, {{{Speech::redis, 4}, unused, unused}}},
    {"SMEMBERS", Tail::some, {{{Speech::redis, 4}, unused, unused}}},
    {"SOML", Tail::some, {{{Speech::smtp, 3}, unused, unused}}},
    {"STARTTLS", Tail::nothing, {{{Speech::smtp, 3}, {Speech::managesieve, 2}, {Speech::nntp, 1}}}},
    {"STAT", Tail::nothing, {{{Speech::pop3, 3}, {Speech::ftp, 1}, {Speech::nntp, 1}}}},
    {"STLS", Tail::nothing, {{{Speech::pop3, 4}, unused, unused}}},
    {"STOR", Tail::some, {{{Speech::ftp, 4}, unused, unused}}},
    {"SYST", Tail::nothing, {{{Speech::ftp, 4}, unused, unused}}},
    {"TOP", Tail::number, {{{Speech::pop3, 4}, unused, unused}}},
    {"TTL", Tail::some, {{{Speech::redis, 3}, unused, unused}}},
    {"TYPE", Tail::some, {{{Speech::ftp, 4}, unused, unused}}},
    {"UIDL", Tail::any, {{{Speech::pop3, 4}, unused, unused}}},
    {"USER", Tail::some, {{{Speech::pop3, 2}, {Speech::ftp, 2}, {Speech::irc, 1}}}},
    {"VRFY", Tail::some, {{{Speech::smtp, 4}, unused, unused}}},
    {"XCLIENT", Tail::some, {{{Speech::smtp, 4}, {Speech::lmtp, 3}, unused}}},
    {"XFORWARD", Tail::some, {{{Speech::smtp, 4}, {Speech::lmtp, 3}, unused}}},
    {"XOVER", Tail::any, {{{Speech::nntp, 4}, unused, unused}}},
    {"ZADD", Tail::some, {{{Speech::redis, 4}, unused, unused}}},
});
static_assert(std::ranges::is_sorted(verb_rows, {}, &VerbRow::verb));

constexpr auto imap_commands = std::to_array<std::string_view>(
    {"APPEND",    "AUTHENTICATE", "CAPABILITY", "CHECK",    "CLOSE",       "COMPRESS", "COPY",         "CREATE",
     "DELETE",    "ENABLE",       "EXAMINE",    "EXPUNGE",  "FETCH",       "GETQUOTA", "GETQUOTAROOT", "ID",
     "IDLE",      "LIST",         "LOGIN",      "LOGOUT",   "LSUB",        "MOVE",     "NAMESPACE",    "NOOP",
     "RENAME",    "SEARCH",       "SELECT",     "SETQUOTA", "SORT",        "STARTTLS", "STATUS",       "STORE",
     "SUBSCRIBE", "THREAD",       "UID",        "UNSELECT", "UNSUBSCRIBE", "XLIST"});
static_assert(std::ranges::is_sorted(imap_commands));

constexpr auto imap_untagged =
    std::to_array<std::string_view>({"BAD", "BYE", "CAPABILITY", "ENABLED", "ESEARCH", "FLAGS", "ID", "LIST", "LSUB",
                                     "NAMESPACE", "NO", "OK", "PREAUTH", "SEARCH", "STATUS"});
static_assert(std::ranges::is_sorted(imap_untagged));

constexpr auto ehlo_keywords = std::to_array<std::string_view>(
    {"8BITMIME", "AUTH", "BINARYMIME", "CHUNKING", "DELIVERBY", "DSN", "ENHANCEDSTATUSCODES", "ETRN", "HELP", "LIMITS",
     "PIPELINING", "PRDR", "REQUIRETLS", "SIZE", "SMTPUTF8", "STARTTLS", "VRFY", "XCLIENT", "XFORWARD"});
static_assert(std::ranges::is_sorted(ehlo_keywords));

void add(Weights& weights, Speech speech, int weight) noexcept {
  weights[static_cast<std::size_t>(speech)] += weight;
}

bool is_digits(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char octet) { return is(OctetClass::digit, octet); });
}

/// The first word of `text`, which is shortened to what stands behind it and its blanks.
std::string_view take_word(std::string_view& text) noexcept {
  const std::size_t size = std::min(text.size(), text.find_first_of(" \t"));
  const std::string_view word = text.substr(0, size);
  text = trim_blanks(text.substr(size));
  return word;
}

/// A short upper-case copy to look up in a table; words longer than any table's are nothing.
class UpperWord {
 public:
  explicit UpperWord(std::string_view word) noexcept {
    if (word.size() > octets_.size()) return;
    size_ = word.size();
    std::ranges::transform(word, octets_.begin(), [](char octet) { return to_upper(octet); });
  }
  operator std::string_view() const noexcept { return {octets_.data(), size_}; }

 private:
  std::array<char, 24> octets_{};
  std::size_t size_ = 0;
};

template <std::size_t size>
bool contains(const std::array<std::string_view, size>& table, std::string_view word) noexcept {
  return std::ranges::binary_search(table, std::string_view(UpperWord(word)));
}

bool fits(Tail tail, std::string_view argument) noexcept {
  const bool digit = !argument.empty() && is(OctetClass::digit, argument.front());
  switch (tail) {
    case Tail::any:
      return true;
    case Tail::nothing:
      return argument.empty();
    case Tail::some:
      return !argument.empty();
    case Tail::number:
      return digit;
    case Tail::word:
      return !argument.empty() && !digit;
  }
  return false;
}

bool mentions(std::string_view text, std::string_view word) noexcept {
  return ifind(text, word) != text.npos;
}

/// "2.1.5 " and its like. RFC 3463 2.
bool begins_with_enhanced_code(std::string_view text) noexcept {
  return text.size() >= 5 && (text[0] == '2' || text[0] == '4' || text[0] == '5') && text[1] == '.' &&
         is(OctetClass::digit, text[2]) && (text[3] == '.' || (is(OctetClass::digit, text[3]) && text[4] == '.'));
}

/// "$12": a bulk string of that size follows, or none: "$-1". RESP, protocol specification.
bool is_redis_size(std::string_view word) noexcept {
  if (!word.starts_with('$')) return false;
  word.remove_prefix(word.starts_with("$-") ? 2 : 1);
  return is_digits(word);
}

/// What Redis says of a command it does not take; POP3 servers have other words.
bool is_redis_complaint(std::string_view text) noexcept {
  return istarts_with(text, "unknown command '") || istarts_with(text, "unknown command `") ||
         istarts_with(text, "wrong number of arguments for ") || istarts_with(text, "Protocol error: ");
}

/// A line that begins with three digits: SMTP, LMTP, FTP, NNTP.
void weigh_coded_reply(std::string_view line, Weights& weights) {
  const unsigned code = static_cast<unsigned>((line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0'));
  std::string_view text = line.size() > 4 ? line.substr(4) : std::string_view{};
  const auto mail = [&](int weight) {
    add(weights, Speech::smtp, weight), add(weights, Speech::lmtp, std::max(1, weight - 1));
  };
  switch (code) {
    case 220:
      add(weights, Speech::smtp, 1), add(weights, Speech::lmtp, 1), add(weights, Speech::ftp, 1);
      if (mentions(text, "LMTP")) return add(weights, Speech::lmtp, 4);
      if (mentions(text, "SMTP")) return add(weights, Speech::smtp, 2);
      if (mentions(text, "FTP") || mentions(text, "FileZilla")) add(weights, Speech::ftp, 5);
      return;
    case 250:
      mail(2), add(weights, Speech::ftp, 1);
      break;
    case 354:
      mail(3);
      break;
    case 235:
    case 334:
    case 535:
    case 550:
    case 451:
    case 452:
    case 554:
      mail(1);
      break;
    case 221:
    case 421:
    case 450:
    case 500:
    case 501:
    case 502:
    case 503:
    case 504:
    case 530:
    case 551:
    case 552:
    case 553:
      mail(1), add(weights, Speech::ftp, 1);
      break;
    case 200:
    case 201:
      add(weights, Speech::nntp, 2), add(weights, Speech::ftp, 1);
      break;
    case 211:
    case 214:
      add(weights, Speech::ftp, 1), mail(1);
      break;
    case 125:
    case 150:
    case 213:
    case 215:
    case 226:
    case 227:
    case 229:
    case 230:
    case 257:
    case 331:
    case 332:
    case 350:
      add(weights, Speech::ftp, 3);
      break;
    default:
      break;
  }
  if (begins_with_enhanced_code(text)) mail(2);
  if (code == 250 && contains(ehlo_keywords, take_word(text))) mail(3);
}

void weigh_untagged(std::string_view rest, Weights& weights) {
  const std::string_view word = take_word(rest);
  if (contains(imap_untagged, word)) return add(weights, Speech::imap, 5);
  if (!is_digits(word)) return;
  const std::string_view kind = take_word(rest);
  for (const std::string_view name : {"EXISTS", "RECENT", "FETCH", "EXPUNGE"}) {
    if (iequals(kind, name)) add(weights, Speech::imap, 5);
  }
}

}  // namespace

Weights command_evidence(std::string_view line) {
  Weights weights{};
  std::string_view rest = trim_blanks(line);
  const std::string_view first = take_word(rest);
  if (first.empty()) return weights;

  const UpperWord verb(first);
  if (std::string_view(verb) == "GET" && mentions(rest, " HTTP/")) return weights;  // a web browser's
  for (const VerbRow& row : std::ranges::equal_range(verb_rows, std::string_view(verb), {}, &VerbRow::verb)) {
    if (!fits(row.tail, rest)) continue;
    for (const Weight& weight : row.weights) add(weights, weight.speech, weight.weight);
  }
  if (std::string_view(verb) == "AUTH" && (iequals(rest, "TLS") || iequals(rest, "SSL"))) add(weights, Speech::ftp, 4);
  if (std::string_view(verb) == "USER" && rest.find(" :") != rest.npos) add(weights, Speech::irc, 4);
  if (first.size() > 1 && first[0] == '*' && is_digits(first.substr(1)) && rest.empty()) add(weights, Speech::redis, 4);
  if (rest.empty() && is_redis_size(first)) add(weights, Speech::redis, 2);

  const bool known_verb = std::ranges::any_of(weights, [](int weight) { return weight != 0; });
  if (!known_verb && first.size() <= 24 && contains(imap_commands, take_word(rest))) add(weights, Speech::imap, 4);
  return weights;
}

Weights reply_evidence(std::string_view line, bool first_word) {
  Weights weights{};
  if (line.size() >= 3 && is_digits(line.substr(0, 3)) && (line.size() == 3 || line[3] == ' ' || line[3] == '-')) {
    weigh_coded_reply(line, weights);
    return weights;
  }
  std::string_view rest = line;
  const std::string_view first = take_word(rest);
  if (first == "*") {
    weigh_untagged(rest, weights);
  } else if (iequals(first, "+OK")) {
    add(weights, Speech::pop3, first_word ? 5 : 3);
    if (rest.empty()) add(weights, Speech::redis, 1);
  } else if (iequals(first, "-ERR")) {
    const bool redis = is_redis_complaint(rest);
    add(weights, Speech::pop3, redis ? 0 : 3), add(weights, Speech::redis, redis ? 4 : 2);
  } else if (first == "+PONG" || first == "-NOAUTH" || first == "-WRONGTYPE") {
    add(weights, Speech::redis, 5);
  } else if (rest.empty() && (is_redis_size(first) || (first.starts_with(':') && is_digits(first.substr(1))))) {
    add(weights, Speech::redis, 2);
  } else if (first == "+") {
    add(weights, Speech::imap, 1), add(weights, Speech::pop3, 1);
  } else if (istarts_with(line, "\"IMPLEMENTATION\"") || istarts_with(line, "\"SIEVE\"")) {
    add(weights, Speech::managesieve, 5);
  } else if (line.starts_with(':') || istarts_with(line, "NOTICE AUTH ")) {
    const std::string_view word = take_word(rest);
    if (is_digits(word) || iequals(word, "NOTICE") || first == "NOTICE") add(weights, Speech::irc, 4);
  } else {
    const std::string_view status = take_word(rest);
    if (iequals(status, "OK") || iequals(status, "NO") || iequals(status, "BAD")) add(weights, Speech::imap, 3);
  }
  return weights;
}

}  // namespace mailparse
