#include "message/plain_mailbox.hpp"

#include <mailparse/base/octets.hpp>

namespace mailparse {
namespace {

std::size_t end_of_atom(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && is(OctetClass::atext, text[at])) ++at;
  return at;
}

/// Behind the dot-atom at `at`, or `at` where none begins.
std::size_t end_of_dot_atom(std::string_view text, std::size_t at) noexcept {
  std::size_t end = end_of_atom(text, at);
  while (end > at && end < text.size() && text[end] == '.') {
    const std::size_t more = end_of_atom(text, end + 1);
    if (more == end + 1) return at;
    end = more;
  }
  return end;
}

/// Behind the quoted-string at `at` of nothing but printable ASCII and SP, without quoted-pairs; `at` for any other.
std::size_t end_of_plain_quoted(std::string_view text, std::size_t at) noexcept {
  std::size_t end = at + 1;
  while (end < text.size() && text[end] >= ' ' && text[end] <= '~' && text[end] != '"' && text[end] != '\\') ++end;
  return end < text.size() && text[end] == '"' ? end + 1 : at;
}

/// A phrase of atoms, dots, plain quoted-strings and blanks.
struct Phrase {
  std::size_t end = 0;               ///< with the blanks behind it
  std::size_t first_quoted_end = 0;  ///< 0: no quoted-string
  bool odd_blank = false;            ///< a tab, or a blank behind another
};

/// The name at `begin`, of which the octets before `at` are known as a dot-atom.
Phrase read_phrase(std::string_view text, std::size_t begin, std::size_t at) noexcept {
  Phrase name;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      const std::size_t end = end_of_plain_quoted(text, at);
      if (end == at) break;
      if (name.first_quoted_end == 0) name.first_quoted_end = end;
      at = end - 1;
    } else if (!is(OctetClass::atext, c)) {
      if (at == begin || (c != '.' && !is(OctetClass::blank, c))) break;
      name.odd_blank |= c == '\t' || (c == ' ' && is(OctetClass::blank, text[at - 1]));
    }
  }
  name.end = at;
  return name;
}

/// `name`: the phrase without the blanks behind it.
PlainName kind_of(std::string_view name, std::size_t begin, const Phrase& phrase) noexcept {
  if (name.contains('?')) return PlainName::to_decode;  // of an encoded-word
  if (phrase.first_quoted_end == 0) return phrase.odd_blank ? PlainName::to_decode : PlainName::as_it_stands;
  const bool whole = name.front() == '"' && phrase.first_quoted_end == begin + name.size();
  return whole ? PlainName::quoted : PlainName::to_decode;
}

}  // namespace

std::optional<PlainMailbox> read_plain_mailbox(std::string_view text, std::size_t at) noexcept {
  const auto stands = [text](char c, std::size_t there) { return there < text.size() && text[there] == c; };
  PlainMailbox mailbox{.name_end = at, .local_begin = at, .local_end = end_of_dot_atom(text, at)};
  if (mailbox.local_end == at || !stands('@', mailbox.local_end)) {
    const Phrase phrase = read_phrase(text, at, mailbox.local_end);
    if (!stands('<', phrase.end)) return std::nullopt;
    mailbox.angle = true;
    mailbox.local_begin = phrase.end + 1;
    mailbox.local_end = end_of_dot_atom(text, mailbox.local_begin);
    if (mailbox.local_end == mailbox.local_begin || !stands('@', mailbox.local_end)) return std::nullopt;
    mailbox.name_end = phrase.end;
    while (mailbox.name_end > at && is(OctetClass::blank, text[mailbox.name_end - 1])) --mailbox.name_end;
    mailbox.name = kind_of(text.substr(at, mailbox.name_end - at), at, phrase);
  }
  const std::size_t domain = mailbox.local_end + 1;
  mailbox.domain_end = end_of_dot_atom(text, domain);
  if (mailbox.domain_end == domain || (mailbox.angle && !stands('>', mailbox.domain_end))) return std::nullopt;
  if (mailbox.end() < text.size() && text[mailbox.end()] != ',') return std::nullopt;
  // An A-label has hyphens in its third and fourth place (RFC 5890 2.3.1).
  mailbox.a_label = text.substr(domain, mailbox.domain_end - domain).contains("--");
  return mailbox;
}

}  // namespace mailparse
