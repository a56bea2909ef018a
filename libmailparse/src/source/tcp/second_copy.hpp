// The first copy of octets of which another one came, for those who compare.
// Layer: source.
#pragma once

#include <cstdint>
#include <string_view>

#include "source/tcp/sequence.hpp"

namespace mailparse::tcp {

struct FirstCopy {
  enum class Kind : std::uint8_t {
    octets,     ///< `octets` are here to be compared
    missing,    ///< a gap was declared for them
    forgotten,  ///< delivered too long ago
  };
  Kind kind = Kind::octets;
  Position begin = 0;
  std::string_view octets;  ///< as long as the second copy; empty unless Kind::octets
  std::uint64_t frame = 0;
  std::uint8_t ttl = 0;
};

class SecondCopySink {
 public:
  virtual ~SecondCopySink() = default;
  /// `second` begins at `first.begin`.
  virtual void on_second_copy(const FirstCopy& first, std::string_view second) = 0;
};

}  // namespace mailparse::tcp
