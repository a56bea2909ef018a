#include "analysis/tag_values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <vector>

#include <mailparse/scan/base64.hpp>

namespace mailparse {

std::optional<std::string> tag_value(const TagList& tags, std::string_view name) {
  const Tag* const tag = tags.find(name);
  if (tag == nullptr) return std::nullopt;
  Arena arena(256);
  return std::string(without_white(tag->value, arena));
}

std::optional<std::uint64_t> tag_number(const TagList& tags, std::string_view name) {
  const auto text = tag_value(tags, name);
  if (!text) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return value;
}

bool has_duplicates(const TagList& tags) {
  std::vector<std::string_view> names;
  for (const Tag& tag : tags.tags) names.push_back(tag.name);
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) != names.end();
}

std::optional<std::string> base64_octets(std::string_view text) {
  Base64Decoder decoder;
  std::string octets(Base64Decoder::room(text.size()), '\0');
  std::size_t size = decoder.decode(text, std::span(octets.data(), octets.size()));
  std::array<char, 2> rest{};
  const std::size_t more = decoder.finish(rest);
  octets.resize(size);
  octets.append(rest.data(), more);
  const Base64Report& report = decoder.report();
  const std::size_t padding = text.size() - std::min(text.size(), text.find_last_not_of('=') + 1);
  const bool clean = report.decoded == octets.size() && octets.size() == text.size() / 4 * 3 - padding;
  return clean && text.size() % 4 == 0 && padding <= 2 ? std::optional(std::move(octets)) : std::nullopt;
}

}  // namespace mailparse
