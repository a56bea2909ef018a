// Calls of a source that wait until it is known who shall receive them.
// Layer: trace, private.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <mailparse/base/stream.hpp>

namespace mailparse {

/// Keeps a StreamSink's calls, with copies of their octets, and repeats them once.
class HeldStream {
 public:
  void hold(const Chunk& chunk);
  void hold(const Gap& gap) { calls_.emplace_back(gap); }
  void hold(const Elided& elided) { calls_.emplace_back(elided); }
  void hold(Side side, StreamEnd end, const Stamp& stamp) { calls_.emplace_back(End{side, end, stamp}); }
  void hold(Diagnostic diagnostic) { calls_.emplace_back(std::move(diagnostic)); }

  /// Memory taken, about.
  [[nodiscard]] std::uint64_t octets() const noexcept { return octets_.size() + calls_.size() * sizeof(Call); }
  /// Octets of the conversation.
  [[nodiscard]] std::uint64_t text_octets() const noexcept { return octets_.size(); }
  [[nodiscard]] std::size_t calls() const noexcept { return calls_.size(); }
  /// Makes all calls in their order and forgets them.
  void release_to(StreamSink& sink);
  /// Forgets octets, gaps and elisions; findings and ends stay.
  void drop_octets();

 private:
  struct HeldChunk {
    Chunk chunk;            ///< its view is set on release
    std::size_t begin = 0;  ///< in octets_
    std::size_t size = 0;
  };
  struct End {
    Side side;
    StreamEnd end;
    Stamp stamp;
  };
  using Call = std::variant<HeldChunk, Gap, Elided, End, Diagnostic>;
  std::vector<Call> calls_;
  std::string octets_;
};

/// What all undecided conversations of a run hold together.
struct HeldTotal {
  std::uint64_t& octets;
  std::uint64_t limit;
};

/// What one of them holds of that; its end gives everything back. The total must outlive it.
class HeldShare {
 public:
  explicit HeldShare(HeldTotal total) noexcept : total_(total) {}
  ~HeldShare() { set(0); }
  HeldShare(const HeldShare&) = delete;
  HeldShare& operator=(const HeldShare&) = delete;

  void set(std::uint64_t octets) noexcept {
    total_.octets += octets - own_;
    own_ = octets;
  }
  [[nodiscard]] bool exhausts() const noexcept { return total_.octets > total_.limit; }

 private:
  HeldTotal total_;
  std::uint64_t own_ = 0;
};

}  // namespace mailparse
