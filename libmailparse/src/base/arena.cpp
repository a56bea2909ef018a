#include <algorithm>
#include <cstring>
#include <utility>

#include <mailparse/base/arena.hpp>

namespace mailparse {

void Arena::add_block(std::size_t at_least) {
  const std::size_t size = std::max(at_least, next_octets_);
  next_octets_ = std::min(block_octets_, next_octets_ * 2);
  newest_ = ::new (::operator new(sizeof(Block) + size)) Block{newest_, size};
  free_ = newest_->octets();
  left_ = size;
}

void Arena::free_from(Block* block) noexcept {
  while (block != nullptr) ::operator delete(std::exchange(block, block->before));
}

std::string_view Arena::copy(std::string_view text) {
  if (text.empty()) return {};
  char* const octets = allocate(text.size());
  std::memcpy(octets, text.data(), text.size());
  return {octets, text.size()};
}

void Arena::clear() noexcept {
  if (newest_ == nullptr) return;
  while (newest_->before != nullptr) ::operator delete(std::exchange(newest_, newest_->before));
  free_ = newest_->octets();
  left_ = newest_->size;
}

void Arena::swap(Arena& other) noexcept {
  std::swap(block_octets_, other.block_octets_);
  std::swap(next_octets_, other.next_octets_);
  std::swap(newest_, other.newest_);
  std::swap(free_, other.free_);
  std::swap(left_, other.left_);
}

}  // namespace mailparse
