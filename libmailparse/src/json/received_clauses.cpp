#include "json/received_clauses.hpp"

#include <algorithm>
#include <array>

#include <mailparse/base/octets.hpp>

namespace mailparse {
namespace {

struct Clause {
  std::string_view word;
  std::string_view ReceivedClauses::* text;
  bool in_comments;  ///< counts inside a comment too
};
constexpr std::array clauses = std::to_array<Clause>({{"from", &ReceivedClauses::from, false},
                                                      {"by", &ReceivedClauses::by, false},
                                                      {"via", &ReceivedClauses::via, false},
                                                      {"with", &ReceivedClauses::with, false},
                                                      {"id", &ReceivedClauses::id, false},
                                                      {"for", &ReceivedClauses::recipient, false},
                                                      {"envelope-from", &ReceivedClauses::envelope_from, true},
                                                      {"envelope-sender", &ReceivedClauses::envelope_sender, true}});

constexpr bool is_white(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_white(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_white(text.back())) text.remove_suffix(1);
  return text;
}

const Clause* find_clause(std::string_view word, bool in_comment) noexcept {
  if (word.starts_with('(')) word.remove_prefix(1);
  const auto named = [&](const Clause& clause) {
    return iequals(clause.word, word) && (clause.in_comments || !in_comment);
  };
  const auto found = std::ranges::find_if(clauses, named);
  return found != clauses.end() ? &*found : nullptr;
}

}  // namespace

ReceivedClauses split_received(std::string_view value) noexcept {
  ReceivedClauses split;
  const std::size_t semicolon = value.rfind(';');
  if (semicolon != std::string_view::npos) {
    split.date = trim(value.substr(semicolon + 1));
    value = value.substr(0, semicolon);
  }
  const Clause* open = nullptr;
  std::size_t begin = 0;
  const auto close = [&](std::size_t end) {
    if (open != nullptr && (split.*open->text).empty()) split.*open->text = trim(value.substr(begin, end - begin));
  };
  std::size_t depth = 0;
  for (std::size_t at = 0; at < value.size();) {
    if (is_white(value[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < value.size() && !is_white(value[end])) ++end;
    const std::string_view word = value.substr(at, end - at);
    if (const Clause* const next = find_clause(word, depth > 0 || word.starts_with('('))) {
      close(at);
      open = next;
      begin = end;
    }
    for (const char c : word) {
      if (c == '(') ++depth;
      if (c == ')' && depth > 0) --depth;
    }
    at = end;
  }
  close(value.size());
  return split;
}

}  // namespace mailparse
