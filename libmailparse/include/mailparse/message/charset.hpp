// Text in any charset that mail names, or fails to name, to UTF-8.
// Layer: message. RFC 2045 5.1, RFC 2046 4.1.2, RFC 2978, RFC 3629. ICU does the conversion behind this header; ASCII,
// UTF-8 and single-octet charsets have roads of their own.
//
// Nothing here reports diagnostics: the results say what was met and the caller, who knows whether it reads a body, an
// encoded-word or a parameter, gives it a code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mailparse {

/// What a charset name stands for.
struct CharsetInfo {
  /// The name IANA prefers for mail ("UTF-8", "KOI8-R", "windows-1251"); static storage.
  std::string_view name;
  /// False for a registered charset that nothing here converts.
  bool convertible = true;
};

/// The charset of a label as found in the wild: an IANA name or alias, a WHATWG label or any name ICU knows, in any
/// case and with blanks or quotes around it. nullopt for a name nobody knows.
[[nodiscard]] std::optional<CharsetInfo> find_charset(std::string_view label);

/// Labels that say "no charset": unknown-8bit (RFC 1428), x-unknown, x-user-defined and the like.
[[nodiscard]] bool is_placeholder_charset(std::string_view label) noexcept;
/// UTF-7 under any of its names (RFC 2152).
[[nodiscard]] bool is_utf7(std::string_view label) noexcept;
/// UTF-16 or UTF-32 in any octet order.
[[nodiscard]] bool is_wide_charset(std::string_view label) noexcept;

/// The outcome of one conversion; `text` is always valid UTF-8.
struct ConvertedText {
  std::string text;
  std::uint64_t invalid = 0;        ///< sequences without meaning; each became one U+FFFD
  std::uint64_t first_invalid = 0;  ///< offset of the first one in the input octets
  bool cut_at_end = false;          ///< the last invalid sequence is the beginning of a character that the end cut off
};

/// Converts `octets` strictly as `label` says; nullopt when the label is unknown or not convertible.
[[nodiscard]] std::optional<ConvertedText> to_utf8(std::string_view octets, std::string_view label);

/// A guess at the charset of undeclared text.
struct DetectedCharset {
  std::string_view name;  ///< as CharsetInfo::name
  int confidence = 0;     ///< 0 to 100; 100 only for pure ASCII and byte order marks
};

/// Guesses from the octets alone: byte order marks, UTF-8 validity, Russian letter pairs (KOI8-R, windows-1251,
/// ISO-8859-5, CP866 told apart), then ICU's detector. Looks at no more than the first 64 KiB.
[[nodiscard]] DetectedCharset detect_charset(std::string_view octets);

/// Text made readable: `used` is what it was read as, which may differ from what was declared.
struct DecodedText {
  std::string text;
  std::string_view used;    ///< canonical name; static storage
  bool label_known = true;  ///< false when a label was given that nobody knows
  bool detected = false;    ///< `used` is a guess, `confidence` says how good
  int confidence = 100;
  std::uint64_t invalid = 0;  ///< under `used`
  std::uint64_t first_invalid = 0;
  bool cut_at_end = false;
};

/// Converts text whose label may be absent (empty), unknown or a lie, for people to read:
/// - 8-bit octets under no label, US-ASCII or an unknown label are detected;
/// - C1 octets under ISO-8859-1, -9 and -11 are read by the Windows superset, other octets as labelled;
/// - a Western, Cyrillic or UTF-8 label that the octets contradict clearly gives way to the detected charset.
[[nodiscard]] DecodedText decode_text(std::string_view octets, std::string_view label);

}  // namespace mailparse
