// ClientHello and ServerHello, and the client's fingerprints.
// Layer: source. RFC 8446 4.1.2, 4.1.3; https://github.com/salesforce/ja3, https://github.com/FoxIO-LLC/ja4
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <mailparse/source/tls.hpp>

namespace mailparse::tls {

/// `body` excludes the message's type and length. Absent when its fixed part is cut off or contradicts itself.
[[nodiscard]] std::optional<TlsClientHello> parse_client_hello(std::string_view body);
[[nodiscard]] std::optional<TlsServerHello> parse_server_hello(std::string_view body);

/// `der` is one certificate. Absent when it is none.
[[nodiscard]] std::optional<TlsCertificate> parse_certificate(std::string_view der);

/// Four digits of hexadecimal.
[[nodiscard]] std::string hex4(std::uint16_t value);

}  // namespace mailparse::tls
