// An optional for what is mostly absent.
// Layer: base.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace mailparse {

/// Like std::optional, but without a value it takes a pointer's room, however large T is; the value lies in memory of
/// its own and stays where it is when the Seldom is moved. For the parts of a session that few sessions have, since
/// tens of thousands are open at once.
template <class T>
class Seldom {
 public:
  Seldom() noexcept = default;
  Seldom(std::nullopt_t) noexcept {}
  Seldom(T value) : value_(std::make_unique<T>(std::move(value))) {}
  Seldom(std::optional<T> value) {
    if (value) emplace(std::move(*value));
  }
  Seldom(Seldom&&) noexcept = default;
  Seldom& operator=(Seldom&&) noexcept = default;
  Seldom(const Seldom& from) {
    if (from) emplace(*from);
  }
  Seldom& operator=(const Seldom& from) {
    if (this != &from) *this = Seldom(from);
    return *this;
  }
  ~Seldom() = default;

  [[nodiscard]] bool has_value() const noexcept { return value_ != nullptr; }
  explicit operator bool() const noexcept { return has_value(); }
  /// There must be a value.
  [[nodiscard]] T& operator*() noexcept { return *value_; }
  [[nodiscard]] const T& operator*() const noexcept { return *value_; }
  [[nodiscard]] T* operator->() noexcept { return value_.get(); }
  [[nodiscard]] const T* operator->() const noexcept { return value_.get(); }

  template <class... Arguments>
  T& emplace(Arguments&&... arguments) {
    value_ = std::make_unique<T>(std::forward<Arguments>(arguments)...);
    return *value_;
  }
  /// The value, made by default where there was none.
  [[nodiscard]] T& made() { return value_ ? *value_ : emplace(); }
  void reset() noexcept { value_.reset(); }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace mailparse
