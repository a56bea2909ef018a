// A growing circular buffer: a queue that allocates nothing while it is empty.
// Layer: base, private.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include <mailparse/base/index_iterator.hpp>

namespace mailparse {

/// std::deque takes half a kilobyte before its first element; a million connections hold several of these. What is
/// taken off either end gives its own memory back at once, its slot stays until release(). References to elements end
/// with the next push. For fewer than 2^31 elements.
template <class T>
class Ring {
 public:
  Ring() noexcept = default;
  Ring(Ring&& from) noexcept
      : slots_(std::move(from.slots_)),
        capacity_(std::exchange(from.capacity_, 0)),
        first_(std::exchange(from.first_, 0)),
        size_(std::exchange(from.size_, 0)) {}
  Ring& operator=(Ring&& from) noexcept {
    std::swap(slots_, from.slots_);
    std::swap(capacity_, from.capacity_);
    std::swap(first_, from.first_);
    std::swap(size_, from.size_);
    return *this;
  }
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring() = default;

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] T& operator[](std::size_t i) noexcept { return slots_[(first_ + i) & (capacity_ - 1)]; }
  [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return slots_[(first_ + i) & (capacity_ - 1)]; }
  [[nodiscard]] T& front() noexcept { return (*this)[0]; }
  [[nodiscard]] const T& front() const noexcept { return (*this)[0]; }
  [[nodiscard]] T& back() noexcept { return (*this)[size_ - 1]; }
  [[nodiscard]] const T& back() const noexcept { return (*this)[size_ - 1]; }
  [[nodiscard]] IndexIterator<Ring> begin() noexcept { return {*this, 0}; }
  [[nodiscard]] IndexIterator<Ring> end() noexcept { return {*this, size_}; }
  [[nodiscard]] IndexIterator<const Ring> begin() const noexcept { return {*this, 0}; }
  [[nodiscard]] IndexIterator<const Ring> end() const noexcept { return {*this, size_}; }

  void push_back(T value) {
    if (size_ == capacity_) grow();
    (*this)[size_++] = std::move(value);
  }
  void push_front(T value) {
    if (size_ == capacity_) grow();
    first_ = (first_ + capacity_ - 1) & (capacity_ - 1);
    ++size_;
    front() = std::move(value);
  }
  void pop_front() {
    drop(front());
    first_ = (first_ + 1) & (capacity_ - 1);
    --size_;
  }
  void pop_back() {
    drop(back());
    --size_;
  }
  void clear() {
    while (!empty()) pop_back();
    first_ = 0;
  }
  /// Gives the memory back, too.
  void release() noexcept { *this = Ring(); }

 private:
  static constexpr std::uint32_t first_capacity = 2;

  static void drop(T& value) {
    if constexpr (!std::is_trivially_destructible_v<T>) value = T{};
  }

  void grow() {
    const std::uint32_t wider = capacity_ == 0 ? first_capacity : capacity_ * 2;
    auto slots = std::make_unique<T[]>(wider);
    for (std::size_t i = 0; i < size_; ++i) slots[i] = std::move((*this)[i]);
    slots_ = std::move(slots);
    capacity_ = wider;
    first_ = 0;
  }

  std::unique_ptr<T[]> slots_;
  std::uint32_t capacity_ = 0;  ///< a power of two
  std::uint32_t first_ = 0;
  std::uint32_t size_ = 0;
};

}  // namespace mailparse
