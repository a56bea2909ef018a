// The keys of signatures, and what OpenSSL says of them.
// Layer: analysis (private). RFC 6376 3.6.1, RFC 8301 3.2, RFC 8463 3 and 4.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace mailparse {

/// A key record as published in DNS.
class PublicKey {
 public:
  /// Reads "v=DKIM1; k=rsa; p=..."; otherwise a clause that says why it is of no use: revoked, not for mail,
  /// unreadable.
  [[nodiscard]] static std::expected<PublicKey, std::string> read(std::string_view record);

  PublicKey(PublicKey&&) noexcept;
  PublicKey& operator=(PublicKey&&) noexcept;
  ~PublicKey();

  /// "rsa" or "ed25519"
  [[nodiscard]] const std::string& type() const noexcept { return type_; }
  [[nodiscard]] std::uint32_t bits() const noexcept { return bits_; }
  /// Whether h= allows "sha1" or "sha256".
  [[nodiscard]] bool allows(std::string_view hash) const;
  /// t=s: the identity of a signature must be of the very domain.
  [[nodiscard]] bool strict_domain() const noexcept { return strict_domain_; }

  /// Whether `signature` is this key's over `text`, for "rsa-sha256", "rsa-sha1" or "ed25519-sha256".
  [[nodiscard]] bool verifies(std::string_view algorithm, std::string_view text, std::string_view signature) const;

 private:
  struct Free {
    void operator()(void* key) const noexcept;
  };
  PublicKey();
  std::unique_ptr<void, Free> key_;
  std::string type_;
  std::string hashes_;
  std::uint32_t bits_ = 0;
  bool strict_domain_ = false;
};

}  // namespace mailparse
