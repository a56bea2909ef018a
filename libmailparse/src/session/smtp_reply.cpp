#include <algorithm>
#include <array>
#include <charconv>

#include <mailparse/base/octets.hpp>
#include <mailparse/session/smtp_reply.hpp>

#include "session/keyword_table.hpp"
#include "session/smtp_rules.hpp"

namespace mailparse {
namespace {

constexpr std::array extensions = {
    KeywordRow{"8BITMIME", SmtpExtension::eight_bit_mime},
    KeywordRow{"AUTH", SmtpExtension::auth},
    KeywordRow{"BINARYMIME", SmtpExtension::binarymime},
    KeywordRow{"BURL", SmtpExtension::burl},
    KeywordRow{"CHECKPOINT", SmtpExtension::checkpoint},
    KeywordRow{"CHUNKING", SmtpExtension::chunking},
    KeywordRow{"DELIVERBY", SmtpExtension::deliverby},
    KeywordRow{"DSN", SmtpExtension::dsn},
    KeywordRow{"ENHANCEDSTATUSCODES", SmtpExtension::enhanced_codes},
    KeywordRow{"ETRN", SmtpExtension::etrn},
    KeywordRow{"FUTURERELEASE", SmtpExtension::futurerelease},
    KeywordRow{"HELP", SmtpExtension::help},
    KeywordRow{"LIMITS", SmtpExtension::limits},
    KeywordRow{"MT-PRIORITY", SmtpExtension::mt_priority},
    KeywordRow{"NO-SOLICITING", SmtpExtension::no_soliciting},
    KeywordRow{"PIPELINING", SmtpExtension::pipelining},
    KeywordRow{"PRDR", SmtpExtension::prdr},
    KeywordRow{"REQUIRETLS", SmtpExtension::requiretls},
    KeywordRow{"RRVS", SmtpExtension::rrvs},
    KeywordRow{"SIZE", SmtpExtension::size},
    KeywordRow{"SMTPUTF8", SmtpExtension::smtputf8},
    KeywordRow{"STARTTLS", SmtpExtension::starttls},
    KeywordRow{"X-ANONYMOUSTLS", SmtpExtension::x_anonymoustls},
    KeywordRow{"X-EXPS", SmtpExtension::x_exps},
    KeywordRow{"XCLIENT", SmtpExtension::xclient},
    KeywordRow{"XFORWARD", SmtpExtension::xforward},
};
static_assert(std::ranges::is_sorted(extensions, {}, &KeywordRow<SmtpExtension>::name));

constexpr bool is_keyword_octet(char octet) noexcept {
  return is(OctetClass::alpha, octet) || is_digit(octet) || octet == '-' || octet == '_' || octet == '.';
}

}  // namespace

std::optional<SmtpReplyLine> parse_smtp_reply_line(std::string_view line) noexcept {
  if (line.size() < 3 || !std::ranges::all_of(line.substr(0, 3), is_digit)) return std::nullopt;
  if (line.size() > 3 && is_digit(line[3])) return std::nullopt;
  SmtpReplyLine reply;
  std::from_chars(line.data(), line.data() + 3, reply.code);
  const char separator = line.size() > 3 ? line[3] : ' ';
  reply.last = separator != '-';
  reply.well_formed = reply.code >= 200 && reply.code < 600 && (separator == ' ' || separator == '-');
  reply.text = line.substr(std::min<std::size_t>(line.size(), separator == ' ' || separator == '-' ? 4 : 3));
  reply.enhanced = parse_enhanced_code(reply.text, reply.code);
  return reply;
}

std::optional<EnhancedCode> parse_enhanced_code(std::string_view text, std::uint16_t code) noexcept {
  if (text.empty() || static_cast<unsigned>(text.front() - '0') != code / 100U) return std::nullopt;
  const std::size_t size = smtp_rules::enhanced_code_length(text);
  if (size == 0) return std::nullopt;
  EnhancedCode enhanced{.status_class = static_cast<std::uint16_t>(code / 100), .subject = 0, .detail = 0};
  const char* const end = text.data() + size;
  const auto [dot, error] = std::from_chars(text.data() + 2, end, enhanced.subject);
  std::from_chars(dot + 1, end, enhanced.detail);
  return enhanced;
}

SmtpExtension find_smtp_extension(std::string_view keyword) noexcept {
  const auto row = find_keyword(extensions, keyword, &KeywordRow<SmtpExtension>::name);
  return row == extensions.end() ? SmtpExtension::unknown : row->value;
}

std::optional<EhloKeyword> parse_ehlo_keyword(std::string_view text) {
  const std::string_view line = trim_blanks(text);
  const auto end = std::ranges::find_if_not(line, is_keyword_octet);
  EhloKeyword keyword;
  keyword.keyword = std::string_view(line.begin(), end);
  if (keyword.keyword.empty()) return std::nullopt;
  std::string_view rest = line.substr(keyword.keyword.size());
  if (rest.starts_with('=')) rest.remove_prefix(1);
  keyword.arguments = trim_blanks(rest);
  keyword.extension = find_smtp_extension(keyword.keyword);
  keyword.well_formed = smtp_rules::fits_ehlo_line(text);
  return keyword;
}

std::vector<EhloKeyword> parse_ehlo_keywords(std::span<const std::string_view> lines) {
  std::vector<EhloKeyword> keywords;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (const auto keyword = parse_ehlo_keyword(lines[i])) keywords.push_back(*keyword);
  }
  return keywords;
}

}  // namespace mailparse
