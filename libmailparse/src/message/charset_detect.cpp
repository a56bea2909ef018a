#include <algorithm>
#include <memory>

#include <unicode/ucsdet.h>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/charset.hpp>
#include <mailparse/scan/find.hpp>
#include <mailparse/scan/utf8.hpp>

#include "message/charset_cyrillic.hpp"
#include "message/charset_names.hpp"

namespace mailparse {
namespace {

constexpr std::size_t looked_at_octets = 64 * 1024;
// A mean of letter pairs that Russian prose always passes and no other language of the samples reaches.
constexpr double russian_mean = 5.0;

std::optional<DetectedCharset> by_mark(std::string_view octets) {
  if (octets.starts_with(byte_order_mark)) return DetectedCharset{"UTF-8", 100};
  if (octets.starts_with(std::string_view("\xFF\xFE\0\0", 4))) return DetectedCharset{"UTF-32LE", 100};
  if (octets.starts_with("\xFF\xFE")) return DetectedCharset{"UTF-16LE", 100};
  if (octets.starts_with("\xFE\xFF")) return DetectedCharset{"UTF-16BE", 100};
  return std::nullopt;
}

std::optional<DetectedCharset> by_utf8(std::string_view octets, bool cut) {
  const std::size_t good = valid_utf8_prefix(octets);
  const bool valid = good == octets.size() || (cut && octets.size() - good < 4);
  if (!valid) return std::nullopt;
  const auto characters =
      std::ranges::count_if(octets, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0xC0; });
  return DetectedCharset{"UTF-8", static_cast<int>(std::min<std::ptrdiff_t>(99, 70 + 5 * characters))};
}

struct CloseDetector {
  void operator()(UCharsetDetector* detector) const noexcept { ucsdet_close(detector); }
};

DetectedCharset by_icu(std::string_view octets) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UCharsetDetector, CloseDetector> detector(ucsdet_open(&status));
  DetectedCharset fallback{"windows-1252", 10};
  if (U_FAILURE(status)) return fallback;
  ucsdet_setText(detector.get(), octets.data(), static_cast<std::int32_t>(octets.size()), &status);
  std::int32_t found = 0;
  const UCharsetMatch** matches = ucsdet_detectAll(detector.get(), &found, &status);
  if (U_FAILURE(status)) return fallback;
  for (std::int32_t i = 0; i < found; ++i) {
    const char* name = ucsdet_getName(matches[i], &status);
    const std::int32_t confidence = ucsdet_getConfidence(matches[i], &status);
    // UTF-8 was judged before; wide charsets without a mark are not found in mail, EBCDIC neither.
    if (U_FAILURE(status) || is_wide_charset(name) || std::string_view(name) == "UTF-8" || istarts_with(name, "IBM42"))
      continue;
    if (const auto resolved = charset::resolve(name))
      return {resolved->name, std::min(99, static_cast<int>(confidence))};
  }
  return fallback;
}

}  // namespace

DetectedCharset detect_charset(std::string_view octets) {
  const bool cut = octets.size() > looked_at_octets;
  octets = octets.substr(0, looked_at_octets);
  if (const auto marked = by_mark(octets)) return *marked;
  const bool escapes = octets.find('\x1B') != std::string_view::npos;
  if (is_ascii(octets)) return escapes ? by_icu(octets) : DetectedCharset{"US-ASCII", 100};
  if (const auto utf8 = by_utf8(octets, cut)) return *utf8;
  const auto cyrillic = charset::best_cyrillic(octets);
  if (cyrillic && cyrillic->mean >= russian_mean) return {cyrillic->name, cyrillic->confidence()};
  const DetectedCharset guess = by_icu(octets);
  if (cyrillic && cyrillic->confidence() > guess.confidence) return {cyrillic->name, cyrillic->confidence()};
  return guess;
}

}  // namespace mailparse
