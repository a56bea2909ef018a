// The octets of an input, read by the thread that wants them or, some blocks ahead of it, by another one.
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/source/input.hpp>

namespace mailparse::tools {

struct InputReaderOptions {
  bool digest = false;  ///< InputOptions::digest
  /// Decompression and the digest get a thread of their own, where there is so much of them that it is worth it.
  bool ahead = false;
};

/// As Input, whichever thread reads: octets, errors, and findings, which are reported by calls of read().
class InputReader {
 public:
  /// Keeps a reference to `findings`.
  [[nodiscard]] static std::expected<InputReader, InputError> open(const std::string& name, DiagnosticSink& findings,
                                                                   InputReaderOptions options);
  InputReader(InputReader&&) noexcept;
  InputReader& operator=(InputReader&&) noexcept;
  /// Stops reading ahead.
  ~InputReader();

  [[nodiscard]] std::expected<std::string_view, InputError> read();
  [[nodiscard]] bool wait(std::chrono::milliseconds patience) const noexcept;
  [[nodiscard]] InputKind kind() const noexcept;
  [[nodiscard]] InputKind wrapping() const noexcept;
  [[nodiscard]] std::uint64_t size() const noexcept;
  /// Octets of the file behind which what read() gave ends, those read ahead not counted.
  [[nodiscard]] std::uint64_t position() const noexcept;
  [[nodiscard]] std::string sha256();

 private:
  class State;
  explicit InputReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace mailparse::tools
