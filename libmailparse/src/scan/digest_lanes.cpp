#include "scan/digest_lanes.hpp"

#include <hwy/base.h>

#if HWY_ARCH_X86_64

#include <bit>
#include <cstring>
#include <utility>

#include <cpuid.h>
#include <immintrin.h>

namespace mailparse {
namespace {

constexpr std::array<std::uint32_t, 64> md5_constants{
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
constexpr int md5_rotations[4][4]{{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

alignas(16) constexpr std::array<std::uint32_t, 64> sha256_constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

}  // namespace
}  // namespace mailparse

HWY_PUSH_ATTRIBUTES("sha,sse4.1,ssse3")
namespace mailparse {
namespace {

/// MD5 at work: its four words in registers.
class Md5Work {
 public:
  HWY_INLINE explicit Md5Work(const Md5Lane& lane) noexcept
      : octets_(lane.octets),
        a_(lane.state.words[0]),
        b_(lane.state.words[1]),
        c_(lane.state.words[2]),
        d_(lane.state.words[3]) {}
  HWY_INLINE void write(Md5State& state) const noexcept { state.words = {a_, b_, c_, d_}; }

  HWY_INLINE void begin_block() noexcept { before_ = {a_, b_, c_, d_}; }
  template <int group>
  HWY_INLINE void four_steps() noexcept {
    step<4 * group>();
    step<4 * group + 1>();
    step<4 * group + 2>();
    step<4 * group + 3>();
  }
  HWY_INLINE void end_block() noexcept {
    a_ += before_[0];
    b_ += before_[1];
    c_ += before_[2];
    d_ += before_[3];
    octets_ += digest_block;
  }

 private:
  template <int word>
  [[nodiscard]] HWY_INLINE std::uint32_t word_of_block() const noexcept {
    std::uint32_t value = 0;
    std::memcpy(&value, octets_ + 4 * (word % 16), 4);  // little-endian, as this processor is
    return value;
  }

  /// RFC 1321 3.4. `b_` is the word that the step before has just made: what does not need it stands in front.
  template <int i>
  HWY_INLINE void step() noexcept {
    std::uint32_t sum = a_ + md5_constants[i];
    if constexpr (i < 16) {
      sum += word_of_block<i>();
      sum += d_ ^ (b_ & (c_ ^ d_));
    } else if constexpr (i < 32) {
      // The two halves of G have no bit in common: only one of them waits for `b_`.
      sum += word_of_block<5 * i + 1>() + (c_ & ~d_);
      sum += b_ & d_;
    } else if constexpr (i < 48) {
      sum += word_of_block<3 * i + 5>();
      sum += b_ ^ (c_ ^ d_);
    } else {
      sum += word_of_block<7 * i>();
      sum += c_ ^ (b_ | ~d_);
    }
    a_ = d_;
    d_ = c_;
    c_ = b_;
    b_ += std::rotl(sum, md5_rotations[i / 16][i % 4]);
  }

  const char* octets_;
  std::uint32_t a_, b_, c_, d_;
  std::array<std::uint32_t, 4> before_{};
};

/// SHA-256 at work: its words in the two registers, and the order, that the processor's instructions want.
class Sha256Work {
 public:
  HWY_INLINE explicit Sha256Work(const Sha256Lane& lane) noexcept : octets_(lane.octets) {
    const __m128i badc = _mm_shuffle_epi32(load(lane.state.words.data()), 0xB1);
    const __m128i hgfe = _mm_shuffle_epi32(load(lane.state.words.data() + 4), 0x1B);
    feba_ = _mm_alignr_epi8(badc, hgfe, 8);
    hgdc_ = _mm_blend_epi16(hgfe, badc, 0xF0);
  }
  HWY_INLINE void write(Sha256State& state) const noexcept {
    const __m128i abef = _mm_shuffle_epi32(feba_, 0x1B);
    const __m128i ghcd = _mm_shuffle_epi32(hgdc_, 0xB1);
    store(state.words.data(), _mm_blend_epi16(abef, ghcd, 0xF0));
    store(state.words.data() + 4, _mm_alignr_epi8(ghcd, abef, 8));
  }

  HWY_INLINE void begin_block() noexcept {
    const __m128i big_endian = _mm_set_epi64x(0x0C0D0E0F08090A0B, 0x0405060700010203);
    for (std::size_t i = 0; i < 4; ++i) words_[i] = _mm_shuffle_epi8(load(octets_ + 16 * i), big_endian);
    feba_before_ = feba_;
    hgdc_before_ = hgdc_;
  }
  /// FIPS 180-4 6.2.2: four steps, and in front of them the four words of the message schedule that they need.
  template <int group>
  HWY_INLINE void four_steps() noexcept {
    __m128i& words = words_[group % 4];
    if constexpr (group >= 4) {
      const __m128i last = words_[(group + 3) % 4];
      const __m128i seventh = _mm_alignr_epi8(last, words_[(group + 2) % 4], 4);
      words = _mm_add_epi32(_mm_sha256msg1_epu32(words, words_[(group + 1) % 4]), seventh);
      words = _mm_sha256msg2_epu32(words, last);
    }
    const __m128i sums = _mm_add_epi32(words, load(sha256_constants.data() + 4 * group));
    hgdc_ = _mm_sha256rnds2_epu32(hgdc_, feba_, sums);
    feba_ = _mm_sha256rnds2_epu32(feba_, hgdc_, _mm_shuffle_epi32(sums, 0x0E));
  }
  HWY_INLINE void end_block() noexcept {
    feba_ = _mm_add_epi32(feba_, feba_before_);
    hgdc_ = _mm_add_epi32(hgdc_, hgdc_before_);
    octets_ += digest_block;
  }

 private:
  [[nodiscard]] static HWY_INLINE __m128i load(const void* from) noexcept {
    return _mm_loadu_si128(static_cast<const __m128i*>(from));
  }
  static HWY_INLINE void store(void* to, __m128i value) noexcept { _mm_storeu_si128(static_cast<__m128i*>(to), value); }

  const char* octets_;
  __m128i feba_, hgdc_;
  __m128i feba_before_, hgdc_before_;
  __m128i words_[4];
};

template <int group, class... Work>
HWY_INLINE void four_steps(Work&... work) noexcept {
  (work.template four_steps<group>(), ...);
}

/// Four steps of each in turn: near enough for the processor to do them at the same time.
template <int... group, class... Work>
HWY_INLINE void block(std::integer_sequence<int, group...>, Work&... work) noexcept {
  (work.begin_block(), ...);
  (four_steps<group>(work...), ...);
  (work.end_block(), ...);
}

template <class... Work>
HWY_INLINE void all_blocks(std::size_t blocks, Work&... work) noexcept {
  for (; blocks > 0; --blocks) block(std::make_integer_sequence<int, 16>(), work...);
}

}  // namespace

void compress(Sha256Lane sha256, std::size_t blocks) noexcept {
  Sha256Work work(sha256);
  all_blocks(blocks, work);
  work.write(sha256.state);
}

void compress(Md5Lane md5, Sha256Lane sha256, std::size_t blocks) noexcept {
  Md5Work md5_work(md5);
  Sha256Work sha256_work(sha256);
  all_blocks(blocks, md5_work, sha256_work);
  md5_work.write(md5.state);
  sha256_work.write(sha256.state);
}

void compress(Md5Lane md5, Sha256Lane sha256, Sha256Lane beside, std::size_t blocks) noexcept {
  Md5Work md5_work(md5);
  Sha256Work sha256_work(sha256);
  Sha256Work beside_work(beside);
  all_blocks(blocks, md5_work, sha256_work, beside_work);
  md5_work.write(md5.state);
  sha256_work.write(sha256.state);
  beside_work.write(beside.state);
}

}  // namespace mailparse
HWY_POP_ATTRIBUTES

namespace mailparse {

bool has_digest_lanes() noexcept {
  static const bool has = [] {
    constexpr unsigned ssse3 = 1U << 9, sse4_1 = 1U << 19, sha = 1U << 29;
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0 || (ecx & ssse3) == 0 || (ecx & sse4_1) == 0) return false;
    return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (ebx & sha) != 0;
  }();
  return has;
}

}  // namespace mailparse

#else

namespace mailparse {

bool has_digest_lanes() noexcept {
  return false;
}
void compress(Sha256Lane, std::size_t) noexcept {}
void compress(Md5Lane, Sha256Lane, std::size_t) noexcept {}
void compress(Md5Lane, Sha256Lane, Sha256Lane, std::size_t) noexcept {}

}  // namespace mailparse

#endif
