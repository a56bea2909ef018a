// Incremental MD5, SHA-1 and SHA-256.
// Layer: base. OpenSSL does the work.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mailparse {

enum class DigestKind : std::uint8_t { md5, sha1, sha256, sha512 };

/// One digest over octets fed in any cut. Throws std::bad_alloc, and std::runtime_error where the system's OpenSSL
/// offers no such digest; never on account of the input.
class Digest {
 public:
  explicit Digest(DigestKind kind);
  ~Digest();
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;

  void update(std::string_view octets);
  /// Lower-case hexadecimal of what was fed; the digest then starts anew.
  [[nodiscard]] std::string finish_hex();
  void reset();

 private:
  void begin();
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] std::string digest_hex(DigestKind kind, std::string_view octets);

}  // namespace mailparse
