#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <mailparse/base/octets.hpp>
#include <mailparse/session/smtp_command.hpp>

#include "session/keyword_table.hpp"
#include "session/smtp_rules.hpp"

namespace mailparse {
namespace {

constexpr std::array verbs = {
    SmtpVerbInfo{"ATRN", SmtpVerb::atrn, "RFC 2645"},
    SmtpVerbInfo{"AUTH", SmtpVerb::auth, "RFC 4954"},
    SmtpVerbInfo{"BDAT", SmtpVerb::bdat, "RFC 3030"},
    SmtpVerbInfo{"BURL", SmtpVerb::burl, "RFC 4468"},
    SmtpVerbInfo{"DATA", SmtpVerb::data, "RFC 5321 4.1.1.4"},
    SmtpVerbInfo{"EHLO", SmtpVerb::ehlo, "RFC 5321 4.1.1.1"},
    SmtpVerbInfo{"ETRN", SmtpVerb::etrn, "RFC 1985"},
    SmtpVerbInfo{"EXPN", SmtpVerb::expn, "RFC 5321 4.1.1.7"},
    SmtpVerbInfo{"HELO", SmtpVerb::helo, "RFC 5321 4.1.1.1"},
    SmtpVerbInfo{"HELP", SmtpVerb::help, "RFC 5321 4.1.1.8"},
    SmtpVerbInfo{"LHLO", SmtpVerb::lhlo, "RFC 2033 4.1"},
    SmtpVerbInfo{"MAIL", SmtpVerb::mail, "RFC 5321 4.1.1.2"},
    SmtpVerbInfo{"NOOP", SmtpVerb::noop, "RFC 5321 4.1.1.9"},
    SmtpVerbInfo{"QUIT", SmtpVerb::quit, "RFC 5321 4.1.1.10"},
    SmtpVerbInfo{"RCPT", SmtpVerb::rcpt, "RFC 5321 4.1.1.3"},
    SmtpVerbInfo{"RSET", SmtpVerb::rset, "RFC 5321 4.1.1.5"},
    SmtpVerbInfo{"SAML", SmtpVerb::saml, "RFC 821 4.1.1"},
    SmtpVerbInfo{"SEND", SmtpVerb::send, "RFC 821 4.1.1"},
    SmtpVerbInfo{"SOML", SmtpVerb::soml, "RFC 821 4.1.1"},
    SmtpVerbInfo{"STARTTLS", SmtpVerb::starttls, "RFC 3207 4"},
    SmtpVerbInfo{"TURN", SmtpVerb::turn, "RFC 821 4.1.1"},
    SmtpVerbInfo{"VRFY", SmtpVerb::vrfy, "RFC 5321 4.1.1.6"},
    SmtpVerbInfo{"X-ANONYMOUSTLS", SmtpVerb::x_anonymoustls, "Exchange"},
    SmtpVerbInfo{"X-EXPS", SmtpVerb::x_exps, "Exchange"},
    SmtpVerbInfo{"XCLIENT", SmtpVerb::xclient, "Postfix"},
    SmtpVerbInfo{"XFORWARD", SmtpVerb::xforward, "Postfix"},
};
static_assert(std::ranges::is_sorted(verbs, {}, &SmtpVerbInfo::name));
static_assert(std::ranges::is_sorted(verbs, {}, &SmtpVerbInfo::verb), "to_string() indexes by the enumerator");

constexpr std::array keywords = {
    KeywordRow{"AUTH", EsmtpKeyword::auth},
    KeywordRow{"BODY", EsmtpKeyword::body},
    KeywordRow{"BY", EsmtpKeyword::by},
    KeywordRow{"CONNEG", EsmtpKeyword::conneg},
    KeywordRow{"CONPERM", EsmtpKeyword::conperm},
    KeywordRow{"ENVID", EsmtpKeyword::envid},
    KeywordRow{"HOLDFOR", EsmtpKeyword::holdfor},
    KeywordRow{"HOLDUNTIL", EsmtpKeyword::holduntil},
    KeywordRow{"MT-PRIORITY", EsmtpKeyword::mt_priority},
    KeywordRow{"MTRK", EsmtpKeyword::mtrk},
    KeywordRow{"NOTIFY", EsmtpKeyword::notify},
    KeywordRow{"ORCPT", EsmtpKeyword::orcpt},
    KeywordRow{"PRDR", EsmtpKeyword::prdr},
    KeywordRow{"REQUIRETLS", EsmtpKeyword::requiretls},
    KeywordRow{"RET", EsmtpKeyword::ret},
    KeywordRow{"RRVS", EsmtpKeyword::rrvs},
    KeywordRow{"SIZE", EsmtpKeyword::size},
    KeywordRow{"SMTPUTF8", EsmtpKeyword::smtputf8},
    KeywordRow{"SOLICIT", EsmtpKeyword::solicit},
    KeywordRow{"TRANSID", EsmtpKeyword::transid},
    KeywordRow{"XSHADOW", EsmtpKeyword::xshadow},
};
static_assert(std::ranges::is_sorted(keywords, {}, &KeywordRow<EsmtpKeyword>::name));

constexpr bool is_blank(char octet) noexcept {
  return is(OctetClass::blank, octet);
}

constexpr bool is_verb_octet(char octet) noexcept {
  return is(OctetClass::alpha, octet) || is(OctetClass::digit, octet) || octet == '-' || octet == '_';
}

/// Takes blanks off the front of `text`.
constexpr void skip_blanks(std::string_view& text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
}

/// Takes the next run of octets that are no blanks off the front of `text`, and the blanks around it.
std::string_view take_word(std::string_view& text) noexcept {
  skip_blanks(text);
  const auto end = std::ranges::find_if(text, is_blank);
  const std::string_view word(text.begin(), end);
  text.remove_prefix(word.size());
  skip_blanks(text);
  return word;
}

/// Where the quoted string that `text` begins with ends, behind its closing quote; 0 where it does not close.
std::size_t quoted_string_size(std::string_view text) noexcept {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return 0;
}

/// What a tolerant receiver takes for the path where the grammar finds none: angle brackets wherever they stand, else
/// everything up to a blank.
struct Salvage {
  std::string_view text;   ///< with brackets
  std::string_view inner;  ///< without
  bool bracketed = false;
};

Salvage salvage_path(std::string_view text) noexcept {
  const std::size_t open = text.find('<');
  if (open != std::string_view::npos) {
    std::size_t close = text.find('>', open);
    if (open + 1 < text.size() && text[open + 1] == '"') {
      const std::size_t quoted = quoted_string_size(text.substr(open + 1));
      if (quoted != 0) close = text.find('>', open + 1 + quoted);
    }
    if (close != std::string_view::npos) {
      return {text.substr(open, close + 1 - open), text.substr(open + 1, close - open - 1), true};
    }
    const std::string_view rest = text.substr(open);
    return {rest, rest.substr(1), false};
  }
  std::size_t size = !text.empty() && text.front() == '"' ? quoted_string_size(text) : 0;
  while (size < text.size() && !is_blank(text[size])) ++size;
  return {text.substr(0, size), text.substr(0, size), false};
}

SmtpPath salvaged(const Salvage& found) {
  SmtpPath path;
  path.text = found.text;
  path.bracketed = found.bracketed;
  path.null_path = found.text == "<>";
  path.address = trim_blanks(found.inner);
  if (path.address.starts_with('@')) {
    const std::size_t colon = path.address.find(':');
    if (colon != std::string_view::npos) {
      path.route = path.address.substr(0, colon);
      path.address.remove_prefix(colon + 1);
    }
  }
  const std::size_t at = path.address.rfind('@');
  path.local_part = path.address.substr(0, at);
  if (at != std::string_view::npos) path.domain = path.address.substr(at + 1);
  path.domain_kind = smtp_rules::domain_kind(path.domain);
  path.quoted = path.local_part.starts_with('"');
  return path;
}

SmtpPath fitting(std::string_view text, const smtp_rules::PathParts& parts) {
  SmtpPath path;
  path.text = text.substr(0, parts.length);
  path.bracketed = true;
  path.well_formed = parts.strict;
  path.null_path = parts.length == 2;
  path.route = parts.route;
  path.local_part = parts.local_part;
  path.domain = parts.domain;
  if (!path.null_path) {
    const auto from = static_cast<std::size_t>(parts.local_part.data() - text.data());
    path.address = text.substr(from, parts.length - 1 - from);
  }
  path.domain_kind = smtp_rules::domain_kind(path.domain);
  path.quoted = path.local_part.starts_with('"');
  return path;
}

/// Reads one command; holds what its steps share.
class Reader {
 public:
  Reader(std::string_view line, std::uint64_t offset, DiagnosticSink& sink)
      : line_(line), offset_(offset), sink_(sink) {}

  std::expected<SmtpCommand, SmtpCommandError> read() {
    report_nul();
    std::string_view rest = line_;
    skip_blanks(rest);
    if (rest.empty()) return std::unexpected(SmtpCommandError::empty);
    const auto end = std::ranges::find_if_not(rest, is_verb_octet);
    command_.verb_text = std::string_view(rest.begin(), end);
    rest.remove_prefix(command_.verb_text.size());
    if (command_.verb_text.empty() || !is(OctetClass::alpha, command_.verb_text.front()) ||
        !(rest.empty() || is_blank(rest.front()))) {
      return std::unexpected(SmtpCommandError::no_verb);
    }
    command_.verb = find_smtp_verb(command_.verb_text);
    command_.argument = trim_blanks(rest);
    command_.well_formed = smtp_rules::fits_command(command_.verb, line_);
    read_argument();
    return std::move(command_);
  }

 private:
  void read_argument() {
    switch (command_.verb) {
      case SmtpVerb::mail:
      case SmtpVerb::send:
      case SmtpVerb::soml:
      case SmtpVerb::saml:
        return read_path("FROM");
      case SmtpVerb::rcpt:
        return read_path("TO");
      case SmtpVerb::xclient:
      case SmtpVerb::xforward:
        return read_parameters(command_.argument);
      case SmtpVerb::bdat:
        return read_chunk();
      case SmtpVerb::auth:
      case SmtpVerb::x_exps:
        return read_auth();
      default:
        return;
    }
  }

  void report_nul() {
    const std::size_t at = line_.find('\0');
    if (at != std::string_view::npos) sink_.report(make_diagnostic(Code::smtp_command_nul, offset_ + at, 1));
  }

  [[nodiscard]] std::uint64_t place(std::string_view part) const noexcept {
    return offset_ + static_cast<std::uint64_t>(part.data() - line_.data());
  }

  void report_path(std::string_view from) {
    sink_.report(make_diagnostic(Code::smtp_path_syntax, place(from), std::min<std::size_t>(from.size(), 1)));
  }

  void read_path(std::string_view keyword) {
    std::string_view rest = command_.argument;
    bool reported = false;
    if (istarts_with(rest, keyword)) {
      rest.remove_prefix(keyword.size());
      skip_blanks(rest);
      if (rest.starts_with(':')) {
        rest.remove_prefix(1);
      } else {
        report_path(rest);
        reported = true;
      }
      skip_blanks(rest);
    } else {
      report_path(rest);
      reported = true;
    }
    if (rest.empty()) {
      if (!reported) report_path(rest);
      return;
    }
    read_parameters(take_path(rest, reported));
  }

  /// Takes the path off the front of `text` and returns what follows it.
  std::string_view take_path(std::string_view text, bool reported) {
    const auto parts = smtp_rules::read_path(text);
    if (!parts) {
      const std::string_view misfit = text.substr(parts.error());
      const Salvage found = salvage_path(text);
      command_.path = salvaged(found);
      if (!reported) report_path(misfit);
      report_route();
      return text.substr(static_cast<std::size_t>(found.text.data() - text.data()) + found.text.size());
    }
    command_.path = fitting(text, *parts);
    report_route();
    const std::string_view rest = text.substr(parts->length);
    if (!reported && !rest.empty() && !is_blank(rest.front())) report_path(rest);
    return rest;
  }

  void report_route() {
    const std::string_view route = command_.path->route;
    if (route.empty()) return;
    sink_.report(make_diagnostic(Code::smtp_path_source_route, place(route), route.size()));
  }

  void read_parameters(std::string_view text) {
    while (true) {
      const std::string_view word = take_word(text);
      if (word.empty()) return;
      EsmtpParameter parameter;
      const std::size_t equals = word.find('=');
      parameter.keyword = word.substr(0, equals);
      if (equals != std::string_view::npos) parameter.value = word.substr(equals + 1);
      parameter.known = find_esmtp_keyword(parameter.keyword);
      parameter.well_formed = smtp_rules::fits_parameter(word, parameter.known, parameter.value);
      command_.well_formed = command_.well_formed && parameter.well_formed;
      command_.parameters.push_back(parameter);
    }
  }

  void read_chunk() {
    std::string_view rest = command_.argument;
    const std::string_view digits = take_word(rest);
    const std::string_view marker = take_word(rest);
    const bool all_digits =
        !digits.empty() && std::ranges::all_of(digits, [](char octet) { return is(OctetClass::digit, octet); });
    if (!all_digits) {
      sink_.report(make_diagnostic(Code::smtp_bdat_syntax, place(digits), digits.size()));
      return;
    }
    if (!(marker.empty() || iequals(marker, "LAST")) || !rest.empty()) {
      const std::string_view wrong = iequals(marker, "LAST") ? rest : marker;
      sink_.report(make_diagnostic(Code::smtp_bdat_syntax, place(wrong), wrong.size()));
      return;
    }
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    if (error != std::errc{} || size > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      sink_.report(make_diagnostic(Code::smtp_bdat_size_range, place(digits), digits.size()));
      return;
    }
    command_.chunk = SmtpChunk{size, !marker.empty()};
  }

  void read_auth() {
    std::string_view rest = command_.argument;
    command_.mechanism = take_word(rest);
    if (!rest.empty()) command_.initial_response = rest;
  }

  std::string_view line_;
  std::uint64_t offset_;
  DiagnosticSink& sink_;
  SmtpCommand command_;
};

}  // namespace

SmtpVerb find_smtp_verb(std::string_view name) noexcept {
  const auto row = find_keyword(verbs, name, &SmtpVerbInfo::name);
  return row == verbs.end() ? SmtpVerb::unknown : row->verb;
}

std::string_view to_string(SmtpVerb verb) noexcept {
  return verb == SmtpVerb::unknown ? std::string_view{} : verbs[static_cast<std::size_t>(verb) - 1].name;
}

EsmtpKeyword find_esmtp_keyword(std::string_view name) noexcept {
  const auto row = find_keyword(keywords, name, &KeywordRow<EsmtpKeyword>::name);
  return row == keywords.end() ? EsmtpKeyword::unknown : row->value;
}

const EsmtpParameter* SmtpCommand::find(EsmtpKeyword keyword) const noexcept {
  const auto found = std::ranges::find(parameters, keyword, &EsmtpParameter::known);
  return found == parameters.end() ? nullptr : &*found;
}

std::expected<SmtpCommand, SmtpCommandError> parse_smtp_command(std::string_view line, std::uint64_t offset,
                                                                DiagnosticSink& sink) {
  return Reader(line, offset, sink).read();
}

std::optional<std::string_view> decode_xtext(std::string_view xtext, Arena& arena) {
  if (!smtp_rules::fits_xtext(xtext)) return std::nullopt;
  if (!xtext.contains('+')) return xtext;
  char* const text = arena.allocate(xtext.size());
  std::size_t size = 0;
  for (std::size_t i = 0; i < xtext.size(); ++i) {
    if (xtext[i] != '+') {
      text[size++] = xtext[i];
      continue;
    }
    unsigned octet = 0;
    std::from_chars(xtext.data() + i + 1, xtext.data() + i + 3, octet, 16);
    text[size++] = static_cast<char>(octet);
    i += 2;
  }
  return std::string_view(text, size);
}

std::string_view unquote_local_part(std::string_view local_part, Arena& arena) {
  if (local_part.size() < 2 || local_part.front() != '"' || local_part.back() != '"') return local_part;
  const std::string_view inner = local_part.substr(1, local_part.size() - 2);
  if (!inner.contains('\\')) return inner;
  char* const text = arena.allocate(inner.size());
  std::size_t size = 0;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] == '\\' && i + 1 < inner.size()) ++i;
    text[size++] = inner[i];
  }
  return {text, size};
}

}  // namespace mailparse
