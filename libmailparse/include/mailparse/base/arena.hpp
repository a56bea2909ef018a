// Memory for decoded text that must outlive the octets it came from.
// Layer: base.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace mailparse {

/// Grows by blocks, frees all at once; views stay valid until clear() or destruction. Not for concurrent use.
class Arena {
 public:
  explicit Arena(std::size_t block_octets = 16 * 1024) noexcept : block_octets_(block_octets) {}

  /// `size` writable octets, never null.
  [[nodiscard]] char* allocate(std::size_t size);
  /// A copy of `text` that lives in the arena.
  [[nodiscard]] std::string_view copy(std::string_view text);
  /// Forgets everything and keeps the first block for reuse.
  void clear() noexcept;

 private:
  struct Block {
    std::unique_ptr<char[]> octets;
    std::size_t size = 0;
  };
  std::size_t block_octets_;
  std::vector<Block> blocks_;
  std::size_t used_ = 0;  ///< of the last block
};

}  // namespace mailparse
