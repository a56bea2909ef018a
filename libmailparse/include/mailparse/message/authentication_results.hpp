// Authentication-Results and ARC-Authentication-Results.
// Layer: message. RFC 8601 2.2, RFC 8617 4.1.1.
#pragma once

#include <string_view>
#include <vector>

#include <mailparse/base/arena.hpp>
#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/limits.hpp>
#include <mailparse/message/address.hpp>
#include <mailparse/message/header.hpp>

namespace mailparse {

/// `ptype.property=value`: smtp.mailfrom, header.d, ...
struct AuthProperty {
  std::string_view name;   ///< "header.d"
  std::string_view value;  ///< quotes undone
};

/// One `method=result` with what belongs to it. Views point into the field or the arena.
struct AuthResult {
  std::string_view method;  ///< "dkim", "spf", "dmarc", ...; without its version
  std::string_view result;  ///< "pass", "fail", ...
  std::string_view reason;
  std::vector<AuthProperty> properties;
  Place place;
};

struct AuthenticationResults {
  std::string_view authserv_id;  ///< empty where the field has none, as Microsoft writes it
  std::string_view instance;     ///< ARC: i=
  bool none = false;             ///< "none": nothing was checked
  std::vector<AuthResult> results;
};

/// Reads an Authentication-Results value. Reports authres.syntax, at most once.
[[nodiscard]] AuthenticationResults read_authentication_results(FieldText field, Arena& arena, DiagnosticSink& sink,
                                                                const Limits& limits = {});

}  // namespace mailparse
