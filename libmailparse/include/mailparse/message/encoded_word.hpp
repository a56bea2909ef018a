// Text of header fields made readable: encoded-words and raw 8-bit octets.
// Layer: message. RFC 2047, RFC 2231 5, RFC 6532.
#pragma once

#include <string_view>

#include <mailparse/base/arena.hpp>
#include <mailparse/base/diagnostic.hpp>
#include <mailparse/message/header.hpp>

namespace mailparse {

/// What is read as text: unstructured fields are text as a whole, elsewhere only phrases and comments are.
enum class TextPlace : unsigned char {
  unstructured,  ///< Subject, Comments: a lone "=?" is reported as well
  phrase,        ///< display names, Keywords, comments
  quoted,        ///< inside a quoted-string or parameter, where RFC 2047 5 forbids encoded-words and mail has them
};

/// `field` unfolded, with encoded-words decoded and octets above 127 that are not UTF-8 read in a detected charset:
/// always valid UTF-8. White space between adjacent encoded-words goes, as RFC 2047 6.2 says; octets of adjacent words
/// of one charset are joined before conversion, so that a character torn apart between them comes out whole.
/// The result is `field.text` itself where nothing changes, otherwise it lives in `arena`.
/// Reports ew.syntax, ew.too-long, ew.split-character, ew.invalid-bytes, ew.control-char, mime.charset.unknown,
/// mime.charset.utf7, each once for the field with a count.
[[nodiscard]] std::string_view decode_header_text(FieldText field, TextPlace place, Arena& arena, DiagnosticSink& sink);

/// Whether `text` holds a complete encoded-word.
[[nodiscard]] bool has_encoded_word(std::string_view text) noexcept;

}  // namespace mailparse
