#include "smtp-replay/masks.hpp"

#include <algorithm>
#include <array>
#include <regex>
#include <utility>

#include <fmt/format.h>

namespace mailparse::tools {
namespace {

/// In the order in which they are applied: what is more particular goes first.
constexpr auto built_in = std::to_array<std::pair<std::string_view, const char*>>({
    {"nonce", R"(<[0-9A-Za-z.]+@[^<> ]+>)"},
    {"date",
     R"((Mon|Tue|Wed|Thu|Fri|Sat|Sun), +\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d( [+-]\d{4})?( \([A-Z]+\))?)"},
    {"date", R"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?)"},
    {"queue-id", R"(queued as [0-9A-Za-z._-]+)"},                               // Postfix
    {"queue-id", R"(\bid=[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4})"},  // Exim
    {"queue-id", R"(\b[A-Za-z0-9+/]{20,}(:R?\d+)? Saved)"},                     // Dovecot LMTP
    {"queue-id", R"(\b[0-9A-F]{10,16}\b)"},
    {"address", R"(\[(IPv6:)?[0-9A-Fa-f.:]{3,}\])"},
    {"address", R"(\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b)"},
    {"duration", R"(\(?\d+\.\d+ \+ \d+\.\d+( \+ \d+\.\d+)? secs?\)?)"},
    {"size", R"(\b\d+ (bytes|octets))"},
    {"pid", R"(\bpid[ =:]?\d+)"},
    {"host", R"(\b[0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?(\.[0-9A-Za-z-]+)*\.[A-Za-z][0-9A-Za-z-]*[0-9A-Za-z]\b)"},
});

}  // namespace

struct MaskPattern {
  explicit MaskPattern(const std::string& text) : regex(text) {}
  std::regex regex;
};

Masks::Masks() {
  for (const auto& [name, pattern] : built_in)
    masks_.push_back({std::string(name), std::make_shared<const MaskPattern>(pattern)});
}

std::expected<void, std::string> Masks::add(std::string_view definition) {
  const std::size_t equals = definition.find('=');
  if (equals == std::string_view::npos || equals == 0)
    return std::unexpected(fmt::format("\"{}\" is not NAME=REGEX", definition));
  try {
    // One's own go first: they are meant for what the built-in ones would take apart.
    masks_.insert(masks_.begin(), {std::string(definition.substr(0, equals)),
                                   std::make_shared<const MaskPattern>(std::string(definition.substr(equals + 1)))});
  } catch (const std::regex_error& error) {
    return std::unexpected(fmt::format("\"{}\": {}", definition, error.what()));
  }
  return {};
}

std::string Masks::apply(std::string_view text, std::vector<std::string>& used) const {
  std::string masked(text);
  if (text.size() > longest_text) return masked;
  for (const Mask& mask : masks_) {
    std::string next = std::regex_replace(masked, mask.pattern->regex, "<" + mask.name + ">");
    if (next == masked) continue;
    if (std::ranges::find(used, mask.name) == used.end()) used.push_back(mask.name);
    masked = std::move(next);
  }
  return masked;
}

}  // namespace mailparse::tools
