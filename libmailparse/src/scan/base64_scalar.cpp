#include "scan/base64_scalar.hpp"

namespace mailparse::scalar {
namespace {

/// Gives out the whole octets of an open group that ends here, behind the octet at `offset`.
char* cut_group(Base64State& state, std::uint64_t offset, char* out) noexcept {
  const unsigned unused = state.held == 2 ? 4 : state.held == 3 ? 2 : 0;
  if ((state.bits & ((1U << unused) - 1)) != 0) state.report.trailing_bits.add(offset);
  if (state.held == 2) *out++ = static_cast<char>(state.bits >> 4);
  if (state.held == 3) {
    *out++ = static_cast<char>(state.bits >> 10);
    *out++ = static_cast<char>(state.bits >> 2);
  }
  state.held = 0;
  state.bits = 0;
  return out;
}

char* pad(Base64State& state, std::uint64_t offset, char* out) noexcept {
  if (state.padding_awaited > 0) {
    --state.padding_awaited;
    return out;
  }
  if (state.held == 0) {
    // No group is open: padding that belongs to nothing.
    state.report.illegal.add(offset);
    return out;
  }
  if (state.held == 1) {
    state.report.truncated.add(offset);
  } else {
    state.padding_awaited = state.held == 2 ? 1 : 0;
  }
  char* const end = cut_group(state, offset, out);
  if (!state.report.padded) {
    state.report.padded = true;
    state.report.decoded_at_padding = state.report.decoded + static_cast<std::uint64_t>(end - out);
  }
  return end;
}

}  // namespace

char* decode_base64_octet(Base64State& state, char octet, char* out) noexcept {
  const std::uint64_t offset = state.report.octets++;
  char* const begin = out;
  const std::uint8_t value = base64_values[static_cast<unsigned char>(octet)];
  if (value == base64_skip) return out;
  if (value == base64_illegal) {
    state.report.illegal.add(offset);
  } else if (value == base64_pad) {
    out = pad(state, offset, out);
  } else {
    if (state.padding_awaited > 0) {
      state.padding_awaited = 0;
      state.report.truncated.add(offset);
    }
    if (state.report.padded) state.report.after_padding.add(offset);
    state.bits = state.bits << 6 | value;
    if (++state.held == 4) {
      *out++ = static_cast<char>(state.bits >> 16);
      *out++ = static_cast<char>(state.bits >> 8);
      *out++ = static_cast<char>(state.bits);
      state.held = 0;
      state.bits = 0;
    }
  }
  state.report.decoded += static_cast<std::uint64_t>(out - begin);
  return out;
}

std::size_t decode_base64(Base64State& state, std::string_view octets, char* out) noexcept {
  char* const begin = out;
  for (const char octet : octets) out = decode_base64_octet(state, octet, out);
  return static_cast<std::size_t>(out - begin);
}

}  // namespace mailparse::scalar
