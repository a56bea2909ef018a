// Cuts a parameter list into parameters as they stand, before RFC 2231 joins and decodes them.
// Layer: message. RFC 2045 5.1.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include <mailparse/base/arena.hpp>
#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/limits.hpp>
#include <mailparse/message/header.hpp>

namespace mailparse {

/// A parameter as it stands in its field; positions are indices into the field's text.
struct RawParameter {
  std::string_view name;   ///< with RFC 2231's marks
  std::string_view value;  ///< with its quotes
  std::string_view other;  ///< what readers that do not know comments take for the value
  std::size_t begin = 0;
  std::size_t value_begin = 0;
  std::size_t value_length = 0;  ///< in the field: `value` may be a copy without comments
  bool quoted = false;
  bool closed = true;  ///< a quoted value has its closing quote
};

/// No more than `limits.mime_parameters` of them. Where the grammar does not fit the rest is taken apart by hand.
[[nodiscard]] std::vector<RawParameter> read_raw_parameters(FieldText field, Arena& arena, DiagnosticSink& sink,
                                                            const Limits& limits);

}  // namespace mailparse
