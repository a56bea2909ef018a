// Text is copied a vector at a time up to the next "=", CR or LF. What these begin is decided here when all of it lies
// in the chunk and is regular: an escape, a soft break, a line end, with the blanks before it taken back. Everything
// else goes octet by octet through the plain decoder.
#include "scan/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scan/quoted_printable.cpp"
#include <hwy/foreach_target.h>
// The rest comes behind foreach_target, which includes this file again for each target.
#include <bit>

#include <hwy/highway.h>

#include <mailparse/scan/quoted_printable.hpp>

#include "scan/octet_masks-inl.hpp"
#include "scan/quoted_printable_scalar.hpp"

HWY_BEFORE_NAMESPACE();
namespace mailparse::HWY_NAMESPACE {

/// At most half of a 76-octet line, so that little is copied twice.
using Tag = hn::CappedTag<std::uint8_t, 32>;

class QuotedPrintableChunk {
 public:
  QuotedPrintableChunk(QuotedPrintableState& state, std::string_view octets, char* out)
      : state_(state), at_(octets.data()), end_(at_ + octets.size()), out_(out) {}

  std::size_t decode() {
    char* const begin = out_;
    while (at_ < end_) {
      if (state_.place == QuotedPrintablePlace::text) regular();
      // Something irregular or unfinished, or the chunk's last octets: up to a place where nothing is held.
      while (at_ < end_) {
        out_ = scalar::decode_quoted_printable_octet(state_, *at_++, out_);
        if (state_.place == QuotedPrintablePlace::text) break;
      }
    }
    return static_cast<std::size_t>(out_ - begin);
  }

 private:
  /// Decodes from a place where nothing is held to another one, as far as it can.
  void regular() {
    const char* const from = at_;
    char* const to = out_;
    const std::uint64_t base = state_.report.octets;
    run_ = at_;
    bool goes_on = true;
    while (goes_on) {
      copy_text(base, from);
      goes_on = at_ < end_ && (*at_ == '=' ? escape() : line_end(base, from));
    }
    // A blank that was copied may turn out to stand before a line end: let the plain decoder hold it.
    while (at_ > run_ && is_blank(at_[-1])) {
      --at_;
      --out_;
    }
    state_.report.octets += static_cast<std::uint64_t>(at_ - from);
    state_.report.decoded += static_cast<std::uint64_t>(out_ - to);
  }

  /// Copies until "=", CR or LF is next, or less than a vector is left and a plain octet is next that is the chunk's
  /// last.
  void copy_text(std::uint64_t base, const char* from) {
    constexpr Tag d;
    const std::size_t lanes = hn::Lanes(d);
    while (static_cast<std::size_t>(end_ - at_) >= lanes) {
      const auto v = hn::LoadU(d, reinterpret_cast<const std::uint8_t*>(at_));
      hn::StoreU(v, d, reinterpret_cast<std::uint8_t*>(out_));
      const auto cr = hn::Eq(v, hn::Set(d, '\r'));
      const auto lf = hn::Eq(v, hn::Set(d, '\n'));
      const std::uint64_t stops = lane_bits(d, hn::Or(hn::Or(cr, lf), hn::Eq(v, hn::Set(d, '='))));
      // Printable octets and SP are 0x20-0x7E; the wrap-around puts all others above.
      const auto shifted = hn::Sub(v, hn::Set(d, 0x20));
      const auto printable = hn::Eq(hn::Min(shifted, hn::Set(d, 0x5E)), shifted);
      const std::uint64_t raw =
          ~lane_bits(d, hn::Or(hn::Or(printable, hn::Eq(v, hn::Set(d, '\t'))), hn::Or(cr, lf))) & lane_limit(lanes);
      const std::size_t size = stops == 0 ? lanes : static_cast<std::size_t>(std::countr_zero(stops));
      if (HWY_UNLIKELY(raw != 0)) {
        tally_raw(stops == 0 ? raw : raw & ((std::uint64_t{1} << size) - 1),
                  base + static_cast<std::uint64_t>(at_ - from));
      }
      at_ += size;
      out_ += size;
      if (stops != 0) return;
    }
    for (; at_ < end_ && *at_ != '=' && *at_ != '\r' && *at_ != '\n'; ++at_) {
      const auto octet = static_cast<unsigned char>(*at_);
      if ((octet < 0x20 && octet != '\t') || octet > 0x7E) {
        state_.report.raw_octet.add(base + static_cast<std::uint64_t>(at_ - from));
      }
      *out_++ = *at_;
    }
  }

  static constexpr std::uint64_t lane_limit(std::size_t lanes) { return (std::uint64_t{1} << lanes) - 1; }

  HWY_INLINE void tally_raw(std::uint64_t raw, std::uint64_t offset) {
    if (raw == 0) return;
    Occurrences& met = state_.report.raw_octet;
    if (met.count == 0) met.first = offset + static_cast<std::uint64_t>(std::countr_zero(raw));
    met.count += static_cast<std::uint64_t>(std::popcount(raw));
  }

  static constexpr bool is_blank(char octet) { return octet == ' ' || octet == '\t'; }

  /// Escapes and soft breaks from "=" on. False: left to the plain decoder.
  HWY_INLINE bool escape() {
    do {
      if (end_ - at_ < 3) return false;
      const unsigned high = scalar::hex_values[static_cast<unsigned char>(at_[1])];
      const unsigned low = scalar::hex_values[static_cast<unsigned char>(at_[2])];
      if ((high | low) < 16) {
        *out_++ = static_cast<char>(high << 4 | low);
        at_ += 3;
      } else if (at_[1] == '\r' && at_[2] == '\n') {
        at_ += 3;
      } else if (at_[1] == '\n') {
        at_ += 2;
      } else {
        return false;
      }
      run_ = at_;
    } while (at_ < end_ && *at_ == '=');
    return true;
  }

  /// A line end. False: left to the plain decoder.
  HWY_INLINE bool line_end(std::uint64_t base, const char* from) {
    const bool crlf = *at_ == '\r';
    if (crlf && (end_ - at_ < 2 || at_[1] != '\n')) return false;
    if (at_ > run_ && is_blank(at_[-1])) {
      const char* blank = at_;
      while (blank > run_ && is_blank(blank[-1])) --blank;
      const auto blanks = static_cast<std::size_t>(at_ - blank);
      if (blanks <= QuotedPrintableState::blanks_limit) {
        state_.report.trailing_blanks.add(base + static_cast<std::uint64_t>(blank - from));
        out_ -= blanks;
      }
    }
    if (crlf) *out_++ = *at_++;
    *out_++ = *at_++;
    run_ = at_;
    return true;
  }

  QuotedPrintableState& state_;
  const char* at_;
  const char* end_;
  char* out_;
  const char* run_ = nullptr;  ///< from here on every octet up to at_ was copied
};

std::size_t decode_quoted_printable(QuotedPrintableState& state, std::string_view octets, char* out) {
  return QuotedPrintableChunk(state, octets, out).decode();
}

}  // namespace mailparse::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mailparse {

HWY_EXPORT(decode_quoted_printable);

std::size_t QuotedPrintableDecoder::decode(std::string_view octets, std::span<char> out) noexcept {
  return HWY_DYNAMIC_DISPATCH(decode_quoted_printable)(state_, octets, out.data());
}

std::size_t QuotedPrintableDecoder::finish(std::span<char> out) noexcept {
  return static_cast<std::size_t>(scalar::finish_quoted_printable(state_, out.data()) - out.data());
}

void QuotedPrintableDecoder::reset() noexcept {
  state_.report = {};
  state_.place = QuotedPrintablePlace::text;
  state_.held_size = 0;
}

}  // namespace mailparse
#endif
