#include "session/pop3_text.hpp"

#include <algorithm>
#include <array>

#include <mailparse/base/octets.hpp>

namespace mailparse {
namespace {

struct VerbRow {
  std::string_view name;
  Pop3Follow follow;
};

constexpr auto verbs = std::to_array<VerbRow>({
    {"APOP", Pop3Follow::nothing},     {"AUTH", Pop3Follow::lines_alone}, {"CAPA", Pop3Follow::lines},
    {"DELE", Pop3Follow::nothing},     {"LANG", Pop3Follow::lines_alone}, {"LAST", Pop3Follow::nothing},
    {"LIST", Pop3Follow::lines_alone}, {"NOOP", Pop3Follow::nothing},     {"PASS", Pop3Follow::nothing},
    {"QUIT", Pop3Follow::nothing},     {"RETR", Pop3Follow::message},     {"RSET", Pop3Follow::nothing},
    {"STAT", Pop3Follow::nothing},     {"STLS", Pop3Follow::nothing},     {"TOP", Pop3Follow::message},
    {"UIDL", Pop3Follow::lines_alone}, {"USER", Pop3Follow::nothing},     {"UTF8", Pop3Follow::nothing},
    {"XSENDER", Pop3Follow::nothing},  {"XTND", Pop3Follow::nothing},
});
static_assert(std::ranges::is_sorted(verbs, {}, &VerbRow::name));

}  // namespace

std::optional<Pop3Follow> find_pop3_follow(std::string_view verb) noexcept {
  const auto row = std::ranges::lower_bound(verbs, verb, {}, &VerbRow::name);
  if (row == verbs.end() || row->name != verb) return std::nullopt;
  return row->follow;
}

std::string pop3_verb(std::string_view line) {
  std::string verb(line.substr(0, line.find(' ')));
  std::ranges::transform(verb, verb.begin(), to_upper);
  return verb;
}

std::optional<Pop3Status> split_pop3_status(std::string_view line) noexcept {
  for (const std::string_view status : {std::string_view("+OK"), std::string_view("-ERR")}) {
    if (!istarts_with(line, status)) continue;
    const std::string_view rest = line.substr(status.size());
    if (!rest.empty() && rest[0] != ' ' && rest[0] != '\t') continue;
    return Pop3Status{status, rest.substr(rest.empty() ? 0 : 1)};
  }
  if (line == "+" || line.starts_with("+ ")) return Pop3Status{"+", line.substr(std::min<std::size_t>(2, line.size()))};
  return std::nullopt;
}

bool looks_like_pop3_greeting(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (istarts_with(text.substr(i), "pop") || istarts_with(text.substr(i), "ready")) return true;
  }
  const std::size_t open = text.find('<');
  return open != std::string_view::npos && text.find('@', open) < text.find('>', open);
}

bool looks_like_header(std::string_view line) noexcept {
  const std::size_t colon = line.find(':');
  return colon != std::string_view::npos && colon > 0 &&
         std::ranges::all_of(line.substr(0, colon), [](char c) { return is(OctetClass::ftext, c); });
}

}  // namespace mailparse
