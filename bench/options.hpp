// `--name=value` options of the generators.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mail_generator.hpp"

namespace mailparse::bench {

class Options {
 public:
  Options(int argc, char** argv) : arguments_(argv + 1, argv + argc) {}

  [[nodiscard]] std::string text(std::string_view name, std::string_view otherwise) {
    for (std::string& argument : arguments_) {
      if (argument.starts_with("--" + std::string(name) + '=')) {
        return std::exchange(argument, {}).substr(name.size() + 3);
      }
    }
    return std::string(otherwise);
  }
  [[nodiscard]] std::uint64_t number(std::string_view name, std::uint64_t otherwise) {
    const std::string value = text(name, std::to_string(otherwise));
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size())
      fail("--" + std::string(name) + ": no number: " + value);
    return number;
  }
  [[nodiscard]] Mix mix() {
    const std::string name = text("mix", "mixed");
    if (name == "mixed") return Mix::mixed;
    if (name == "text") return Mix::text;
    if (name == "attachments") return Mix::attachments;
    if (name == "small") return Mix::small;
    if (name == "signed") return Mix::signed_text;
    fail("--mix: mixed, text, attachments, small or signed, not " + name);
  }
  /// Ends the program with `usage` if an argument was not asked for.
  void done(std::string_view usage) const {
    for (const std::string& argument : arguments_) {
      if (!argument.empty()) fail(std::string(usage));
    }
  }
  [[noreturn]] static void fail(const std::string& text) {
    std::fprintf(stderr, "%s\n", text.c_str());
    std::exit(2);
  }

 private:
  std::vector<std::string> arguments_;
};

/// Writes to a file or standard output in large blocks; counts.
class Output {
 public:
  explicit Output(const std::string& path) : file_(path == "-" ? stdout : std::fopen(path.c_str(), "wb")) {
    if (file_ == nullptr) Options::fail("cannot write " + path);
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() { flush(); }

  void write(std::string_view octets) {
    written_ += octets.size();
    buffer_ += octets;
    if (buffer_.size() >= (1U << 20)) flush();
  }
  void flush() {
    if (std::fwrite(buffer_.data(), 1, buffer_.size(), file_) != buffer_.size() || std::fflush(file_) != 0) {
      Options::fail("cannot write the output");
    }
    buffer_.clear();
  }
  [[nodiscard]] std::uint64_t written() const { return written_; }

 private:
  std::FILE* file_;
  std::string buffer_;
  std::uint64_t written_ = 0;
};

}  // namespace mailparse::bench
