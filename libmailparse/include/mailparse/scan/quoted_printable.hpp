// Quoted-printable decoded in chunks of any size.
// Layer: scan. RFC 2045 6.7.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <mailparse/scan/occurrences.hpp>

namespace mailparse {

/// What was met in the encoded octets; offsets count them from the first one fed.
struct QuotedPrintableReport {
  Occurrences bad_escape;          ///< "=" that neither two hex digits nor a line end follow: kept as it is
  Occurrences raw_octet;           ///< 8-bit octets, controls and bare CRs: kept as they are
  Occurrences space_after_equals;  ///< soft breaks with blanks between "=" and the line end
  Occurrences trailing_blanks;     ///< line ends with blanks before them, which are left out (RFC 2045 6.7 rule 3)
  std::uint64_t octets = 0;        ///< fed
  std::uint64_t decoded = 0;       ///< octets given out
  bool operator==(const QuotedPrintableReport&) const = default;
};

/// Where the decoder stands between two octets.
enum class QuotedPrintablePlace : std::uint8_t {
  text,           ///< nothing is held
  blanks,         ///< held: blanks, which a line end would remove
  long_blanks,    ///< nothing is held; too many blanks in a row to be held any longer
  cr,             ///< held: perhaps blanks, and a CR
  equals,         ///< held: "="
  equals_digit,   ///< held: "=" and a hex digit
  equals_blanks,  ///< held: "=" and blanks
  equals_cr,      ///< held: "=", perhaps blanks, and a CR
};

/// What the decoder carries from chunk to chunk.
struct QuotedPrintableState {
  /// More blanks in a row than any line may hold are content; so many need not be kept.
  static constexpr std::size_t blanks_limit = 256;

  QuotedPrintableReport report;
  QuotedPrintablePlace place = QuotedPrintablePlace::text;
  std::uint16_t held_size = 0;
  std::array<char, blanks_limit + 2> held{};  ///< octets fed and not yet decided about

  [[nodiscard]] std::string_view held_text() const noexcept { return {held.data(), held_size}; }
};

/// Decodes quoted-printable, tolerantly: lower-case hex digits are digits, what is no escape stays text, a "=" that is
/// the last octet of all is a soft break whose line end belongs to the boundary. Line ends are given out as they stand.
/// The result is the same however the octets are cut. Allocates nothing.
class QuotedPrintableDecoder {
 public:
  /// Octets that decode() may write for `octets` encoded ones: somewhat more than it will tell as decoded.
  [[nodiscard]] static constexpr std::size_t room(std::size_t octets) noexcept {
    return octets + QuotedPrintableState::blanks_limit + 2 + 64;
  }

  /// Decodes `octets` into `out`, which has room(octets.size()); returns the octets decoded. Up to 258 octets at the
  /// end that cannot be decided about yet are kept.
  std::size_t decode(std::string_view octets, std::span<char> out) noexcept;

  /// The data is over: decides about what is kept; `out` has room(0). Returns the octets decoded.
  std::size_t finish(std::span<char> out) noexcept;

  void reset() noexcept;
  [[nodiscard]] const QuotedPrintableReport& report() const noexcept { return state_.report; }
  [[nodiscard]] const QuotedPrintableState& state() const noexcept { return state_; }

 private:
  QuotedPrintableState state_;
};

}  // namespace mailparse
