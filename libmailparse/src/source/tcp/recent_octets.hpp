// The octets of one side that were delivered last, kept so that a second copy of them can be compared.
// Layer: source.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/ring.hpp"
#include "source/tcp/second_copy.hpp"
#include "source/tcp/sequence.hpp"

namespace mailparse::tcp {

class RecentOctets;

/// Bounds the memory of all RecentOctets together: the one that was written to longest ago is forgotten first. Whole
/// buffers go from one to the next, so that new connections are written to memory that is in the cache.
class RecentPool {
 public:
  explicit RecentPool(std::uint64_t limit_octets) : limit_(limit_octets) { spares_.reserve(most_spares); }
  [[nodiscard]] std::uint64_t octets() const noexcept { return octets_; }

 private:
  friend class RecentOctets;
  static constexpr std::size_t most_spares = 256;

  void touch(RecentOctets& member) noexcept;
  void leave(RecentOctets& member) noexcept;
  void shrink(const RecentOctets& spared) noexcept;
  /// A buffer of RecentOctets::octets_limit that another one had; null where there is none.
  [[nodiscard]] std::unique_ptr<char[]> take_spare() noexcept;
  void keep_spare(std::unique_ptr<char[]> buffer) noexcept;

  std::uint64_t limit_;
  std::uint64_t octets_ = 0;
  RecentOctets* oldest_ = nullptr;
  RecentOctets* newest_ = nullptr;
  std::vector<std::unique_ptr<char[]>> spares_;  ///< counted in octets_
};

class RecentOctets {
 public:
  /// An ordinary window without scaling; what lies further back was acknowledged long since.
  static constexpr std::size_t octets_limit = 64 * 1024;

  explicit RecentOctets(RecentPool& pool) noexcept : pool_(pool) {}
  ~RecentOctets() { release(); }
  RecentOctets(const RecentOctets&) = delete;
  RecentOctets& operator=(const RecentOctets&) = delete;

  /// `begin` is where the call before ended.
  void append(Position begin, std::string_view octets, std::uint64_t frame, std::uint8_t ttl);
  void append_missing(Position begin, Position end, std::uint64_t frame);
  /// Tells `sink` of each first copy of `octets`, in order; everything before the end of what was appended.
  void compare(Position begin, std::string_view octets, SecondCopySink& sink) const;
  void release() noexcept;

 private:
  friend class RecentPool;
  struct Record {
    Position begin = 0;
    Position end = 0;
    std::uint64_t stored = 0;  ///< value of written_ where its octets begin
    std::uint64_t frame = 0;
    std::uint8_t ttl = 0;
    bool missing = false;
  };
  static constexpr std::size_t records_limit = 512;

  void store(const Record& record, std::string_view octets);
  void reserve(std::size_t octets);
  void forget_overwritten() noexcept;
  [[nodiscard]] std::uint64_t memory() const noexcept { return capacity_ + records_.capacity() * sizeof(Record); }
  void add(Record record);

  RecentPool& pool_;
  RecentOctets* older_ = nullptr;
  RecentOctets* newer_ = nullptr;
  bool pooled_ = false;
  std::uint64_t counted_ = 0;  ///< memory() as the pool knows it
  std::unique_ptr<char[]> octets_;
  std::size_t capacity_ = 0;   ///< of octets_, a power of two
  std::uint64_t written_ = 0;  ///< octets ever stored, unused ends of the buffer included
  Ring<Record> records_;       ///< ascending, without holes
};

}  // namespace mailparse::tcp
