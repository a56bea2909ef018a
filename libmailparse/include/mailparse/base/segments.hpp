// A sequence that grows without moving what is in it.
// Layer: base.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <mailparse/base/index_iterator.hpp>

namespace mailparse {

/// Elements in blocks of `block_size`: no element ever moves, and less than one block's room stays unused. A vector
/// that doubles holds up to twice what it shows, and three times that while it grows; with tens of thousands of growing
/// sequences that is where the memory goes.
template <class T, std::size_t block_size = 4>
class Segments {
 public:
  using value_type = T;
  using size_type = std::size_t;
  using reference = T&;
  using const_reference = const T&;
  using iterator = IndexIterator<Segments>;
  using const_iterator = IndexIterator<const Segments>;

  Segments() noexcept = default;
  Segments(Segments&& from) noexcept : blocks_(std::move(from.blocks_)), size_(std::exchange(from.size_, 0)) {}
  Segments& operator=(Segments&& from) noexcept {
    std::swap(blocks_, from.blocks_);
    std::swap(size_, from.size_);
    return *this;
  }
  Segments(const Segments&) = delete;
  Segments& operator=(const Segments&) = delete;
  ~Segments() { clear(); }

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] T& operator[](std::size_t i) noexcept { return *slot(i); }
  [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return *slot(i); }
  [[nodiscard]] T& front() noexcept { return *slot(0); }
  [[nodiscard]] const T& front() const noexcept { return *slot(0); }
  [[nodiscard]] T& back() noexcept { return *slot(size_ - 1); }
  [[nodiscard]] const T& back() const noexcept { return *slot(size_ - 1); }
  [[nodiscard]] iterator begin() noexcept { return {*this, 0}; }
  [[nodiscard]] iterator end() noexcept { return {*this, size_}; }
  [[nodiscard]] const_iterator begin() const noexcept { return {*this, 0}; }
  [[nodiscard]] const_iterator end() const noexcept { return {*this, size_}; }

  template <class... Arguments>
  T& emplace_back(Arguments&&... arguments) {
    if (size_ == blocks_.size() * block_size) blocks_.push_back(std::make_unique_for_overwrite<Block>());
    T* const made = std::construct_at(slot(size_), std::forward<Arguments>(arguments)...);
    ++size_;
    return *made;
  }
  void push_back(T value) { emplace_back(std::move(value)); }
  void clear() noexcept {
    while (size_ > 0) std::destroy_at(slot(--size_));
    blocks_.clear();
  }

 private:
  struct Block {
    alignas(T) std::byte octets[sizeof(T) * block_size];
  };
  [[nodiscard]] T* slot(std::size_t i) const noexcept {
    return reinterpret_cast<T*>(blocks_[i / block_size]->octets) + i % block_size;
  }

  std::vector<std::unique_ptr<Block>> blocks_;
  std::size_t size_ = 0;
};

}  // namespace mailparse
