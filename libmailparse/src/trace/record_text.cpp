#include "trace/record_text.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include <mailparse/base/octets.hpp>

namespace mailparse {

std::string_view RecordText::keep_upper(std::string_view text) {
  char* const upper = arena_.allocate(text.size());
  std::ranges::transform(text, upper, [](char octet) { return to_upper(octet); });
  return {upper, text.size()};
}

std::string_view RecordText::keep_masked(std::string_view text, std::span<const SecretRange> secrets,
                                         std::size_t line) {
  if (secrets.empty() || show_secrets_) return keep(text);
  std::vector<SecretRange> ranges;
  std::ranges::copy_if(secrets, std::back_inserter(ranges),
                       [&](const SecretRange& range) { return range.line == line; });
  std::ranges::sort(ranges, {}, &SecretRange::offset);
  std::string masked;
  std::uint64_t shown = 0;  // octets of `text` done with
  for (const SecretRange& range : ranges) {
    const std::uint64_t begin = std::min<std::uint64_t>(range.offset, text.size());
    const std::uint64_t end = begin + std::min<std::uint64_t>(range.length, text.size() - begin);
    if (begin == end || end <= shown) continue;
    if (begin > shown || shown == 0) {
      masked += text.substr(shown, begin - shown);
      masked += secret_mask;
    }
    shown = end;
  }
  masked += text.substr(shown);
  return keep(masked);
}

}  // namespace mailparse
