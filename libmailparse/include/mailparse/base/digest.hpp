// Incremental MD5, SHA-1, SHA-256 and SHA-512.
// Layer: base. OpenSSL does the work.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mailparse {

enum class DigestKind : std::uint8_t { md5, sha1, sha256, sha512 };

/// One digest over octets fed in any cut.
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
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] std::string digest_hex(DigestKind kind, std::string_view octets);

}  // namespace mailparse
