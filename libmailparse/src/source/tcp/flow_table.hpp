// Which connection a segment belongs to: a hash table of pairs of endpoints.
// Layer: source.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <mailparse/source/tcp_segment.hpp>

namespace mailparse::tcp {

/// Both endpoints of a connection, the lower one first, so that both directions have the same key.
class FlowKey {
 public:
  FlowKey() = default;
  /// `direction` is that of the segment.
  FlowKey(const TcpSegment& segment, unsigned direction) noexcept;

  /// 0 when the segment was sent by the lower endpoint, 1 by the higher one.
  [[nodiscard]] static unsigned direction(const TcpSegment& segment) noexcept;

  /// The endpoint that sends in direction 0 or 1.
  [[nodiscard]] IpAddress address(unsigned direction) const noexcept;
  [[nodiscard]] std::uint16_t port(unsigned direction) const noexcept;

  [[nodiscard]] std::uint64_t hash(std::uint64_t seed) const noexcept;
  bool operator==(const FlowKey&) const = default;

 private:
  std::array<std::uint64_t, 5> words_{};  ///< lower address, higher address, ports and families
};

/// Open addressing with linear probing; numbers the keys densely, so that what belongs to a key lies in a vector beside
/// it. The hash is seeded at random, so that nobody can prepare a capture whose endpoints all collide; nothing that is
/// seen from outside depends on the seed.
class FlowTable {
 public:
  using Id = std::uint32_t;
  static constexpr Id none = 0xFFFF'FFFF;

  FlowTable();
  explicit FlowTable(std::uint64_t seed) : seed_(seed) {}

  [[nodiscard]] Id find(const FlowKey& key) const noexcept;
  /// `key` must not be there yet. Numbers of erased keys are used again.
  Id insert(const FlowKey& key);
  void erase(Id id) noexcept;
  [[nodiscard]] const FlowKey& key(Id id) const noexcept { return keys_[id]; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  struct Slot {
    std::uint32_t tag = 0;  ///< of the hash; its low bits are the slot where the search begins
    Id id = none;
  };

  [[nodiscard]] std::uint32_t tag_of(const FlowKey& key) const noexcept {
    return static_cast<std::uint32_t>(key.hash(seed_) >> 32);
  }
  [[nodiscard]] std::size_t mask() const noexcept { return slots_.size() - 1; }
  void place(Slot slot) noexcept;
  void grow();

  std::uint64_t seed_;
  std::vector<Slot> slots_;
  std::vector<FlowKey> keys_;
  std::vector<Id> unused_;
  std::size_t size_ = 0;
};

}  // namespace mailparse::tcp
