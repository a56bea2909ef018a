// Groups of 64 octets in which all is regular (text, escapes, soft breaks, line ends without blanks before them) are
// decoded without a branch on where these stand: every octet as if an escape began there, then the octets that count
// are moved together. What is irregular, and the chunk's last octets, are met one by one: text is copied a vector at a
// time up to the next "=", CR or LF, blanks before a line end are taken back, and what cannot be decided goes octet by
// octet through the plain decoder.
#include "scan/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "scan/quoted_printable.cpp"
#include <hwy/foreach_target.h>
// The rest comes behind foreach_target, which includes this file again for each target.
#include <array>
#include <bit>

#include <hwy/highway.h>

#include <mailparse/scan/quoted_printable.hpp>

#include "scan/octet_masks-inl.hpp"
#include "scan/quoted_printable_scalar.hpp"

HWY_BEFORE_NAMESPACE();
namespace mailparse::HWY_NAMESPACE {

/// At most half of a 76-octet line, so that little is copied twice.
using Tag = hn::CappedTag<std::uint8_t, 32>;

/// Lanes of octets that stand in no quoted-printable text: neither printable nor blank nor of a line end.
template <class D, class V, class M>
HWY_INLINE auto raw_lanes(D d, V v, M line_end) {
  // Printable octets and SP are 0x20-0x7E; the wrap-around puts all others above.
  const auto shifted = hn::Sub(v, hn::Set(d, 0x20));
  const auto printable = hn::Eq(hn::Min(shifted, hn::Set(d, 0x5E)), shifted);
  return hn::Not(hn::Or(hn::Or(printable, hn::Eq(v, hn::Set(d, '\t'))), line_end));
}

#if HWY_TARGET != HWY_SCALAR

/// Which of the 64 octets at `octets` are what, by the two behind each, so that 66 are read.
struct QuotedPrintableMasks {
  std::uint64_t equals = 0;
  std::uint64_t escape = 0;      ///< "=" before two hex digits; told by decode_each()
  std::uint64_t break_lf = 0;    ///< "=" before LF
  std::uint64_t break_crlf = 0;  ///< "=" before CRLF
  std::uint64_t raw = 0;         ///< neither printable nor blank nor CR nor LF
  std::uint64_t undecided = 0;   ///< a CR without LF, the last blank before a line end
};

/// The value of hex digits; `is_digit` is false in the lanes of other octets.
template <class V, class M>
HWY_INLINE V hex_value(V v, M& is_digit) {
  constexpr OctetTag d;
  const auto number = hn::Sub(v, hn::Set(d, '0'));
  const auto letter = hn::Sub(hn::Or(v, hn::Set(d, 0x20)), hn::Set(d, 'a'));
  const auto is_letter = hn::Eq(hn::Min(letter, hn::Set(d, 5)), letter);
  is_digit = hn::Or(is_letter, hn::Eq(hn::Min(number, hn::Set(d, 9)), number));
  return hn::IfThenElse(is_letter, hn::Add(letter, hn::Set(d, 10)), number);
}

HWY_INLINE QuotedPrintableMasks quoted_printable_masks(const char* octets) {
  constexpr OctetTag d;
  const auto* const at = reinterpret_cast<const std::uint8_t*>(octets);
  const auto is = [](auto v, char c) HWY_ATTR { return hn::Eq(v, hn::Set(OctetTag(), static_cast<std::uint8_t>(c))); };
  QuotedPrintableMasks masks;
  for (std::size_t i = 0; i < group_octets; i += hn::Lanes(d)) {
    const auto v = hn::LoadU(d, at + i);
    const auto next = hn::LoadU(d, at + i + 1);
    const auto after = hn::LoadU(d, at + i + 2);
    const auto equals = is(v, '=');
    const auto cr = is(v, '\r');
    const auto lf_next = is(next, '\n');
    const auto cr_next = is(next, '\r');
    const auto blank_before_end = hn::And(hn::Or(is(v, ' '), is(v, '\t')), hn::Or(lf_next, cr_next));
    masks.equals |= lane_bits(equals) << i;
    masks.break_lf |= lane_bits(hn::And(equals, lf_next)) << i;
    masks.break_crlf |= lane_bits(hn::And(equals, hn::And(cr_next, is(after, '\n')))) << i;
    masks.undecided |= lane_bits(hn::Or(blank_before_end, hn::AndNot(lf_next, cr))) << i;
    masks.raw |= lane_bits(raw_lanes(d, v, hn::Or(cr, is(v, '\n')))) << i;
  }
  return masks;
}

/// Writes to `out` what each octet is if it is none or begins an escape, which is told in `masks`.
HWY_INLINE void decode_each(const char* octets, QuotedPrintableMasks& masks, std::uint8_t* out) {
  constexpr OctetTag d;
  constexpr hn::Repartition<std::uint16_t, OctetTag> d16;
  const auto* const at = reinterpret_cast<const std::uint8_t*>(octets);
  for (std::size_t i = 0; i < group_octets; i += hn::Lanes(d)) {
    const auto v = hn::LoadU(d, at + i);
    hn::Mask<OctetTag> first_is_digit;
    hn::Mask<OctetTag> second_is_digit;
    const auto first = hex_value(hn::LoadU(d, at + i + 1), first_is_digit);
    const auto second = hex_value(hn::LoadU(d, at + i + 2), second_is_digit);
    const auto escape = hn::And(hn::Eq(v, hn::Set(d, '=')), hn::And(first_is_digit, second_is_digit));
    const auto high = hn::BitCast(d, hn::ShiftLeft<4>(hn::BitCast(d16, hn::And(first, hn::Set(d, 15)))));
    hn::StoreU(hn::IfThenElse(escape, hn::Or(high, second), v), d, out + i);
    masks.escape |= lane_bits(escape) << i;
  }
}

/// For each set of eight octets, where those that count come from.
constexpr auto octets_moved_together = [] {
  std::array<std::array<std::uint8_t, 8>, 256> sources{};
  for (unsigned set = 0; set < 256; ++set) {
    std::size_t size = 0;
    for (std::uint8_t i = 0; i < 8; ++i) {
      if ((set >> i & 1) != 0) sources[set][size++] = i;
    }
  }
  return sources;
}();

/// Moves those of 64 octets together that `counts` has; up to eight more are written. Returns where the next one goes.
HWY_INLINE char* move_together(const std::uint8_t* octets, std::uint64_t counts, char* out) {
  constexpr hn::FixedTag<std::uint8_t, 8> d;
  for (std::size_t i = 0; i < group_octets; i += 8, counts >>= 8) {
    const auto sources = hn::LoadU(d, octets_moved_together[counts & 0xFF].data());
    hn::StoreU(hn::TableLookupBytes(hn::LoadU(d, octets + i), sources), d, reinterpret_cast<std::uint8_t*>(out));
    out += std::popcount(counts & 0xFF);
  }
  return out;
}

#endif

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
      if (resting_ > 0)
        --resting_;
      else
        pass_groups(base, from);
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

  /// Decodes groups up to something irregular or the octets that are less than a group and the two behind it.
  void pass_groups([[maybe_unused]] std::uint64_t base, [[maybe_unused]] const char* from) {
#if HWY_TARGET != HWY_SCALAR
    constexpr std::ptrdiff_t wanted = group_octets + 2;
    const char* const begin = at_;
    std::uint64_t undecided = 0;
    while (undecided == 0 && end_ - at_ >= wanted) {
      QuotedPrintableMasks masks = quoted_printable_masks(at_);
      alignas(64) std::uint8_t decoded[group_octets];
      const char* group = at_;
      if (masks.equals != 0) {
        decode_each(at_, masks, decoded);
        group = reinterpret_cast<const char*>(decoded);
      }
      const std::uint64_t three = masks.escape | masks.break_crlf;
      const std::uint64_t breaks = masks.break_lf | masks.break_crlf;
      undecided = masks.undecided | (masks.equals & ~(masks.escape | breaks));
      const std::uint64_t regular = undecided == 0 ? ~std::uint64_t{0} : (undecided & (~undecided + 1)) - 1;
      if (HWY_UNLIKELY((masks.raw & regular) != 0))
        tally_raw(masks.raw & regular, base + static_cast<std::uint64_t>(at_ - from));
      const std::uint64_t passed_over = breaks | (three | masks.break_lf) << 1 | three << 2;
      out_ = move_together(reinterpret_cast<const std::uint8_t*>(group), regular & ~passed_over, out_);
      // What begins in this group may end in the next one.
      const std::uint64_t behind = (three >> 63) << 1 | ((three >> 62 | masks.break_lf >> 63) & 1);
      at_ += undecided == 0 ? group_octets + behind : static_cast<std::size_t>(std::countr_zero(undecided));
    }
    // Where little is regular, whole groups are looked at for a few octets each.
    constexpr std::ptrdiff_t worth_it = 16;
    constexpr unsigned rest = 16;
    if (at_ - begin < worth_it) resting_ = rest;
#endif
  }

  /// Copies until "=", CR or LF is next, or less than a vector is left and a plain octet is next that is the chunk's
  /// last.
  void copy_text(std::uint64_t base, const char* from) {
    constexpr Tag d;
    const std::size_t lanes = hn::Lanes(d);
    while (static_cast<std::size_t>(end_ - at_) >= lanes) {
      const auto v = hn::LoadU(d, reinterpret_cast<const std::uint8_t*>(at_));
      hn::StoreU(v, d, reinterpret_cast<std::uint8_t*>(out_));
      const auto line_end = hn::Or(hn::Eq(v, hn::Set(d, '\r')), hn::Eq(v, hn::Set(d, '\n')));
      const std::uint64_t stops = lane_bits(d, hn::Or(line_end, hn::Eq(v, hn::Set(d, '='))));
      const std::uint64_t raw = lane_bits(d, raw_lanes(d, v, line_end));
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
  const char* run_ = nullptr;  ///< blanks between here and at_ were copied
  unsigned resting_ = 0;       ///< how often pass_groups() is not worth it
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
