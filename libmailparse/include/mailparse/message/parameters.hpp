// Parameters of Content-Type and Content-Disposition: `; name=value`, in every form that mail has them.
// Layer: message. RFC 2045 5.1, RFC 2231.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <mailparse/base/arena.hpp>
#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/limits.hpp>
#include <mailparse/message/header.hpp>

namespace mailparse {

/// How a parameter is written.
enum class ParameterForm : std::uint8_t {
  plain,      ///< name=value
  extended,   ///< name*=charset'language'value
  continued,  ///< name*0=..., name*1*=..., joined by number
};

/// One parameter, its sections joined and decoded. Views point into the field or the arena it was read with.
struct Parameter {
  std::string_view name;      ///< in lower case, without RFC 2231's marks
  std::string_view value;     ///< UTF-8: quotes, percent-encoding, charset and encoded-words undone
  std::string_view octets;    ///< before any charset and encoded-word was undone: what a boundary is compared by
  std::string_view charset;   ///< RFC 2231, as written; empty when none is given
  std::string_view language;  ///< RFC 2231
  std::string_view other;     ///< octets that another reading of the field gives; empty when there is none
  ParameterForm form = ParameterForm::plain;
  bool quoted = false;             ///< the first section's value is a quoted-string
  bool encoded_word = false;       ///< the value holds an encoded-word, which was decoded
  std::uint64_t offset = 0;        ///< of the (first) name
  std::uint64_t length = 0;        ///< to the end of that section's value
  std::uint64_t value_offset = 0;  ///< of that section's value as it stands, quotes included
  std::uint64_t value_length = 0;
  bool operator==(const Parameter&) const = default;
};

/// The parameters of one field in order of appearance. A name stands more than once where the field repeats it or
/// gives it plain and by RFC 2231.
struct ParameterList {
  std::vector<Parameter> items;

  /// The one that counts: by RFC 2231 if there is such a form, otherwise the first. `name` in lower case.
  [[nodiscard]] const Parameter* find(std::string_view name) const noexcept;
  /// The first plain one, which is what counts for a boundary: RFC 2231 was not made for it.
  [[nodiscard]] const Parameter* find_plain(std::string_view name) const noexcept;
};

/// Reads a parameter list: `field` begins behind the type or disposition, at its first semicolon if there is one.
/// Reports mime.param.*, mime.comment.unterminated, mime.quoted.unterminated, limit.comment-depth, limit.mime-params,
/// mime.charset.unknown, attach.filename.encoded-word and the ew.* codes.
[[nodiscard]] ParameterList read_parameters(FieldText field, Arena& arena, DiagnosticSink& sink,
                                            const Limits& limits = {});

}  // namespace mailparse
