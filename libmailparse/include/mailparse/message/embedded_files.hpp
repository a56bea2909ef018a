// Files that stand inside text: uuencode and yEnc.
// Layer: message. POSIX uuencode, yEnc draft 1.3.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mailparse {

enum class EmbeddedKind : std::uint8_t { uuencode, yenc };

/// A file found in text. Offsets count octets of the text.
struct EmbeddedFile {
  EmbeddedKind kind{};
  std::string name;          ///< as written: octets of an unknown charset
  std::uint64_t offset = 0;  ///< of its begin line
  std::uint64_t end = 0;     ///< behind its end line
  std::uint64_t size = 0;    ///< decoded octets
  std::uint64_t lines = 0;   ///< well-formed data lines
  bool complete = false;     ///< its end line was met after at least one data line
  bool damaged = false;  ///< lines that are not well-formed, or a size or checksum that yEnc states and that differs
};

class EmbeddedFileSink {
 public:
  virtual ~EmbeddedFileSink() = default;
  /// A begin line was met. What follows may still turn out to be no file.
  virtual void on_file_begin(const EmbeddedFile& file) = 0;
  virtual void on_file_octets(std::string_view octets) = 0;
  virtual void on_file_end(const EmbeddedFile& file) = 0;
};

/// Finds files in text that comes in any cut. Keeps one line of at most 4 KiB; time is linear.
class EmbeddedFileScanner {
 public:
  explicit EmbeddedFileScanner(EmbeddedFileSink& sink);
  ~EmbeddedFileScanner();
  EmbeddedFileScanner(EmbeddedFileScanner&&) noexcept;
  EmbeddedFileScanner& operator=(EmbeddedFileScanner&&) noexcept;

  void feed(std::string_view text);
  void finish();

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace mailparse
