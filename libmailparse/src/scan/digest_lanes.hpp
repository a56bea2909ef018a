// The compression functions of MD5 and SHA-256, run side by side. Each step of either waits for the one before, so that
// one digest alone leaves most of a processor idle: MD5 and two SHA-256 together take hardly longer than the MD5.
// Layer: scan, private. RFC 1321, FIPS 180-4; proven by the digests of base/digest.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace mailparse {

inline constexpr std::size_t digest_block = 64;  ///< octets

struct Md5State {
  std::array<std::uint32_t, 4> words{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
};
struct Sha256State {
  std::array<std::uint32_t, 8> words{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
};

/// A digest and the blocks that go into it next.
struct Md5Lane {
  Md5State& state;
  const char* octets;
};
struct Sha256Lane {
  Sha256State& state;
  const char* octets;
};

/// Whether this processor can: nothing below may be called otherwise.
[[nodiscard]] bool has_digest_lanes() noexcept;

/// Takes `blocks` blocks of 64 octets into each lane. Padding is the caller's.
void compress(Sha256Lane sha256, std::size_t blocks) noexcept;
void compress(Md5Lane md5, Sha256Lane sha256, std::size_t blocks) noexcept;
void compress(Md5Lane md5, Sha256Lane sha256, Sha256Lane beside, std::size_t blocks) noexcept;

}  // namespace mailparse
