// Memory for decoded text that must outlive the octets it came from.
// Layer: base.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>

namespace mailparse {

/// Grows by blocks, frees all at once; views stay valid until clear() or destruction, also where the arena is moved.
/// Not for concurrent use.
class Arena {
 public:
  /// The first block has `first_octets`, each further one twice as many as the one before, up to `block_octets`: an
  /// arena of which many live at once and hold little begins small. What is larger than a block gets one of its own.
  explicit Arena(std::size_t block_octets = 16 * 1024) noexcept : Arena(block_octets, block_octets) {}
  Arena(std::size_t block_octets, std::size_t first_octets) noexcept
      : block_octets_(block_octets), next_octets_(first_octets) {}
  ~Arena() { free_from(newest_); }
  Arena(Arena&& from) noexcept : Arena(from.block_octets_, from.next_octets_) { swap(from); }
  Arena& operator=(Arena&& from) noexcept {
    swap(from);
    return *this;
  }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// `size` writable octets, never null.
  [[nodiscard]] char* allocate(std::size_t size) {
    if (left_ < size || newest_ == nullptr) add_block(size);
    char* const octets = free_;
    free_ += size;
    left_ -= size;
    return octets;
  }
  /// A copy of `text` that lives in the arena.
  [[nodiscard]] std::string_view copy(std::string_view text);
  /// `count` values of a type that nobody needs to destroy, made by default.
  template <class T>
  [[nodiscard]] std::span<T> make(std::size_t count);
  /// Forgets everything and keeps the first block for reuse.
  void clear() noexcept;

 private:
  struct Block {
    Block* before;
    std::size_t size;  ///< octets behind this
    [[nodiscard]] char* octets() noexcept { return reinterpret_cast<char*>(this + 1); }
  };

  void add_block(std::size_t at_least);
  static void free_from(Block* block) noexcept;
  void swap(Arena& other) noexcept;

  std::size_t block_octets_;
  std::size_t next_octets_;
  Block* newest_ = nullptr;
  char* free_ = nullptr;  ///< of the newest block
  std::size_t left_ = 0;
};

template <class T>
std::span<T> Arena::make(std::size_t count) {
  static_assert(std::is_trivially_destructible_v<T>);
  if (count == 0) return {};
  std::size_t room = count * sizeof(T) + alignof(T) - 1;
  void* place = allocate(room);
  T* const first = static_cast<T*>(std::align(alignof(T), count * sizeof(T), place, room));
  std::uninitialized_value_construct_n(first, count);
  return {first, count};
}

}  // namespace mailparse
