#include "session/smtp_rules.hpp"

#include "exchange.hpp"
#include "grammar/run.hpp"
#include "lenient_smtp.hpp"
#include "postfix.hpp"
#include "rfc1870.hpp"
#include "rfc1985.hpp"
#include "rfc2033.hpp"
#include "rfc2645.hpp"
#include "rfc2852.hpp"
#include "rfc3030.hpp"
#include "rfc3207.hpp"
#include "rfc3461.hpp"
#include "rfc3463.hpp"
#include "rfc3865.hpp"
#include "rfc4468.hpp"
#include "rfc4865.hpp"
#include "rfc4954.hpp"
#include "rfc5321.hpp"
#include "rfc6710.hpp"
#include "rfc7293.hpp"

namespace mailparse::smtp_rules {
namespace {

using grammar::Watch;

/// Collects the parts of a path. The last to write wins, which is the mailbox: the domains of a route come before it.
template <typename Rule>
struct Collect : grammar::no_action<Rule> {};

template <std::string_view PathParts::* Part>
struct Store {
  template <typename In>
  static void apply(const In& in, Watch&, PathParts& parts) {
    parts.*Part = in.string_view();
  }
};

template <>
struct Collect<lenient_smtp::source_route> : Store<&PathParts::route> {};
template <>
struct Collect<lenient_smtp::local_part> : Store<&PathParts::local_part> {};
template <>
struct Collect<lenient_smtp::domain> : Store<&PathParts::domain> {};
template <>
struct Collect<rfc5321::address_literal> : Store<&PathParts::domain> {};

template <>
struct Collect<rfc5321::postmaster> {
  template <typename In>
  static void apply(const In& in, Watch&, PathParts& parts) {
    parts.local_part = in.string_view().substr(1, in.size() - 2);
    parts.domain = {};
    parts.route = {};
  }
};

using strict_path = tao::pegtl::sor<rfc5321::null_path, rfc5321::Path, rfc5321::postmaster>;

bool fits_value(EsmtpKeyword known, std::string_view value) {
  using grammar::fits;
  switch (known) {
    case EsmtpKeyword::auth:
      return fits<rfc3461::xtext>(value);
    case EsmtpKeyword::body:
      return fits<rfc3030::body_value>(value);
    case EsmtpKeyword::by:
      return fits<rfc2852::by_value>(value);
    case EsmtpKeyword::envid:
      return fits<rfc3461::xtext>(value);
    case EsmtpKeyword::holdfor:
      return fits<rfc4865::hold_for_value>(value);
    case EsmtpKeyword::holduntil:
      return fits<rfc4865::hold_until_value>(value);
    case EsmtpKeyword::mt_priority:
      return fits<rfc6710::priority_value>(value);
    case EsmtpKeyword::notify:
      return fits<rfc3461::notify_value>(value);
    case EsmtpKeyword::orcpt:
      return fits<rfc3461::original_recipient_address>(value);
    case EsmtpKeyword::ret:
      return fits<rfc3461::ret_value>(value);
    case EsmtpKeyword::rrvs:
      return fits<rfc7293::rrvs_value>(value);
    case EsmtpKeyword::size:
      return fits<rfc1870::size_value>(value);
    case EsmtpKeyword::solicit:
      return fits<rfc3865::Solicitation_keywords>(value);
    case EsmtpKeyword::prdr:
    case EsmtpKeyword::requiretls:
    case EsmtpKeyword::smtputf8:
      return false;  // these take none
    default:
      return true;
  }
}

bool wants_value(EsmtpKeyword known) {
  switch (known) {
    case EsmtpKeyword::unknown:
    case EsmtpKeyword::conneg:  // RFC 4141 4: alone or as CONPERM's companion
    case EsmtpKeyword::conperm:
    case EsmtpKeyword::prdr:
    case EsmtpKeyword::requiretls:
    case EsmtpKeyword::smtputf8:
      return false;
    default:
      return true;
  }
}

}  // namespace

bool fits_command(SmtpVerb verb, std::string_view line) {
  using grammar::fits;
  switch (verb) {
    case SmtpVerb::unknown:
      return false;
    case SmtpVerb::atrn:
      return fits<rfc2645::atrn>(line);
    case SmtpVerb::auth:
      return fits<rfc4954::auth_command>(line);
    case SmtpVerb::bdat:
      return fits<rfc3030::bdat>(line);
    case SmtpVerb::burl:
      return fits<rfc4468::burl_cmd>(line);
    case SmtpVerb::data:
      return fits<rfc5321::data>(line);
    case SmtpVerb::ehlo:
      return fits<rfc5321::ehlo>(line);
    case SmtpVerb::etrn:
      return fits<rfc1985::etrn>(line);
    case SmtpVerb::expn:
      return fits<rfc5321::expn>(line);
    case SmtpVerb::helo:
      return fits<rfc5321::helo>(line);
    case SmtpVerb::help:
      return fits<rfc5321::help>(line);
    case SmtpVerb::lhlo:
      return fits<rfc2033::lhlo>(line);
    case SmtpVerb::mail:
      return fits<rfc5321::mail>(line);
    case SmtpVerb::noop:
      return fits<rfc5321::noop>(line);
    case SmtpVerb::quit:
      return fits<rfc5321::quit>(line);
    case SmtpVerb::rcpt:
      return fits<rfc5321::rcpt>(line);
    case SmtpVerb::rset:
      return fits<rfc5321::rset>(line);
    case SmtpVerb::saml:
      return fits<rfc5321::saml>(line);
    case SmtpVerb::send:
      return fits<rfc5321::send>(line);
    case SmtpVerb::soml:
      return fits<rfc5321::soml>(line);
    case SmtpVerb::starttls:
      return fits<rfc3207::starttls>(line);
    case SmtpVerb::turn:
      return fits<rfc5321::turn>(line);
    case SmtpVerb::vrfy:
      return fits<rfc5321::vrfy>(line);
    case SmtpVerb::x_anonymoustls:
      return fits<exchange::x_anonymoustls>(line);
    case SmtpVerb::x_exps:
      return fits<exchange::x_exps>(line);
    case SmtpVerb::xclient:
      return fits<postfix::xclient>(line);
    case SmtpVerb::xforward:
      return fits<postfix::xforward>(line);
  }
  return false;
}

std::expected<PathParts, std::size_t> read_path(std::string_view text) {
  PathParts parts;
  const auto fit = grammar::run<lenient_smtp::any_path, Collect>(text, {}, parts);
  if (!fit) return std::unexpected(fit.error().offset);
  parts.length = *fit;
  parts.strict = grammar::fits<strict_path>(text.substr(0, *fit));
  return parts;
}

SmtpDomainKind domain_kind(std::string_view domain) {
  using grammar::fits;
  if (domain.empty()) return SmtpDomainKind::none;
  if (fits<lenient_smtp::domain>(domain)) return SmtpDomainKind::name;
  if (domain.size() < 2 || domain.front() != '[' || domain.back() != ']') return SmtpDomainKind::malformed;
  const auto literal = domain.substr(1, domain.size() - 2);
  if (fits<rfc5321::IPv4_address_literal>(literal)) return SmtpDomainKind::ipv4_literal;
  if (fits<rfc5321::IPv6_address_literal>(literal)) return SmtpDomainKind::ipv6_literal;
  return fits<rfc5321::General_address_literal>(literal) ? SmtpDomainKind::general_literal : SmtpDomainKind::malformed;
}

bool fits_parameter(std::string_view parameter, EsmtpKeyword known, std::optional<std::string_view> value) {
  // ORCPT, ENVID and AUTH are xtext, whose '=' is encoded; a raw one is legal neither here nor there.
  if (!grammar::fits<rfc5321::esmtp_param>(parameter)) return false;
  return value ? fits_value(known, *value) : !wants_value(known);
}

bool fits_xtext(std::string_view text) {
  return grammar::fits<rfc3461::xtext>(text);
}

bool fits_ehlo_line(std::string_view text) {
  return grammar::fits<rfc5321::ehlo_line>(text);
}

std::size_t enhanced_code_length(std::string_view text) {
  return grammar::run<rfc3463::reply_prefix>(text, {}).value_or(0);
}

}  // namespace mailparse::smtp_rules
