// The octets of an input: a file or standard input, taken out of gzip or zstd.
// Layer: source. RFC 1952, RFC 8878.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include <mailparse/base/diagnostic.hpp>

namespace mailparse {

/// What the first octets of an input are.
enum class InputKind : std::uint8_t {
  empty,   ///< no octets at all
  pcap,    ///< of any byte order and variant that CaptureFileReader reads
  pcapng,  ///<
  gzip,    ///<
  zstd,    ///<
  other,   ///< text, or nothing known
};

/// Judges by magic numbers; twelve octets are enough. RFC 1952 2.3.1, RFC 8878 3.1.1.
[[nodiscard]] InputKind sniff(std::string_view head) noexcept;

/// Why an input cannot be read.
struct InputError {
  int number = 0;    ///< errno
  std::string text;  ///< "open NAME: No such file or directory"
};

struct InputOptions {
  bool digest = false;  ///< SHA-256 of the input as it lies on disk, for Input::sha256()
  /// Decompression and the digest get a thread of their own, where there is much of them to do. Octets, errors and
  /// findings are the same, and findings come from the thread that calls read().
  bool ahead = false;
};

/// Reads one input from front to back, in blocks of at most 1 MiB and with memory for a few of them. One layer of gzip
/// (any number of members) or zstd (any number of frames) is removed on the way. Reports capfile.gzip-truncated,
/// capfile.gzip-crc and limit.decompression-ratio, with offsets in the compressed file.
///
/// Files are read, not mapped: a mapped file that another process cuts short ends the reader with SIGBUS, and reading
/// into one block that stays in cache is no slower.
class Input {
 public:
  /// `name` is a path, or "-" for standard input. Keeps a reference to `findings`.
  [[nodiscard]] static std::expected<Input, InputError> open(const std::string& name, DiagnosticSink& findings,
                                                             InputOptions options = {});

  Input(Input&&) noexcept;
  Input& operator=(Input&&) noexcept;
  ~Input();

  /// The next octets, valid until the next call; empty at the end. On a pipe, what is there without waiting for more.
  [[nodiscard]] std::expected<std::string_view, InputError> read();

  /// False when read() would have nothing to give within `patience`: a pipe whose writer is silent. A signal is no
  /// silence.
  [[nodiscard]] bool wait(std::chrono::milliseconds patience) const noexcept;

  /// What the octets are that read() gives, known before the first call: never gzip or zstd unless wrapped twice.
  [[nodiscard]] InputKind kind() const noexcept;
  /// InputKind::gzip or zstd where such a layer is removed, otherwise kind().
  [[nodiscard]] InputKind wrapping() const noexcept;
  /// Octets of the file as it lies on disk, where that is known before reading; 0 for pipes.
  [[nodiscard]] std::uint64_t size() const noexcept;
  /// Octets of it behind which what read() has given ends.
  [[nodiscard]] std::uint64_t position() const noexcept;
  /// Of all octets on disk; only after read() came to the end, and only with InputOptions::digest.
  [[nodiscard]] std::string sha256();

 private:
  class State;
  explicit Input(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace mailparse
