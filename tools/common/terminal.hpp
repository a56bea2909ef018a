// What is shown to people: colour, a progress line, and text from the input made harmless.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace mailparse::tools {

enum class ColorChoice : std::uint8_t {
  automatic,  ///< on a terminal, unless NO_COLOR is set
  always,
  never,
};

/// Whether to colour what goes to `descriptor`. https://no-color.org
[[nodiscard]] bool use_color(ColorChoice choice, int descriptor) noexcept;

/// `text` with control characters, DEL, C1 controls, bidirectional controls and octets that are not UTF-8 shown as
/// escapes such as \x1b and \u202e; line breaks too.
[[nodiscard]] std::string visible(std::string_view text);

/// Messages for people on standard error: "trace-to-json: NAME: what happened".
class Messages {
 public:
  Messages(std::string program, bool color) : program_(std::move(program)), color_(color) {}
  void error(std::string_view text) const { say("31", text); }
  void warning(std::string_view text) const { say("33", text); }

 private:
  void say(std::string_view style, std::string_view text) const;
  std::string program_;
  bool color_;
};

/// One line on standard error that tells how far long work has come; silent where that is no terminal.
class Progress {
 public:
  Progress();
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `total` octets, 0 = unknown. Draws a few times a second, however often it is called.
  void update(std::string_view name, std::uint64_t done, std::uint64_t total);
  /// Takes the line away, so that something else can be written.
  void clear();

 private:
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace mailparse::tools
