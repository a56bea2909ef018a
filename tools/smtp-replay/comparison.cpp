#include "smtp-replay/comparison.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include <mailparse/base/octets.hpp>
#include <mailparse/session/smtp_reply.hpp>

namespace mailparse::tools {
namespace {

constexpr std::array<std::pair<std::string_view, CompareLevel>, 4> levels{{{"exact", CompareLevel::exact},
                                                                           {"text", CompareLevel::text},
                                                                           {"code", CompareLevel::code},
                                                                           {"class", CompareLevel::klass}}};

bool offers_extensions(std::string_view verb) noexcept {
  return verb == "EHLO" || verb == "LHLO" || verb == "CAPA";
}
/// The codes of RFC 3463 say nothing there, and servers change with their fashion.
bool only_code_counts(std::string_view verb) noexcept {
  return verb == "connect" || verb == "QUIT";
}

using Extensions = std::map<std::string, std::set<std::string>>;

/// Keywords in upper case with their arguments, AUTH in all its spellings as one.
Extensions extensions_of(const RecordedReply& reply) {
  Extensions extensions;
  const std::vector<std::string_view> lines(reply.text.begin(), reply.text.end());
  for (const EhloKeyword& keyword : parse_ehlo_keywords(lines)) {
    auto& arguments = extensions[upper_case(keyword.keyword)];
    std::string_view left = keyword.arguments;
    while (!left.empty()) {
      const std::size_t end = std::min(left.find(' '), left.size());
      if (end > 0) arguments.insert(upper_case(left.substr(0, end)));
      left.remove_prefix(std::min(end + 1, left.size()));
    }
  }
  return extensions;
}

std::string with_arguments(const std::string& keyword, const std::set<std::string>& arguments) {
  return fmt::format("{}{}{}", keyword, arguments.empty() ? "" : " ", fmt::join(arguments, " "));
}

std::string compare_extensions(const RecordedReply& recorded, const RecordedReply& live) {
  const Extensions was = extensions_of(recorded);
  const Extensions is = extensions_of(live);
  std::vector<std::string> differences;
  for (const auto& [keyword, arguments] : was) {
    const auto found = is.find(keyword);
    if (found == is.end()) {
      differences.push_back(fmt::format("{} is no longer offered", keyword));
    } else if (found->second != arguments) {
      differences.push_back(
          fmt::format("{}, was {}", with_arguments(keyword, found->second), with_arguments(keyword, arguments)));
    }
  }
  for (const auto& [keyword, arguments] : is) {
    if (!was.contains(keyword)) differences.push_back(fmt::format("{} is new", with_arguments(keyword, arguments)));
  }
  return fmt::format("{}", fmt::join(differences, "; "));
}

/// IMAP's capabilities as EHLO's lines would have them. RFC 9051 7.2.2.
RecordedReply capability(const RecordedReply& reply) {
  constexpr std::string_view begin = "CAPABILITY ";
  RecordedReply lines{0, std::nullopt, {"CAPABILITY"}, {}};
  const auto told =
      std::ranges::find_if(reply.text, [&](const std::string& line) { return istarts_with(line, begin); });
  if (told == reply.text.end()) return lines;
  for (std::string_view left = std::string_view(*told).substr(begin.size()); !left.empty();) {
    const std::size_t end = std::min(left.find(' '), left.size());
    if (end > 0) lines.text.emplace_back(left.substr(0, end));
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return lines;
}

std::string compare_codes(std::string_view verb, const RecordedReply& recorded, const RecordedReply& live) {
  const bool enhanced_counts = !only_code_counts(verb) || !recorded.status.empty();
  const bool same = recorded.code == live.code && recorded.status == live.status &&
                    (!enhanced_counts || code_text(recorded) == code_text(live));
  if (!same) {
    if (!enhanced_counts) return fmt::format("{}, was {}", live.code, recorded.code);
    return fmt::format("{}, was {}", code_text(live), code_text(recorded));
  }
  if (verb == "CAPABILITY" && positive(live)) return compare_extensions(capability(recorded), capability(live));
  return offers_extensions(verb) && positive(live) ? compare_extensions(recorded, live) : std::string{};
}

}  // namespace

std::string_view to_string(CompareLevel level) noexcept {
  return std::ranges::find(levels, level, &std::pair<std::string_view, CompareLevel>::second)->first;
}

std::optional<CompareLevel> find_compare_level(std::string_view name) noexcept {
  const auto found = std::ranges::find(levels, name, &std::pair<std::string_view, CompareLevel>::first);
  return found == levels.end() ? std::nullopt : std::optional(found->second);
}

std::expected<void, std::string> CompareLevels::set(std::string_view definition) {
  const std::size_t equals = definition.find('=');
  const auto level = find_compare_level(equals == std::string_view::npos ? definition : definition.substr(equals + 1));
  if (!level) return std::unexpected(fmt::format("\"{}\" is not exact, text, code or class", definition));
  if (equals == std::string_view::npos) {
    all_ = *level;
  } else {
    by_verb_.insert_or_assign(upper_case(definition.substr(0, equals)), *level);
  }
  return {};
}

CompareLevel CompareLevels::of(std::string_view verb) const {
  const auto found = by_verb_.find(upper_case(verb));
  return found == by_verb_.end() ? all_ : found->second;
}

ReplyComparison compare_replies(std::string_view verb, CompareLevel level, const RecordedReply& recorded,
                                const RecordedReply& live, const Masks& masks) {
  if (level == CompareLevel::klass) {
    if (recorded.code / 100 == live.code / 100 && recorded.status == live.status) return {};
    return {fmt::format("{}, was {}", code_text(live), code_text(recorded)), {}};
  }
  ReplyComparison result{compare_codes(verb, recorded, live), {}};
  if (level == CompareLevel::code || !result.difference.empty()) return result;
  if (recorded.text == live.text) return result;
  if (recorded.text.size() != live.text.size()) {
    result.difference = fmt::format("{} lines, were {}", live.text.size(), recorded.text.size());
    return result;
  }
  for (std::size_t line = 0; line < live.text.size(); ++line) {
    if (recorded.text[line] == live.text[line]) continue;
    const bool masked = level == CompareLevel::text;
    const std::string was = masked ? masks.apply(recorded.text[line], result.masks) : recorded.text[line];
    const std::string is = masked ? masks.apply(live.text[line], result.masks) : live.text[line];
    if (was != is) {
      result.difference = fmt::format("\"{}\", was \"{}\"", is, was);
      return result;
    }
  }
  return result;
}

}  // namespace mailparse::tools
