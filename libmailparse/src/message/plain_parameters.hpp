// Parameter lists as nearly all mail has them, read in one look and without the grammar.
// Layer: message, private. RFC 2045 5.1.
#pragma once

#include <optional>

#include <mailparse/message/parameters.hpp>

namespace mailparse {

/// The list where it is plain: `; name=token` and `; name="text"` in printable ASCII, folds and blanks before names and
/// semicolons only, without comments, quoted-pairs, RFC 2231's marks, encoded-words or a name that stands twice. Such a
/// list deviates from nothing. Nothing for every other list, and for one that is longer than usual or allowed.
[[nodiscard]] std::optional<ParameterList> read_plain_parameters(FieldText field, Arena& arena, const Limits& limits);

/// The road of all other lists, which is the oracle of the plain one: the same parameters, no findings.
[[nodiscard]] ParameterList read_parameters_by_grammar(FieldText field, Arena& arena, DiagnosticSink& sink,
                                                       const Limits& limits);

}  // namespace mailparse
