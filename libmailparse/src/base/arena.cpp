#include <algorithm>
#include <cstring>

#include <mailparse/base/arena.hpp>

namespace mailparse {

char* Arena::allocate(std::size_t size) {
  if (blocks_.empty() || blocks_.back().size - used_ < size) {
    const std::size_t block = std::max(size, block_octets_);
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(block), block});
    used_ = 0;
  }
  char* const octets = blocks_.back().octets.get() + used_;
  used_ += size;
  return octets;
}

std::string_view Arena::copy(std::string_view text) {
  if (text.empty()) return {};
  char* const octets = allocate(text.size());
  std::memcpy(octets, text.data(), text.size());
  return {octets, text.size()};
}

void Arena::clear() noexcept {
  if (blocks_.size() > 1) blocks_.resize(1);
  used_ = 0;
}

}  // namespace mailparse
