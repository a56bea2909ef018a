// Takes DEFLATE off one side of a conversation.
// Layer: session, private. RFC 4978, RFC 1951.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

struct z_stream_s;

namespace mailparse {

/// Inflates a stream that comes in pieces. Keeps zlib's window and one block of output.
class Inflater {
 public:
  enum class State : std::uint8_t {
    going,
    ended,     ///< the stream says that it is over
    damaged,   ///< no DEFLATE from here on
    too_much,  ///< it expands to a suspicious degree
  };

  Inflater();
  ~Inflater();

  /// Takes from the front of `octets` and gives what they expand to, a block at most; lives until the next call.
  /// Nothing comes once `octets` are used up or the state is no longer `going`.
  [[nodiscard]] std::string_view next(std::string_view& octets);
  [[nodiscard]] State state() const noexcept { return state_; }

 private:
  struct End {
    void operator()(z_stream_s* stream) const noexcept;
  };
  std::unique_ptr<z_stream_s, End> stream_;
  std::array<char, 16 * 1024> block_;
  std::uint64_t taken_ = 0;
  std::uint64_t given_ = 0;
  State state_ = State::going;
};

}  // namespace mailparse
