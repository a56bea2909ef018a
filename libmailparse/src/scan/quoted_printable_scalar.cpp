#include "scan/quoted_printable_scalar.hpp"

#include <cstring>

#include <mailparse/base/octets.hpp>

namespace mailparse::scalar {
namespace {

using enum QuotedPrintablePlace;

constexpr bool is_hex(char octet) noexcept {
  return hex_values[static_cast<unsigned char>(octet)] != no_hex_digit;
}
constexpr bool is_blank(char octet) noexcept {
  return octet == ' ' || octet == '\t';
}

/// One octet's step through the decoder.
class Step {
 public:
  Step(QuotedPrintableState& state, char* out) noexcept : state_(state), out_(out) {}

  char* take(char octet) noexcept {
    switch (state_.place) {
      case text:
        begin(octet);
        break;
      case blanks:
        after_blanks(octet);
        break;
      case long_blanks:
        if (is_blank(octet)) {
          give(octet);
        } else {
          begin(octet);
        }
        break;
      case cr:
        after_cr(octet);
        break;
      case equals:
        after_equals(octet);
        break;
      case equals_digit:
        after_digit(octet);
        break;
      case equals_blanks:
        after_equals_blanks(octet);
        break;
      case equals_cr:
        after_equals_cr(octet);
        break;
    }
    ++state_.report.octets;
    return out_;
  }

  char* finish() noexcept {
    switch (state_.place) {
      case text:
      case long_blanks:
        break;
      case blanks:
        drop_blanks(state_.held_size);
        break;
      case cr:
        state_.report.raw_octet.add(offset() - 1);
        give_held();
        break;
      case equals:
        break;
      case equals_digit:
        bad_escape();
        break;
      case equals_blanks:
        state_.report.space_after_equals.add(held_offset());
        break;
      case equals_cr:
        if (state_.held_size > 2) state_.report.space_after_equals.add(held_offset());
        break;
    }
    hold_nothing(text);
    return out_;
  }

 private:
  [[nodiscard]] std::uint64_t offset() const noexcept { return state_.report.octets; }
  [[nodiscard]] std::uint64_t held_offset() const noexcept { return offset() - state_.held_size; }

  void give(char octet) noexcept { *out_++ = octet; }
  void give_held() noexcept {
    std::memcpy(out_, state_.held.data(), state_.held_size);
    out_ += state_.held_size;
  }
  void hold(char octet, QuotedPrintablePlace place) noexcept {
    state_.held[state_.held_size++] = octet;
    state_.place = place;
  }
  void hold_nothing(QuotedPrintablePlace place) noexcept {
    state_.held_size = 0;
    state_.place = place;
  }
  void drop_blanks(std::size_t size) noexcept {
    if (size > 0) state_.report.trailing_blanks.add(held_offset());
  }
  /// What is held is text after all.
  void bad_escape() noexcept {
    state_.report.bad_escape.add(held_offset());
    give_held();
    hold_nothing(text);
  }

  /// An octet when nothing is held.
  void begin(char octet) noexcept {
    state_.place = text;
    if (octet == '=') {
      hold(octet, equals);
    } else if (is_blank(octet)) {
      hold(octet, blanks);
    } else if (octet == '\r') {
      hold(octet, cr);
    } else {
      if (octet != '\n' && !is(OctetClass::vchar, octet)) state_.report.raw_octet.add(offset());
      give(octet);
    }
  }

  void after_blanks(char octet) noexcept {
    if (octet == '\n') {
      drop_blanks(state_.held_size);
      hold_nothing(text);
      give(octet);
    } else if (octet == '\r') {
      hold(octet, cr);
    } else if (is_blank(octet) && state_.held_size < QuotedPrintableState::blanks_limit) {
      hold(octet, blanks);
    } else {
      give_held();
      hold_nothing(is_blank(octet) ? long_blanks : text);
      is_blank(octet) ? give(octet) : begin(octet);
    }
  }

  void after_cr(char octet) noexcept {
    if (octet == '\n') {
      drop_blanks(state_.held_size - 1U);
      hold_nothing(text);
      give('\r');
      give('\n');
      return;
    }
    state_.report.raw_octet.add(offset() - 1);
    give_held();
    hold_nothing(text);
    begin(octet);
  }

  void after_equals(char octet) noexcept {
    if (is_hex(octet)) {
      hold(octet, equals_digit);
    } else if (is_blank(octet)) {
      hold(octet, equals_blanks);
    } else if (octet == '\r') {
      hold(octet, equals_cr);
    } else if (octet == '\n') {
      hold_nothing(text);
    } else {
      bad_escape();
      begin(octet);
    }
  }

  void after_digit(char octet) noexcept {
    if (!is_hex(octet)) {
      bad_escape();
      begin(octet);
      return;
    }
    const unsigned high = hex_values[static_cast<unsigned char>(state_.held[1])];
    const unsigned low = hex_values[static_cast<unsigned char>(octet)];
    give(static_cast<char>(high << 4 | low));
    hold_nothing(text);
  }

  void after_equals_blanks(char octet) noexcept {
    if (octet == '\n') {
      state_.report.space_after_equals.add(held_offset());
      hold_nothing(text);
    } else if (octet == '\r') {
      hold(octet, equals_cr);
    } else if (is_blank(octet) && state_.held_size <= QuotedPrintableState::blanks_limit) {
      hold(octet, equals_blanks);
    } else {
      bad_escape();
      if (is_blank(octet)) {
        state_.place = long_blanks;
        give(octet);
      } else {
        begin(octet);
      }
    }
  }

  void after_equals_cr(char octet) noexcept {
    if (octet == '\n') {
      if (state_.held_size > 2) state_.report.space_after_equals.add(held_offset());
      hold_nothing(text);
      return;
    }
    state_.report.raw_octet.add(offset() - 1);
    bad_escape();
    begin(octet);
  }

  QuotedPrintableState& state_;
  char* out_;
};

}  // namespace

char* decode_quoted_printable_octet(QuotedPrintableState& state, char octet, char* out) noexcept {
  char* const end = Step(state, out).take(octet);
  state.report.decoded += static_cast<std::uint64_t>(end - out);
  return end;
}

char* finish_quoted_printable(QuotedPrintableState& state, char* out) noexcept {
  char* const end = Step(state, out).finish();
  state.report.decoded += static_cast<std::uint64_t>(end - out);
  return end;
}

}  // namespace mailparse::scalar
