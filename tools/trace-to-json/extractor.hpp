// Messages written to files as they pass by.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <mailparse/trace/trace_listener.hpp>

#include "common/terminal.hpp"

namespace mailparse::tools {

/// Gives each message a file in one directory: "m-<digest>.eml" when it is complete, "m-<digest>.part.eml" otherwise.
/// Nothing that comes from the input is part of a name. No file is ever overwritten: a message that is there already is
/// left alone, another one of that name gets a number.
class Extractor {
 public:
  /// Opens or makes the directory; nothing, with errno in `error`, where that fails.
  [[nodiscard]] static std::unique_ptr<Extractor> open(const std::string& directory, int& error);
  ~Extractor();
  Extractor(const Extractor&) = delete;
  Extractor& operator=(const Extractor&) = delete;

  /// Null where no file can be made.
  [[nodiscard]] std::unique_ptr<MessageTap> tap();
  /// errno of the first failure, 0 = none.
  [[nodiscard]] int error() const noexcept { return error_; }

 private:
  class File;
  explicit Extractor(int directory) noexcept : directory_(directory) {}
  void note(int error) noexcept {
    if (error_ == 0) error_ = error;
  }

  int directory_;
  int error_ = 0;
  unsigned long temporary_ = 0;  ///< number of the next temporary name
};

}  // namespace mailparse::tools
