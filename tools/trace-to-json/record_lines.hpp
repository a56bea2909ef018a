// Session records that were made before, passed on as they are: what trace-to-json or smtp-replay wrote is an input
// too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mailparse::tools {

/// Lines of JSON in, those of session records out. Records of other kinds are passed over and counted; a line that is
/// no record is counted too.
class RecordLines {
 public:
  /// No record is longer.
  static constexpr std::size_t longest_line = 256 * 1024 * 1024;

  /// Whether an input that begins with `octets` holds records.
  [[nodiscard]] static bool begins_with_record(std::string_view octets) noexcept;

  /// `out` must outlive this.
  explicit RecordLines(std::string& out) : out_(out) {}

  void feed(std::string_view octets);
  /// A last line without its end is one.
  void finish();

  [[nodiscard]] std::uint64_t sessions() const noexcept { return sessions_; }
  /// Lines that are no record, and those that are too long.
  [[nodiscard]] std::uint64_t strange() const noexcept { return strange_; }

 private:
  void take(std::string_view line);

  std::string& out_;
  std::string pending_;  ///< a line without its end so far
  bool too_long_ = false;
  std::uint64_t sessions_ = 0;
  std::uint64_t strange_ = 0;
};

}  // namespace mailparse::tools
