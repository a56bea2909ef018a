// Base64 as it stands in mail: decoded in chunks of any size, whatever else stands among it; and written.
// Layer: scan. RFC 2045 6.8, RFC 4648 3 and 4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <mailparse/scan/occurrences.hpp>

namespace mailparse {

/// What was met in the encoded octets; offsets count them from the first one fed.
struct Base64Report {
  Occurrences illegal;        ///< octets outside the alphabet that are no blank, no line end and no padding: left out
  Occurrences after_padding;  ///< octets of the alphabet behind padding: decoded all the same, from a new group on
  Occurrences trailing_bits;  ///< groups cut short whose unused bits are not zero; `first`: where the group was cut
  Occurrences truncated;      ///< groups with too few octets and padding for their place; `first`: where they stop
  bool padded = false;        ///< padding was met
  std::uint64_t octets = 0;   ///< fed
  std::uint64_t decoded = 0;  ///< octets given out
  std::uint64_t decoded_at_padding = 0;  ///< of them before the first padding: what readers that stop there see
  bool operator==(const Base64Report&) const = default;
};

/// What the decoder carries from chunk to chunk.
struct Base64State {
  Base64Report report;
  std::uint32_t bits = 0;            ///< of the open group, the newest lowest
  std::uint8_t held = 0;             ///< octets of the alphabet in the open group, 0 to 3
  std::uint8_t padding_awaited = 0;  ///< "=" that still belong to the group that the last "=" cut short
  bool operator==(const Base64State&) const = default;
};

/// Decodes base64, tolerantly: CR, LF, SP and HTAB are skipped; other octets outside the alphabet are skipped and
/// counted; "=" ends a group; what follows padding is decoded as if it began anew, because some readers do. The result
/// is the same however the octets are cut. Allocates nothing.
class Base64Decoder {
 public:
  /// Octets that decode() may write for `octets` encoded ones: somewhat more than it will tell as decoded.
  [[nodiscard]] static constexpr std::size_t room(std::size_t octets) noexcept { return octets / 4 * 3 + 3 + 64; }

  /// Decodes all of `octets` into `out`, which has room(octets.size()); returns the octets decoded.
  std::size_t decode(std::string_view octets, std::span<char> out) noexcept;

  /// The data is over: gives out what an unpadded last group holds (0 to 2 octets) and returns how many those are.
  std::size_t finish(std::span<char, 2> out) noexcept;

  void reset() noexcept { state_ = {}; }
  [[nodiscard]] const Base64Report& report() const noexcept { return state_.report; }
  [[nodiscard]] const Base64State& state() const noexcept { return state_; }

 private:
  Base64State state_;
};

/// Appends `octets` in base64 to `text`, padded, in one line.
void append_base64(std::string& text, std::string_view octets);
[[nodiscard]] std::string base64_encode(std::string_view octets);

}  // namespace mailparse
