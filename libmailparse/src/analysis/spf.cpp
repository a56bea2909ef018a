#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <arpa/inet.h>

#include <mailparse/analysis/sender_policy.hpp>
#include <mailparse/base/octets.hpp>
#include <mailparse/source/ip_address.hpp>

#include "analysis/known_records.hpp"

namespace mailparse {
namespace {

/// RFC 7208 4.6.4
constexpr unsigned most_lookups = 10;
constexpr unsigned most_void_lookups = 2;
constexpr std::size_t most_hosts = 10;
constexpr std::size_t most_expanded = 253;

std::optional<IpAddress> address_of(std::string_view text) {
  const std::string terminated(text);
  std::array<char, 16> octets{};
  if (inet_pton(AF_INET, terminated.c_str(), octets.data()) == 1) return IpAddress::ipv4(octets.data());
  if (inet_pton(AF_INET6, terminated.c_str(), octets.data()) == 1) return IpAddress::ipv6(octets.data());
  return std::nullopt;
}

bool same_network(const IpAddress& a, const IpAddress& b, unsigned bits) noexcept {
  if (a.family != b.family) return false;
  for (std::size_t octet = 0; bits > 0; ++octet) {
    const unsigned taken = std::min(bits, 8U);
    const unsigned mask = (0xFFU << (8 - taken)) & 0xFFU;
    if (((a.octets[octet] ^ b.octets[octet]) & mask) != 0) return false;
    bits -= taken;
  }
  return true;
}

std::optional<unsigned> number_of(std::string_view text, unsigned most) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value > most) return std::nullopt;
  return value;
}

/// One term of a record. RFC 7208 4.6.1
struct Term {
  char qualifier = '+';
  std::string name;        ///< in lower case
  std::string_view value;  ///< behind ":" or "="
  std::string_view text;
  bool modifier = false;
  unsigned bits4 = 32;
  unsigned bits6 = 128;
};

std::optional<Term> read_term(std::string_view text) {
  Term term;
  term.text = text;
  if (std::string_view("+-~?").contains(text.front())) {
    term.qualifier = text.front();
    text.remove_prefix(1);
  }
  const std::size_t end = std::min(text.size(), text.find_first_of(":=/"));
  term.name = lower_case(text.substr(0, end));
  text.remove_prefix(end);
  term.modifier = text.starts_with('=');
  const bool network = term.name == "ip4" || term.name == "ip6";
  if (text.starts_with(':') || term.modifier) text.remove_prefix(1);
  if (term.modifier) {
    term.value = text;
    return term;
  }
  // "//" has the IPv6 part; an ip6: value has its one prefix behind a single slash.
  if (const std::size_t both = text.find("//"); !network && both != text.npos) {
    const auto bits = number_of(text.substr(both + 2), 128);
    if (!bits) return std::nullopt;
    term.bits6 = *bits;
    text = text.substr(0, both);
  }
  if (const std::size_t slash = text.rfind('/'); slash != text.npos) {
    const auto bits = number_of(text.substr(slash + 1), term.name == "ip6" ? 128 : 32);
    if (!bits) return std::nullopt;
    (term.name == "ip6" ? term.bits6 : term.bits4) = *bits;
    text = text.substr(0, slash);
  }
  term.value = text;
  return term;
}

/// A name that the client's address points to.
struct Pointer {
  std::string name;
  std::optional<bool> confirmed;  ///< whether the name has the client's address, where that was asked
};
struct Pointers {
  KnownValues::State state = KnownValues::State::unknown;
  std::vector<Pointer> names;  ///< ten at most
};

class Evaluation {
 public:
  Evaluation(const SpfQuestion& question, const IpAddress& client, const DnsSources& dns)
      : question_(question), client_(client), records_(dns) {}

  struct Verdict {
    SpfResult result = SpfResult::neutral;
    std::string term;
    std::string reason;
  };
  Verdict check_host(const std::string& domain);

 private:
  enum class Match : std::uint8_t {
    yes,
    no,
    broken,   ///< the term cannot be evaluated
    failed,   ///< a look-up failed
    unknown,  ///< no record is known
  };
  /// How a name stands to a domain, the nearest first.
  enum class Kinship : std::uint8_t { itself, below, other };
  static Verdict verdict(SpfResult result, std::string_view reason) { return {result, {}, std::string(reason)}; }
  static Kinship kinship_of(const std::string& name, const std::string& domain);

  Match matches(const Term& term, const std::string& domain);
  Match includes(const std::string& domain);
  Match has_address(const std::string& host, const Term& term);
  Match has_exchange(const std::string& domain, const Term& term);
  Match has_pointer(const std::string& domain);
  std::optional<std::string> validated_name(const std::string& domain, Kinship farthest);
  std::string pointer_or_unknown(const std::string& domain);
  void look_up_pointers();
  bool confirmed(Pointer& pointer);
  std::optional<std::string> expand(std::string_view text, const std::string& domain);
  std::string macro(char letter, const std::string& domain);
  [[nodiscard]] bool spend() { return ++lookups_ <= most_lookups; }
  Match without_values(KnownValues::State state);

  const SpfQuestion& question_;
  const IpAddress& client_;
  KnownRecords records_;
  std::optional<Pointers> pointers_;  ///< once they were looked up
  unsigned lookups_ = 0;
  unsigned void_lookups_ = 0;
};

SpfResult by_qualifier(char qualifier) noexcept {
  switch (qualifier) {
    case '-':
      return SpfResult::fail;
    case '~':
      return SpfResult::softfail;
    case '?':
      return SpfResult::neutral;
    default:
      return SpfResult::pass;
  }
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!(text = trim_blanks(text)).empty()) {
    const std::size_t end = std::min(text.size(), text.find(' '));
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

Evaluation::Verdict Evaluation::check_host(const std::string& domain) {
  KnownValues texts = records_.texts(domain);
  if (texts.state == KnownValues::State::failed)
    return verdict(SpfResult::temperror, "the record of " + domain + " could not be looked up: " + texts.reason);
  std::vector<std::string> found;
  for (std::string& text : texts.values) {
    if (iequals(text, "v=spf1") || istarts_with(text, "v=spf1 ")) found.push_back(std::move(text));
  }
  if (found.empty() && texts.source == "resolver") return verdict(SpfResult::none, domain + " publishes no record");
  if (found.empty()) return verdict(SpfResult::unchecked, "no record of " + domain + " is known");
  if (found.size() > 1) return verdict(SpfResult::permerror, "the domain has two records");
  std::vector<Term> terms;
  for (const std::string_view word : words_of(std::string_view(found.front()).substr(6))) {
    const auto term = read_term(word);
    if (!term) return verdict(SpfResult::permerror, "a term cannot be read");
    terms.push_back(*term);
  }
  const Term* redirect = nullptr;
  for (const Term& term : terms) {
    if (term.modifier) {
      if (term.name == "redirect" && std::exchange(redirect, &term) != nullptr)
        return verdict(SpfResult::permerror, "redirect= stands twice");
      continue;
    }
    switch (matches(term, domain)) {
      case Match::yes:
        return {by_qualifier(term.qualifier), std::string(term.text), {}};
      case Match::no:
        break;
      case Match::broken:
        return verdict(SpfResult::permerror, "a term cannot be evaluated: " + std::string(term.text));
      case Match::failed:
        return verdict(SpfResult::temperror, "a look-up failed for " + std::string(term.text));
      case Match::unknown:
        return verdict(SpfResult::unchecked, "no record is known for " + std::string(term.text));
    }
  }
  if (redirect == nullptr) return {};
  const auto target = expand(redirect->value, domain);
  if (!target || target->empty() || !spend()) return verdict(SpfResult::permerror, "redirect= leads nowhere");
  Verdict verdict_there = check_host(*target);
  if (verdict_there.result == SpfResult::none) verdict_there.result = SpfResult::permerror;  // RFC 7208 6.1
  return verdict_there;
}

/// What a look-up without values says of its term. RFC 7208 4.6.4
Evaluation::Match Evaluation::without_values(KnownValues::State state) {
  switch (state) {
    case KnownValues::State::absent:
      return ++void_lookups_ <= most_void_lookups ? Match::no : Match::broken;
    case KnownValues::State::failed:
      return Match::failed;
    case KnownValues::State::known:
    case KnownValues::State::unknown:
      break;
  }
  return Match::unknown;
}

Evaluation::Match Evaluation::matches(const Term& term, const std::string& domain) {
  if (term.name == "all") return Match::yes;
  if (term.name == "ip4" || term.name == "ip6") {
    const auto network = address_of(term.value);
    const auto wanted = term.name == "ip4" ? IpAddress::Family::ipv4 : IpAddress::Family::ipv6;
    if (!network || network->family != wanted) return Match::broken;
    return same_network(*network, client_, term.name == "ip4" ? term.bits4 : term.bits6) ? Match::yes : Match::no;
  }
  const bool looks_up =
      term.name == "a" || term.name == "mx" || term.name == "ptr" || term.name == "include" || term.name == "exists";
  if (!looks_up || !spend()) return Match::broken;
  const auto target = term.value.empty() ? std::optional(domain) : expand(term.value, domain);
  if (!target || target->empty()) return Match::broken;
  if (term.name == "a") return has_address(*target, term);
  if (term.name == "mx") return has_exchange(*target, term);
  if (term.name == "ptr") return has_pointer(*target);
  if (term.value.empty()) return Match::broken;
  if (term.name == "include") return includes(*target);
  const KnownValues found = records_.addresses(*target, IpAddress::Family::ipv4);
  return found.values.empty() ? without_values(found.state) : Match::yes;
}

/// RFC 7208 5.2
Evaluation::Match Evaluation::includes(const std::string& domain) {
  switch (check_host(domain).result) {
    case SpfResult::pass:
      return Match::yes;
    case SpfResult::fail:
    case SpfResult::softfail:
    case SpfResult::neutral:
      return Match::no;
    case SpfResult::none:
    case SpfResult::permerror:
      return Match::broken;
    case SpfResult::temperror:
      return Match::failed;
    case SpfResult::unchecked:
      break;
  }
  return Match::unknown;
}

Evaluation::Match Evaluation::has_address(const std::string& host, const Term& term) {
  const KnownValues found = records_.addresses(host, client_.family);
  for (const std::string& text : found.values) {
    const auto address = address_of(text);
    const unsigned bits = client_.family == IpAddress::Family::ipv4 ? term.bits4 : term.bits6;
    if (address && same_network(*address, client_, bits)) return Match::yes;
  }
  if (!found.values.empty() || records_.knows(host)) return Match::no;
  return without_values(found.state);
}

Evaluation::Match Evaluation::has_exchange(const std::string& domain, const Term& term) {
  const KnownValues hosts = records_.exchanges(domain);
  if (hosts.values.empty()) return without_values(hosts.state);
  if (hosts.values.size() > most_hosts) return Match::broken;
  Match match = Match::no;
  for (const std::string& host : hosts.values) {
    const Match one = has_address(host, term);
    if (one == Match::yes) return one;
    if (one != Match::no) match = one;
  }
  return match;
}

void Evaluation::look_up_pointers() {
  if (pointers_) return;
  const std::string reverse = expand("%{ir}.%{v}.arpa", {}).value_or("");
  const KnownValues found = records_.names_of(std::string(question_.client_ip), reverse);
  pointers_.emplace().state = found.state;
  for (std::size_t index = 0; index < std::min(found.values.size(), most_hosts); ++index)
    pointers_->names.push_back({lower_case(found.values[index]), {}});
}

bool Evaluation::confirmed(Pointer& pointer) {
  if (!pointer.confirmed) pointer.confirmed = has_address(pointer.name, {}) == Match::yes;
  return *pointer.confirmed;
}

Evaluation::Kinship Evaluation::kinship_of(const std::string& name, const std::string& domain) {
  if (name == domain) return Kinship::itself;
  return name.ends_with("." + domain) ? Kinship::below : Kinship::other;
}

/// A name of the client, confirmed by its address, the nearest to `domain` that is not beyond `farthest`. A look-up
/// that fails confirms nothing. RFC 7208 5.5, 7.3
std::optional<std::string> Evaluation::validated_name(const std::string& domain, Kinship farthest) {
  look_up_pointers();
  for (const Kinship kinship : {Kinship::itself, Kinship::below, Kinship::other}) {
    if (kinship > farthest) break;
    for (Pointer& pointer : pointers_->names) {
      if (kinship_of(pointer.name, domain) == kinship && confirmed(pointer)) return pointer.name;
    }
  }
  return std::nullopt;
}

/// RFC 7208 5.5
Evaluation::Match Evaluation::has_pointer(const std::string& domain) {
  if (validated_name(domain, Kinship::below)) return Match::yes;
  return pointers_->state == KnownValues::State::unknown ? Match::unknown : Match::no;
}

/// What "%{p}" becomes; nothing where its question is one too many. RFC 7208 4.6.4, 7.3
std::string Evaluation::pointer_or_unknown(const std::string& domain) {
  if (!pointers_ && !spend()) return {};
  return validated_name(domain, Kinship::other).value_or("unknown");
}

/// RFC 7208 7.3
std::string Evaluation::macro(char letter, const std::string& domain) {
  const std::string sender =
      question_.mail_from.empty() ? "postmaster@" + std::string(question_.helo) : std::string(question_.mail_from);
  const std::size_t at = sender.rfind('@');
  switch (letter) {
    case 's':
      return sender;
    case 'l':
      return at == std::string::npos ? "postmaster" : sender.substr(0, at);
    case 'o':
      return at == std::string::npos ? sender : sender.substr(at + 1);
    case 'd':
      return domain;
    case 'h':
      return std::string(question_.helo);
    case 'p':
      return pointer_or_unknown(domain);
    case 'v':
      return client_.family == IpAddress::Family::ipv4 ? "in-addr" : "ip6";
    case 'i':
      break;
    default:
      return {};
  }
  if (client_.family == IpAddress::Family::ipv4) return client_.text();
  std::string nibbles;
  for (const unsigned char octet : client_.octets) {
    for (const unsigned nibble : {unsigned{octet} >> 4U, unsigned{octet} & 0xFU}) {
      if (!nibbles.empty()) nibbles.push_back('.');
      nibbles.push_back("0123456789abcdef"[nibble]);
    }
  }
  return nibbles;
}

/// `text` with its macros: "%{ir}.%{v}._spf.%{d2}". RFC 7208 7.1, 7.3
std::optional<std::string> Evaluation::expand(std::string_view text, const std::string& domain) {
  std::string out;
  while (!text.empty()) {
    if (text.front() != '%') {
      out.push_back(to_lower(text.front()));
      text.remove_prefix(1);
      continue;
    }
    if (text.size() < 2) return std::nullopt;
    if (text[1] == '%' || text[1] == '_' || text[1] == '-') {
      out += text[1] == '%' ? "%" : text[1] == '_' ? " " : "%20";
      text.remove_prefix(2);
      continue;
    }
    const std::size_t end = text.find('}');
    if (text[1] != '{' || end == text.npos || end < 3) return std::nullopt;
    std::string value = macro(to_lower(text[2]), domain);
    if (value.empty()) return std::nullopt;
    std::string_view rest = text.substr(3, end - 3);
    const std::size_t digits = std::min(rest.size(), rest.find_first_not_of("0123456789"));
    const auto keep = digits == 0 ? std::optional(128U) : number_of(rest.substr(0, digits), 128);
    rest.remove_prefix(digits);
    const bool reverse = !rest.empty() && to_lower(rest.front()) == 'r';
    if (reverse) rest.remove_prefix(1);
    const std::string_view delimiters = rest.empty() ? std::string_view(".") : rest;
    if (!keep || *keep == 0 || delimiters.find_first_not_of(".-+,/_=") != delimiters.npos) return std::nullopt;
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; begin <= value.size();) {
      const std::size_t stop = std::min(value.size(), value.find_first_of(delimiters, begin));
      parts.push_back(std::string_view(value).substr(begin, stop - begin));
      begin = stop + 1;
    }
    if (reverse) std::ranges::reverse(parts);
    const std::size_t first = parts.size() - std::min<std::size_t>(parts.size(), *keep);
    for (std::size_t part = first; part < parts.size(); ++part) {
      if (part != first) out.push_back('.');
      out += lower_case(parts[part]);
    }
    text.remove_prefix(end + 1);
    if (out.size() > 16 * most_expanded) return std::nullopt;
  }
  // Too long for a name: labels from the left go. RFC 7208 7.3
  while (out.size() > most_expanded) {
    const std::size_t dot = out.find('.');
    if (dot == std::string::npos) return std::nullopt;
    out.erase(0, dot + 1);
  }
  if (out.ends_with('.')) out.pop_back();
  return out;
}

}  // namespace

std::string_view to_string(SpfResult result) noexcept {
  switch (result) {
    case SpfResult::pass:
      return "pass";
    case SpfResult::fail:
      return "fail";
    case SpfResult::softfail:
      return "softfail";
    case SpfResult::neutral:
      return "neutral";
    case SpfResult::none:
      return "none";
    case SpfResult::temperror:
      return "temperror";
    case SpfResult::permerror:
      return "permerror";
    case SpfResult::unchecked:
      break;
  }
  return "unchecked";
}

std::optional<SpfRecord> evaluate_spf(const SpfQuestion& question, const DnsSources& dns) {
  SpfRecord record;
  record.client_ip = question.client_ip;
  record.identity = question.mail_from.empty() ? "helo" : "mail_from";
  const std::size_t at = question.mail_from.rfind('@');
  std::string_view domain = question.helo;
  if (!question.mail_from.empty()) domain = at == question.mail_from.npos ? "" : question.mail_from.substr(at + 1);
  record.domain = lower_case(domain);
  const auto client = address_of(question.client_ip);
  if (!client || record.domain.empty()) return std::nullopt;
  if (KnownRecords(dns).texts(record.domain).state == KnownValues::State::unknown) return std::nullopt;
  Evaluation::Verdict verdict = Evaluation(question, *client, dns).check_host(record.domain);
  record.result = verdict.result;
  record.mechanism = std::move(verdict.term);
  record.reason = std::move(verdict.reason);
  return record;
}

}  // namespace mailparse
