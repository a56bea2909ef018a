#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/charset.hpp>
#include <mailparse/scan/find.hpp>
#include <mailparse/scan/utf8.hpp>
#include <mailparse/scan/utf8_character.hpp>

#include "message/charset_cyrillic.hpp"
#include "message/charset_names.hpp"

namespace mailparse {
namespace {

using charset::Resolved;
using namespace std::string_view_literals;

// What labels say instead of a charset.
constexpr std::array placeholders{"unknown-8bit"sv,   "x-unknown"sv, "x-user-defined"sv, "unknown"sv,
                                  "x-unknown-8bit"sv, "_charset"sv,  "default_charset"sv};
constexpr std::array utf7_names{"utf-7"sv,
                                "utf7"sv,
                                "unicode-1-1-utf-7"sv,
                                "csunicode11utf7"sv,
                                "csutf7"sv,
                                "x-unicode-2-0-utf-7"sv,
                                "unicode-2-0-utf-7"sv};
constexpr std::array wide_beginnings{"utf-16"sv,          "utf-32"sv, "utf16"sv, "utf32"sv,      "iso-10646-ucs-2"sv,
                                     "iso-10646-ucs-4"sv, "ucs-2"sv,  "ucs-4"sv, "unicodefffe"sv};

constexpr std::string_view replacement = "\xEF\xBF\xBD";

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& names, std::string_view name) noexcept {
  return std::ranges::any_of(names, [&](std::string_view one) { return iequals(name, one); });
}

unsigned octet(char c) noexcept {
  return static_cast<unsigned char>(c);
}

// ---- UTF-8 -------------------------------------------------------------------------------------------------------

/// Length of the longest beginning of a valid character at the front of `text`, at least 1: what Unicode 3.9 advises to
/// replace by one U+FFFD. `text` does not begin with a whole valid character.
std::size_t utf8_subpart(std::string_view text) noexcept {
  const unsigned lead = octet(text[0]);
  if (lead < 0xC2 || lead > 0xF4) return 1;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;   // below: overlong
  unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;  // above: surrogates, beyond U+10FFFF
  std::size_t i = 1;
  for (; i < length && i < text.size() && octet(text[i]) >= low && octet(text[i]) <= high; ++i) {
    low = 0x80;
    high = 0xBF;
  }
  return i;
}

ConvertedText clean_utf8(std::string_view octets) {
  ConvertedText out;
  out.text.reserve(octets.size());
  std::size_t at = 0;
  while (at < octets.size()) {
    const std::size_t good = valid_utf8_prefix(octets.substr(at));
    out.text.append(octets.substr(at, good));
    at += good;
    if (at == octets.size()) break;
    const std::size_t bad = utf8_subpart(octets.substr(at));
    if (out.invalid++ == 0) out.first_invalid = at;
    // Only a proper beginning of a character may be called cut off; a lone octet that begins nothing is a fault.
    out.cut_at_end = at + bad == octets.size() && octet(octets[at]) >= 0xC2 && octet(octets[at]) <= 0xF4;
    out.text.append(replacement);
    at += bad;
  }
  return out;
}

// ---- converters --------------------------------------------------------------------------------------------------

struct CloseConverter {
  void operator()(UConverter* converter) const noexcept { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

/// UTF-8 of each octet of a single-octet charset; empty where the octet means nothing.
struct OctetTable {
  std::array<std::array<char, 4>, 256> text{};
  std::array<std::uint8_t, 256> length{};
};

std::unique_ptr<OctetTable> octet_table(UConverter* converter) {
  auto table = std::make_unique<OctetTable>();
  for (unsigned o = 0; o < 256; ++o) {
    const char source = static_cast<char>(o);
    const char* at = &source;
    UErrorCode status = U_ZERO_ERROR;
    ucnv_resetToUnicode(converter);
    const UChar32 c = ucnv_getNextUChar(converter, &at, &source + 1, &status);
    // Fallback mappings to C1 of octets that a Windows code page leaves undefined are no text.
    if (U_FAILURE(status) || c == 0xFFFD) continue;
    table->length[o] = static_cast<std::uint8_t>(encode_utf8(static_cast<std::uint32_t>(c), table->text[o].data()));
  }
  return table;
}

/// One opened charset: a table where an octet is a character, ICU's converter otherwise.
struct OpenCharset {
  std::string_view name;
  Converter converter;
  std::unique_ptr<OctetTable> table;
};

/// Nothing where ICU has no such charset.
std::optional<OpenCharset> open_charset(std::string_view converter_name) {
  UErrorCode status = U_ZERO_ERROR;
  Converter converter(ucnv_open(std::string(converter_name).c_str(), &status));
  if (U_FAILURE(status) || converter == nullptr) return std::nullopt;
  ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  if (U_FAILURE(status)) return std::nullopt;
  OpenCharset entry{converter_name, std::move(converter), nullptr};
  const UConverterType type = ucnv_getType(entry.converter.get());
  if (type == UCNV_SBCS || type == UCNV_LATIN_1 || type == UCNV_US_ASCII)
    entry.table = octet_table(entry.converter.get());
  return entry;
}

/// Converters are costly to open and not for concurrent use: those that nobody uses wait here for the next one who
/// does. Not one a thread: glibc ends the process when memory is short where a thread's first one is registered.
class CharsetPool {
 public:
  std::optional<OpenCharset> take(std::string_view converter_name) {
    {
      const std::scoped_lock lock(mutex_);
      const auto at = std::ranges::find(idle_, converter_name, &OpenCharset::name);
      if (at != idle_.end()) {
        OpenCharset found = std::move(*at);
        idle_.erase(at);
        return found;
      }
    }
    return open_charset(converter_name);
  }

  void give_back(OpenCharset charset) {
    constexpr std::size_t most = 32;
    const std::scoped_lock lock(mutex_);
    if (idle_.size() == most) idle_.erase(idle_.begin());
    idle_.push_back(std::move(charset));
  }

 private:
  std::mutex mutex_;
  std::vector<OpenCharset> idle_;  ///< the one used last is the last
};

constinit CharsetPool pool;

ConvertedText convert_by_table(std::string_view octets, const OctetTable& table) {
  ConvertedText out;
  out.text.reserve(octets.size() + octets.size() / 2);
  for (std::size_t at = 0; at < octets.size(); ++at) {
    const unsigned o = octet(octets[at]);
    if (table.length[o] != 0) {
      out.text.append(table.text[o].data(), table.length[o]);
      continue;
    }
    if (out.invalid++ == 0) out.first_invalid = at;
    out.text.append(replacement);
  }
  return out;
}

void append_utf16(std::string& out, const UChar* from, const UChar* to) {
  for (; from != to; ++from) {
    std::uint32_t c = *from;
    if (c >= 0xD800 && c <= 0xDFFF) {
      const bool pair = c < 0xDC00 && from + 1 != to && from[1] >= 0xDC00 && from[1] <= 0xDFFF;
      c = pair ? 0x10000 + ((c - 0xD800) << 10) + (*++from - 0xDC00U) : 0xFFFD;
    }
    append_utf8(out, c);
  }
}

ConvertedText convert_by_icu(std::string_view octets, UConverter* converter) {
  ConvertedText out;
  out.text.reserve(octets.size() + octets.size() / 2);
  ucnv_resetToUnicode(converter);
  std::array<UChar, 2048> buffer;
  std::u16string carry;  // a high surrogate that ended a buffer
  const char* at = octets.data();
  const char* const end = at + octets.size();
  while (true) {
    UChar* target = buffer.data();
    UErrorCode status = U_ZERO_ERROR;
    ucnv_toUnicode(converter, &target, buffer.data() + buffer.size(), &at, end, nullptr, true, &status);
    UChar* from = buffer.data();
    if (!carry.empty() && from != target) {
      const std::array<UChar, 2> joined{carry[0], *from++};
      append_utf16(out.text, joined.data(), joined.data() + 2);
      carry.clear();
    }
    UChar* to = target;
    if (status == U_BUFFER_OVERFLOW_ERROR && to != from && to[-1] >= 0xD800 && to[-1] <= 0xDBFF) carry.assign(1, *--to);
    append_utf16(out.text, from, to);
    if (status == U_BUFFER_OVERFLOW_ERROR) continue;
    if (U_SUCCESS(status)) return out;
    char bad[32];
    std::int8_t bad_octets = sizeof bad;
    UErrorCode ignored = U_ZERO_ERROR;
    ucnv_getInvalidChars(converter, bad, &bad_octets, &ignored);
    if (U_FAILURE(ignored) || bad_octets < 0) bad_octets = 0;
    const auto consumed = static_cast<std::uint64_t>(at - octets.data());
    const auto length = std::min<std::uint64_t>(static_cast<std::uint64_t>(bad_octets), consumed);
    if (out.invalid++ == 0) out.first_invalid = consumed - length;
    out.cut_at_end = status == U_TRUNCATED_CHAR_FOUND;
    out.text.append(replacement);
    if (at == end) return out;
  }
}

ConvertedText convert(std::string_view octets, const Resolved& charset) {
  if (charset.converter == "UTF-8") return clean_utf8(octets);
  auto open = pool.take(charset.converter);
  if (!open) return clean_utf8(octets);
  ConvertedText out =
      open->table ? convert_by_table(octets, *open->table) : convert_by_icu(octets, open->converter.get());
  pool.give_back(std::move(*open));
  return out;
}

bool has_c1(std::string_view octets) noexcept {
  for (const char c : octets) {
    if (octet(c) >= 0x80 && octet(c) <= 0x9F) return true;
  }
  return false;
}

/// Whether ASCII octets mean ASCII in the charset, so that text without octets above 127 and escapes needs no
/// conversion.
bool is_ascii_superset(std::string_view name) noexcept {
  return !is_wide_charset(name) && !is_utf7(name) && !istarts_with(name, "ISO-2022") && !istarts_with(name, "HZ") &&
         !istarts_with(name, "IBM037") && !istarts_with(name, "IBM1") && !istarts_with(name, "ebcdic") &&
         !istarts_with(name, "IBM5") && !istarts_with(name, "IBM2") && !istarts_with(name, "IBM4") &&
         !istarts_with(name, "SCSU") && !istarts_with(name, "BOCU");
}

DecodedText decoded(ConvertedText converted, std::string_view used) {
  DecodedText out;
  out.text = std::move(converted.text);
  out.used = used;
  out.invalid = converted.invalid;
  out.first_invalid = converted.first_invalid;
  out.cut_at_end = converted.cut_at_end;
  return out;
}

DecodedText decode_as(std::string_view octets, std::string_view name) {
  const auto resolved = charset::resolve(name);
  return resolved ? decoded(convert(octets, *resolved), resolved->name) : decoded(clean_utf8(octets), "UTF-8");
}

DecodedText decode_detected(std::string_view octets, bool label_known) {
  const DetectedCharset guess = detect_charset(octets);
  DecodedText out = decode_as(octets, guess.name);
  out.label_known = label_known;
  out.detected = true;
  out.confidence = guess.confidence;
  return out;
}

std::string_view windows_superset(std::string_view name) noexcept {
  if (name == "ISO-8859-1") return "windows-1252";
  if (name == "ISO-8859-9") return "windows-1254";
  if (name == "ISO-8859-11") return "windows-874";
  return {};
}

/// A label that the octets contradict clearly gives way.
std::optional<DecodedText> contradicted(std::string_view octets, std::string_view name) {
  const auto cyrillic = charset::best_cyrillic(octets);
  const bool western = name == "ISO-8859-1" || name == "windows-1252" || name == "ISO-8859-15";
  if (cyrillic && cyrillic->pairs >= 6 && cyrillic->name != name) {
    const auto own = charset::cyrillic_score(octets, name);
    const bool lies = (western && cyrillic->mean >= 6.0) || (own && own->mean < 4.0 && cyrillic->mean >= 6.5);
    if (lies) {
      DecodedText out = decode_as(octets, cyrillic->name);
      out.detected = true;
      out.confidence = cyrillic->confidence();
      return out;
    }
  }
  if (western && is_utf8(octets)) {
    // Valid UTF-8 with several characters beyond ASCII is all but never Western text.
    const DetectedCharset guess = detect_charset(octets);
    if (guess.name == "UTF-8" && guess.confidence >= 80) return decode_detected(octets, true);
  }
  return std::nullopt;
}

}  // namespace

std::optional<CharsetInfo> find_charset(std::string_view label) {
  const auto resolved = charset::resolve(label);
  if (!resolved) return std::nullopt;
  return CharsetInfo{resolved->name, !resolved->converter.empty()};
}

bool is_placeholder_charset(std::string_view label) noexcept {
  return is_one_of(placeholders, trim_blanks(label));
}

bool is_utf7(std::string_view label) noexcept {
  return is_one_of(utf7_names, trim_blanks(label));
}

bool is_wide_charset(std::string_view label) noexcept {
  const std::string_view name = trim_blanks(label);
  if (std::ranges::any_of(wide_beginnings, [&](std::string_view one) { return istarts_with(name, one); })) return true;
  return iequals(name, "unicode");
}

std::optional<ConvertedText> to_utf8(std::string_view octets, std::string_view label) {
  const auto resolved = charset::resolve(label);
  if (!resolved || resolved->converter.empty()) return std::nullopt;
  return convert(octets, *resolved);
}

DecodedText decode_text(std::string_view octets, std::string_view label) {
  const bool labelled = !label.empty() && !is_placeholder_charset(label);
  const auto resolved = labelled ? charset::resolve(label) : std::nullopt;
  const bool known = !labelled || resolved.has_value();
  const bool usable = resolved && !resolved->converter.empty();
  const bool ascii = is_ascii(octets);
  // Escape sequences of ISO-2022 are ASCII octets and yet no ASCII text.
  const bool plain = ascii && octets.find('\x1B') == std::string_view::npos;
  if (plain && (!usable || is_ascii_superset(resolved->name))) {
    DecodedText out = decoded(ConvertedText{std::string(octets), 0, 0, false},
                              usable ? resolved->name : std::string_view("US-ASCII"));
    out.label_known = known;
    return out;
  }
  if (!usable || (resolved->name == "US-ASCII" && !plain)) return decode_detected(octets, known);
  if (const std::string_view superset = windows_superset(resolved->name);
      !superset.empty() || resolved->name == "windows-1252" || resolved->name == "ISO-8859-15" ||
      charset::is_cyrillic(resolved->name)) {
    if (auto better = contradicted(octets, resolved->name)) return std::move(*better);
    if (!superset.empty() && has_c1(octets)) return decode_as(octets, superset);
  }
  DecodedText out = decoded(convert(octets, *resolved), resolved->name);
  if (resolved->name == "UTF-8" && out.invalid > 1) {
    const auto cyrillic = charset::best_cyrillic(octets);
    if (cyrillic && cyrillic->pairs >= 4 && cyrillic->mean >= 6.0) return decode_detected(octets, true);
  }
  return out;
}

}  // namespace mailparse
