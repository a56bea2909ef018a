// Received fields: who took the message from whom, how and when.
// Layer: message. RFC 5321 4.4, RFC 5322 3.6.7; the comments of Postfix, Exim, Exchange, Gmail, qmail and Sendmail.
//
// No two programs write this field alike and most break its grammar, so that it is read by its clause words: what
// stands between them belongs to the clause before, and comments to the clause they stand in.
#pragma once

#include <optional>
#include <string_view>

#include <mailparse/base/arena.hpp>
#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/limits.hpp>
#include <mailparse/message/address.hpp>
#include <mailparse/message/date.hpp>
#include <mailparse/message/header.hpp>

namespace mailparse {

/// Views point into the field or the arena; empty where the field says nothing.
struct Received {
  struct From {
    std::string_view helo;   ///< what the client called itself
    std::string_view rdns;   ///< what the server's DNS calls it, "unknown" left out
    std::string_view ip;     ///< IPv4 or IPv6, without brackets, "IPv6:", port and zone
    std::string_view ident;  ///< RFC 1413 or authenticated user
  };
  struct Tls {
    std::string_view version;  ///< "TLSv1.3", "TLS1_2", as written
    std::string_view cipher;
  };
  From from;
  std::string_view by;
  std::string_view via;
  std::string_view with;       ///< the protocol as written: "ESMTPS", "Microsoft SMTPSVC", "local"
  std::string_view id;         ///< without angle brackets
  std::string_view recipient;  ///< the `for` clause, without angle brackets
  Tls tls;
  std::optional<MailDate> date;        ///< behind the semicolon
  std::optional<MailDate> loose_date;  ///< where the semicolon was forgotten: "... id 12 Sat, 21 Nov 2026 ..."
  std::string_view date_text;          ///< behind the semicolon; empty when there is none
  Place date_place;
  bool has_from = false;
};

/// Reads a Received value. Reports limit.comment-depth and hdr.date-syntax.
[[nodiscard]] Received read_received(FieldText field, Arena& arena, DiagnosticSink& sink, const Limits& limits = {});

}  // namespace mailparse
