// What the header of an entity says about its body, as the MIME reader needs it.
// Layer: message. RFC 2045 5 and 6, RFC 2046 5.1, RFC 2183.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/arena.hpp>
#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/limits.hpp>
#include <mailparse/message/header.hpp>

namespace mailparse {

/// How a body was made fit for transport.
enum class TransferEncoding : std::uint8_t {
  none,              ///< no Content-Transfer-Encoding field: 7bit by RFC 2045 6.1
  seven_bit,         ///< 7bit
  eight_bit,         ///< 8bit
  binary,            ///< binary: no lines
  base64,            ///< base64
  quoted_printable,  ///< quoted-printable
  uuencode,          ///< x-uuencode and its other names
  yenc,              ///< x-yenc
  unknown,           ///< anything else; the body stays as it is
};

/// The mechanism as a Content-Transfer-Encoding field writes it; empty for none and unknown.
[[nodiscard]] std::string_view to_string(TransferEncoding encoding) noexcept;
/// Whether the body's octets are the content's octets.
[[nodiscard]] constexpr bool is_identity(TransferEncoding encoding) noexcept {
  return encoding <= TransferEncoding::binary || encoding == TransferEncoding::unknown;
}

/// One parameter, decoded.
struct MimeParameter {
  std::string name;  ///< in lower case, without RFC 2231's `*`
  std::string value;
  std::uint64_t offset = 0;  ///< of the value as it stands
  std::uint64_t length = 0;
};

/// A header's word on its entity. Where a field occurs twice, the first one counts; where it is absent or unreadable,
/// the defaults of RFC 2045 5.2 and RFC 2046 5.1.5 apply.
struct EntityHead {
  std::string type = "text/plain";        ///< "type/subtype" in lower case
  bool type_declared = false;             ///< by a readable Content-Type field
  std::vector<MimeParameter> parameters;  ///< of Content-Type
  std::string boundary;                   ///< as delimiter lines have it; empty where there is none
  std::string other_boundary;             ///< what another reading of the field gives instead, where there is one
  std::uint64_t boundary_offset = 0;      ///< of its value, or of the Content-Type value
  std::uint64_t boundary_length = 0;
  std::optional<MimeParameter> other_name;  ///< a name parameter that does not count, with another extension
  bool other_name_repeats = false;          ///< of the same form: the field says it twice
  std::uint64_t type_offset = 0;            ///< of the Content-Type value
  std::uint64_t type_length = 0;
  std::optional<std::string> charset;  ///< as written
  std::uint64_t charset_offset = 0;
  std::uint64_t charset_length = 0;
  TransferEncoding encoding = TransferEncoding::none;
  std::string encoding_name;  ///< as written, in lower case; empty without the field
  std::uint64_t encoding_offset = 0;
  std::uint64_t encoding_length = 0;

  [[nodiscard]] bool is_multipart() const noexcept { return type.starts_with("multipart/"); }
  /// message/rfc822, message/global and message/news: the body is a message.
  [[nodiscard]] bool is_message() const noexcept {
    return type == "message/rfc822" || type == "message/global" || type == "message/news";
  }
  [[nodiscard]] const MimeParameter* parameter(std::string_view name) const noexcept;
};

/// Reads what `header` says. Reports the mime.* codes of Content-Type and Content-Transfer-Encoding to `sink`.
[[nodiscard]] EntityHead read_entity_head(const Header& header, std::string_view default_type, DiagnosticSink& sink,
                                          const Limits& limits);

}  // namespace mailparse
