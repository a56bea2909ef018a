// The fields that say what a body is: Content-Type, Content-Disposition, Content-Transfer-Encoding, MIME-Version.
// Layer: message. RFC 2045, RFC 2046 5.1.1 (boundary), RFC 2183.
#pragma once

#include <cstdint>
#include <string_view>

#include <mailparse/message/parameters.hpp>

namespace mailparse {

/// A Content-Type. Views as in Parameter.
struct ContentType {
  std::string_view type;     ///< in lower case; empty when unreadable
  std::string_view subtype;  ///< in lower case; empty when missing or unreadable
  bool readable = false;     ///< type and subtype are two tokens
  ParameterList parameters;
  std::uint64_t offset = 0;  ///< of the value
  std::uint64_t length = 0;
};

/// Reads a Content-Type value. Reports mime.ct.syntax, the codes of read_parameters() and, for a multipart, those of
/// its boundary parameter: mime.boundary.missing, .empty, .encoded-word, .illegal-char, .quoted-pair, .too-long,
/// .trailing-space, .duplicate-param, .rfc2231-conflict. `mime_version` says whether the header has a MIME-Version: a
/// lone word is the syntax of RFC 1049 without it.
[[nodiscard]] ContentType read_content_type(FieldText field, bool mime_version, Arena& arena, DiagnosticSink& sink,
                                            const Limits& limits = {});

struct ContentDisposition {
  std::string_view type;  ///< in lower case; empty when unreadable
  ParameterList parameters;
};

/// Reads a Content-Disposition value. Reports mime.param.syntax when there is no disposition, and the codes of
/// read_parameters().
[[nodiscard]] ContentDisposition read_content_disposition(FieldText field, Arena& arena, DiagnosticSink& sink,
                                                          const Limits& limits = {});

/// A Content-Transfer-Encoding: the first mechanism, in lower case; empty when there is none.
struct TransferEncodingValue {
  std::string_view mechanism;
  std::uint64_t offset = 0;  ///< of the mechanism
  std::uint64_t length = 0;
};

/// Reads a Content-Transfer-Encoding value. Reports mime.cte.comment, mime.cte.syntax, mime.cte.encoded-word,
/// mime.cte.unknown.
[[nodiscard]] TransferEncodingValue read_transfer_encoding(FieldText field, Arena& arena, DiagnosticSink& sink,
                                                           const Limits& limits = {});

/// Checks a MIME-Version value. Reports mime.version.unsupported.
void check_mime_version(FieldText field, DiagnosticSink& sink, const Limits& limits = {});

}  // namespace mailparse
