#include "trace/offers.hpp"

#include <algorithm>

#include <mailparse/base/octets.hpp>
#include <mailparse/session/smtp_reply.hpp>

namespace mailparse {
namespace {

std::string_view take_word(std::string_view& text) noexcept {
  text = trim_blanks(text);
  const std::string_view word = text.substr(0, std::min(text.size(), text.find_first_of(" \t")));
  text.remove_prefix(word.size());
  return word;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::string_view word = take_word(text); !word.empty(); word = take_word(text)) words.push_back(word);
  return words;
}

std::vector<Offer> read_ehlo(const ReplyEvent& reply) {
  std::vector<Offer> offers;
  for (const EhloKeyword& keyword : parse_ehlo_keywords(reply.lines)) {
    offers.push_back({keyword.keyword, words_of(keyword.arguments)});
  }
  return offers;
}

/// A keyword and its arguments a line, behind the status line. RFC 2449 5.
std::vector<Offer> read_capa(const ReplyEvent& reply) {
  std::vector<Offer> offers;
  for (std::string_view line : reply.lines.subspan(std::min<std::size_t>(1, reply.lines.size()))) {
    const std::string_view keyword = take_word(line);
    if (!keyword.empty()) offers.push_back({keyword, words_of(line)});
  }
  return offers;
}

/// Words with at most one argument each, behind "=". RFC 9051 7.2.2.
std::vector<Offer> read_capability_words(std::string_view text) {
  std::vector<Offer> offers;
  for (const std::string_view word : words_of(text)) {
    const std::size_t equals = word.find('=');
    Offer offer{word.substr(0, equals), {}};
    if (equals != word.npos) offer.arguments.push_back(word.substr(equals + 1));
    offers.push_back(std::move(offer));
  }
  return offers;
}

/// "* CAPABILITY ..." or the code "[CAPABILITY ...]" in any status response.
std::optional<std::vector<Offer>> read_capability(const ReplyEvent& reply) {
  constexpr std::string_view response = "CAPABILITY ";
  constexpr std::string_view code = "[CAPABILITY ";
  if (reply.lines.empty()) return std::nullopt;
  const std::string_view line = reply.lines.front();
  if (istarts_with(line, response)) return read_capability_words(line.substr(response.size()));
  if (!istarts_with(line, code)) return std::nullopt;
  return read_capability_words(line.substr(code.size(), line.substr(code.size()).find(']')));
}

}  // namespace

std::optional<std::vector<Offer>> read_offers(Protocol protocol, std::string_view verb, const ReplyEvent& reply) {
  switch (protocol) {
    case Protocol::smtp:
    case Protocol::lmtp:
      if ((verb == "EHLO" || verb == "LHLO") && reply.code && *reply.code / 100 == 2) return read_ehlo(reply);
      break;
    case Protocol::pop3:
      if (verb == "CAPA" && reply.status == "+OK") return read_capa(reply);
      break;
    case Protocol::imap:
      return read_capability(reply);
    case Protocol::unknown:
      break;
  }
  return std::nullopt;
}

bool offers_tls(std::string_view keyword) noexcept {
  return iequals(keyword, "STARTTLS") || iequals(keyword, "STLS") || iequals(keyword, "X-ANONYMOUSTLS");
}

}  // namespace mailparse
