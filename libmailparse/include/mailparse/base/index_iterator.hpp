// The iterator of a sequence that is reached by index.
// Layer: base.
#pragma once

#include <compare>
#include <cstddef>
#include <iterator>
#include <type_traits>

namespace mailparse {

/// Goes over `Owner`, which is const where its elements are not to be changed, by operator[]. Valid as long as the
/// owner stays where it is.
template <class Owner>
class IndexIterator {
 public:
  using reference = decltype(std::declval<Owner&>()[0]);
  using pointer = std::remove_reference_t<reference>*;
  using value_type = std::remove_cvref_t<reference>;
  using difference_type = std::ptrdiff_t;
  using iterator_category = std::random_access_iterator_tag;

  IndexIterator() noexcept = default;
  IndexIterator(Owner& owner, std::size_t at) noexcept : owner_(&owner), at_(at) {}

  reference operator*() const noexcept { return (*owner_)[at_]; }
  pointer operator->() const noexcept { return &(*owner_)[at_]; }
  reference operator[](difference_type by) const noexcept { return *(*this + by); }
  IndexIterator& operator+=(difference_type by) noexcept {
    at_ += static_cast<std::size_t>(by);
    return *this;
  }
  IndexIterator& operator-=(difference_type by) noexcept { return *this += -by; }
  IndexIterator& operator++() noexcept { return *this += 1; }
  IndexIterator& operator--() noexcept { return *this += -1; }
  IndexIterator operator++(int) noexcept { return {*owner_, at_++}; }
  IndexIterator operator--(int) noexcept { return {*owner_, at_--}; }
  friend IndexIterator operator+(IndexIterator it, difference_type by) noexcept { return it += by; }
  friend IndexIterator operator+(difference_type by, IndexIterator it) noexcept { return it += by; }
  friend IndexIterator operator-(IndexIterator it, difference_type by) noexcept { return it -= by; }
  friend difference_type operator-(const IndexIterator& a, const IndexIterator& b) noexcept {
    return static_cast<difference_type>(a.at_) - static_cast<difference_type>(b.at_);
  }
  friend bool operator==(const IndexIterator& a, const IndexIterator& b) noexcept { return a.at_ == b.at_; }
  friend std::strong_ordering operator<=>(const IndexIterator& a, const IndexIterator& b) noexcept {
    return a.at_ <=> b.at_;
  }

 private:
  Owner* owner_ = nullptr;
  std::size_t at_ = 0;
};

}  // namespace mailparse
