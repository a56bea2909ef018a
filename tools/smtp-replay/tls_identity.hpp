// A server's certificate and key: from files, or made up for one run. RFC 5280.
#pragma once

#include <expected>
#include <string>

namespace mailparse::tools {

/// Both in PEM.
struct TlsIdentity {
  std::string certificate;
  std::string key;
};

/// A self-signed certificate for `name` (a host name or an address), valid for a day, with a fresh P-256 key.
[[nodiscard]] std::expected<TlsIdentity, std::string> make_tls_identity(const std::string& name);

}  // namespace mailparse::tools
