// OpenSSL's objects in our forms: owned by pointers that free them, times as times.
// Layer: base (private).
#pragma once

#include <chrono>
#include <optional>

#include <openssl/asn1.h>

namespace mailparse {

/// Deletes with OpenSSL's function for it: `std::unique_ptr<BIO, Release<BIO_free>>`.
template <auto Free>
struct Release {
  template <typename T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

/// Nothing where it is absent or no time. X.509 validity may reach to 9999, further than a Timestamp.
[[nodiscard]] std::optional<std::chrono::sys_seconds> seconds_of(const ASN1_TIME* time) noexcept;

}  // namespace mailparse
