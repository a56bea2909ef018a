// Standard output with every error noticed.
#pragma once

#include <string>
#include <string_view>

namespace mailparse::tools {

/// Writes records to a file descriptor. A reader that goes away is a quiet end; any other error is kept for the exit
/// status. After either nothing more is written.
class Output {
 public:
  explicit Output(int descriptor) noexcept : descriptor_(descriptor) {}

  /// Where records are put together; take_full() and flush() write it.
  [[nodiscard]] std::string& buffer() noexcept { return buffer_; }
  /// Writes what is buffered once it is worth a system call.
  void flush_if_full();
  void flush();

  /// Nobody reads any more.
  [[nodiscard]] bool abandoned() const noexcept { return abandoned_; }
  /// errno of the failed write, 0 = none.
  [[nodiscard]] int error() const noexcept { return error_; }
  [[nodiscard]] bool usable() const noexcept { return !abandoned_ && error_ == 0; }

 private:
  int descriptor_;
  std::string buffer_;
  bool abandoned_ = false;
  int error_ = 0;
};

/// A write to a pipe without a reader becomes an error of that write instead of a signal.
void ignore_broken_pipes() noexcept;

/// Writes all of `octets`; errno of the failure, 0 = none.
[[nodiscard]] int write_all(int descriptor, std::string_view octets) noexcept;

}  // namespace mailparse::tools
