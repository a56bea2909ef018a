// Digest of a message's body in canonical form, while it passes by.
// Layer: analysis (private). RFC 6376 3.4.3, 3.4.4, 3.7.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <mailparse/base/digest.hpp>

namespace mailparse {

enum class Canonical : std::uint8_t { simple, relaxed };

/// What ends a line besides CRLF, and counts as CRLF: what all lines of a message end in that was stored so.
enum class LoneLineEnd : std::uint8_t { none, lf, cr };

/// Octets in, in any cut; of the body some 2 KB are kept until they are digested.
class BodyHash {
 public:
  struct Options {
    Canonical form = Canonical::simple;
    DigestKind digest = DigestKind::sha256;
    std::optional<std::uint64_t> limit;  ///< l=: octets of the canonical body that count
    LoneLineEnd line_end = LoneLineEnd::none;
    bool operator==(const Options&) const = default;
  };

  /// `offset` is the place of the body's first octet in the message.
  BodyHash(const Options& options, std::uint64_t offset);

  void feed(std::string_view octets);
  /// Lower-case hexadecimal. To be called once.
  [[nodiscard]] std::string finish();

  /// Octets of the canonical body; complete behind finish().
  [[nodiscard]] std::uint64_t octets() const noexcept { return octets_; }
  /// Where in the message the first octet stands that does not count, where there is one.
  [[nodiscard]] std::optional<std::uint64_t> uncounted() const noexcept { return uncounted_; }

 private:
  void text(std::string_view run, std::uint64_t offset);
  void line_end(std::uint64_t offset);
  void put(std::string_view canonical, std::uint64_t offset);
  void add(std::string_view counted);

  Options options_;
  Digest digest_;
  std::uint64_t offset_;  ///< of the next octet fed
  std::uint64_t octets_ = 0;
  std::uint64_t line_ends_ = 0;                ///< that are not put yet: those at the body's end count as one
  std::uint64_t line_end_offset_ = 0;          ///< of the first of them
  std::optional<std::uint64_t> blank_offset_;  ///< of blanks that are not put yet: those at a line's end do not count
  std::optional<std::uint64_t> uncounted_;
  bool cr_ = false;  ///< the last octet was a CR, and may begin a line end
  bool any_ = false;
  std::size_t gathered_size_ = 0;
  std::array<char, 2048> gathered_;  ///< counted octets that are not digested yet
};

}  // namespace mailparse
