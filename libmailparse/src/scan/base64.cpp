// A vector of encoded octets is decoded as if all were of the alphabet, and as much of the result is used as whole
// groups stand before the first other octet. In mail that is the CR of each 76-octet line, behind which it goes on;
// where a line end divides a group, and with all irregular octets, it goes one by one through the plain decoder.
#include "scan/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scan/base64.cpp"
#include <hwy/foreach_target.h>
// The rest comes behind foreach_target, which includes this file again for each target.
#include <bit>

#include <hwy/highway.h>

#include <mailparse/scan/base64.hpp>

#include "scan/base64_scalar.hpp"
#include "scan/octet_masks-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace mailparse::HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR

std::size_t decode_base64(Base64State& state, std::string_view octets, char* out) {
  return scalar::decode_base64(state, octets, out);
}

#else

using Tag = hn::CappedTag<std::uint8_t, 32>;

/// A 16-octet table in each 128-bit block.
HWY_INLINE auto table(const std::uint8_t (&values)[16]) {
  return hn::LoadDup128(Tag(), values);
}

template <class V>
HWY_INLINE V high_nibbles(V v) {
  constexpr hn::Repartition<std::uint16_t, Tag> d16;
  return hn::And(hn::BitCast(Tag(), hn::ShiftRight<4>(hn::BitCast(d16, v))), hn::Set(Tag(), 0x0F));
}

/// Lanes whose octet is not of the alphabet: those whose two nibbles share a bit in these tables (W. Mula, D. Lemire:
/// Faster Base64 Encoding and Decoding using AVX2 Instructions, 2018).
template <class V>
HWY_INLINE std::uint64_t strangers(V v) {
  alignas(16) static constexpr std::uint8_t by_low[16] = {0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
                                                          0x11, 0x11, 0x13, 0x1A, 0x1B, 0x1B, 0x1B, 0x1A};
  alignas(16) static constexpr std::uint8_t by_high[16] = {0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08,
                                                           0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10};
  const auto low = hn::TableLookupBytes(table(by_low), hn::And(v, hn::Set(Tag(), 0x0F)));
  const auto high = hn::TableLookupBytes(table(by_high), high_nibbles(v));
  return lane_bits(Tag(), hn::Ne(hn::And(low, high), hn::Zero(Tag())));
}

/// The 6-bit values of octets of the alphabet: the high nibble says what to add, "/" being the exception.
template <class V>
HWY_INLINE V values(V v) {
  alignas(16) static constexpr std::uint8_t shift[16] = {0, 16, 19, 4, 191, 191, 185, 185, 0, 0, 0, 0, 0, 0, 0, 0};
  const auto slash = hn::VecFromMask(Tag(), hn::Eq(v, hn::Set(Tag(), '/')));
  return hn::Add(v, hn::TableLookupBytes(table(shift), hn::Add(slash, high_nibbles(v))));
}

/// Four 6-bit values in each 32 bits to three octets; 12 octets at the front of each 128-bit block.
template <class V>
HWY_INLINE V pack(V v) {
  constexpr hn::Repartition<std::uint16_t, Tag> d16;
  constexpr hn::Repartition<std::uint32_t, Tag> d32;
  const auto pairs = hn::BitCast(d16, v);
  const auto twelve = hn::Or(hn::And(hn::ShiftLeft<6>(pairs), hn::Set(d16, 0x0FC0)), hn::ShiftRight<8>(pairs));
  const auto fours = hn::BitCast(d32, twelve);
  const auto bits = hn::Or(hn::And(hn::ShiftLeft<12>(fours), hn::Set(d32, 0x00FFF000)), hn::ShiftRight<16>(fours));
  alignas(16) static constexpr std::uint8_t order[16] = {2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 3, 7, 11, 15};
  return hn::TableLookupBytes(hn::BitCast(Tag(), bits), table(order));
}

/// Writes the blocks' 12 octets one behind the other, and up to four octets more.
template <class V>
HWY_INLINE void store(V v, char* out) {
  auto* const to = reinterpret_cast<std::uint8_t*>(out);
  if constexpr (hn::MaxLanes(Tag()) == 32) {
    constexpr hn::Half<Tag> half;
    hn::StoreU(hn::LowerHalf(half, v), half, to);
    hn::StoreU(hn::UpperHalf(half, v), half, to + 12);
  } else {
    hn::StoreU(v, Tag(), to);
  }
}

HWY_INLINE const char* behind_line_end(const char* at, const char* end) {
  while (at < end && scalar::base64_values[static_cast<unsigned char>(*at)] == scalar::base64_skip) ++at;
  return at;
}

std::size_t decode_base64(Base64State& state, std::string_view octets, char* out) {
  const std::size_t lanes = hn::Lanes(Tag());
  const char* at = octets.data();
  const char* const end = at + octets.size();
  char* const begin = out;
  while (at < end) {
    // Behind padding every octet counts, and a group that is open must be filled first.
    const bool plain = state.held == 0 && state.padding_awaited == 0 && !state.report.padded;
    if (plain) {
      const char* const from = at;
      char* const to = out;
      while (static_cast<std::size_t>(end - at) >= lanes) {
        const auto v = hn::LoadU(Tag(), reinterpret_cast<const std::uint8_t*>(at));
        store(pack(values(v)), out);
        const std::uint64_t other = strangers(v);
        const std::size_t groups = other == 0 ? lanes / 4 : static_cast<std::size_t>(std::countr_zero(other)) / 4;
        at += groups * 4;
        out += groups * 3;
        if (groups == lanes / 4) continue;
        const char* const stop = at;
        at = behind_line_end(at, end);
        if (at == stop) break;
      }
      state.report.octets += static_cast<std::uint64_t>(at - from);
      state.report.decoded += static_cast<std::uint64_t>(out - to);
    }
    // Up to the next octet that may begin a run of groups.
    while (at < end) {
      out = scalar::decode_base64_octet(state, *at++, out);
      if (state.held == 0 && at < end && scalar::base64_values[static_cast<unsigned char>(*at)] < 64) break;
    }
  }
  return static_cast<std::size_t>(out - begin);
}

#endif

}  // namespace mailparse::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mailparse {

HWY_EXPORT(decode_base64);

std::size_t Base64Decoder::decode(std::string_view octets, std::span<char> out) noexcept {
  return HWY_DYNAMIC_DISPATCH(decode_base64)(state_, octets, out.data());
}

std::size_t Base64Decoder::finish(std::span<char, 2> out) noexcept {
  const std::uint64_t end = state_.report.octets;
  if (state_.held == 0) {
    if (state_.padding_awaited > 0) state_.report.truncated.add(end);
    state_.padding_awaited = 0;
    return 0;
  }
  // As if padded: the plain decoder knows what an open group holds.
  state_.report.truncated.add(end);
  Base64State padded = state_;
  const auto size = static_cast<std::size_t>(scalar::decode_base64_octet(padded, '=', out.data()) - out.data());
  state_.report.trailing_bits = padded.report.trailing_bits;
  state_.report.decoded += size;
  state_.held = 0;
  state_.bits = 0;
  return size;
}

void append_base64(std::string& text, std::string_view octets) {
  const auto octet = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(octets[i])); };
  const auto letter = [](std::uint32_t bits) { return scalar::base64_alphabet[bits & 63]; };
  std::size_t at = text.size();
  text.resize(at + (octets.size() + 2) / 3 * 4, '=');
  std::size_t i = 0;
  for (; i + 3 <= octets.size(); i += 3) {
    const std::uint32_t bits = octet(i) << 16 | octet(i + 1) << 8 | octet(i + 2);
    text[at++] = letter(bits >> 18);
    text[at++] = letter(bits >> 12);
    text[at++] = letter(bits >> 6);
    text[at++] = letter(bits);
  }
  if (i == octets.size()) return;
  const bool two = octets.size() - i == 2;
  const std::uint32_t bits = octet(i) << 16 | (two ? octet(i + 1) << 8 : 0);
  text[at++] = letter(bits >> 18);
  text[at++] = letter(bits >> 12);
  if (two) text[at] = letter(bits >> 6);
}

std::string base64_encode(std::string_view octets) {
  std::string text;
  append_base64(text, octets);
  return text;
}

}  // namespace mailparse
#endif
