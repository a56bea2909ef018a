#include "session/sasl.hpp"

#include <algorithm>
#include <array>

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/base64.hpp>
#include <mailparse/scan/utf8_character.hpp>

namespace mailparse {
namespace {

struct MechanismRow {
  std::string_view name;
  SaslMechanism mechanism;
};

constexpr auto mechanisms = std::to_array<MechanismRow>({
    {"ANONYMOUS", SaslMechanism::anonymous},
    {"CRAM-MD5", SaslMechanism::cram_md5},
    {"DIGEST-MD5", SaslMechanism::digest_md5},
    {"EXTERNAL", SaslMechanism::external},
    {"LOGIN", SaslMechanism::login},
    {"NTLM", SaslMechanism::ntlm},
    {"OAUTHBEARER", SaslMechanism::oauthbearer},
    {"PLAIN", SaslMechanism::plain},
    {"XOAUTH2", SaslMechanism::xoauth2},
});

/// The value of `name=value` in `text`, up to `end`; `name` must start the text or follow `separator`.
std::optional<std::string_view> value_of(std::string_view text, std::string_view name, char separator) {
  for (std::size_t at = 0; at <= text.size();) {
    std::string_view item = text.substr(at, text.find(separator, at) - at);
    at += item.size() + 1;
    item = trim_blanks(item);
    if (istarts_with(item, name)) return item.substr(name.size());
  }
  return std::nullopt;
}

/// RFC 5802 5.1: "=2C" and "=3D" stand for "," and "=".
std::string decode_saslname(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const std::string_view rest = name.substr(i);
    if (rest.starts_with("=2C") || rest.starts_with("=3D")) {
      out.push_back(rest[1] == '2' ? ',' : '=');
      i += 2;
    } else {
      out.push_back(name[i]);
    }
  }
  return out;
}

std::uint32_t little_endian(std::string_view text, std::size_t at, unsigned octets) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < octets; ++i) {
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(text[at + i])) << (8 * i);
  }
  return value;
}

/// A security buffer of an NTLM message: length, allocated length, offset. MS-NLMP 2.2.1.3.
std::string_view security_buffer(std::string_view message, std::size_t at) {
  const std::uint32_t length = little_endian(message, at, 2);
  const std::uint32_t offset = little_endian(message, at + 4, 4);
  if (offset > message.size() || length > message.size() - offset) return {};
  return message.substr(offset, length);
}

/// Names in NTLM messages are UTF-16LE where both sides agreed on it. Octets beyond the first plane do not occur in
/// account names that Windows accepts; they become U+FFFD.
std::string ntlm_text(std::string_view octets, bool unicode) {
  if (!unicode) return std::string(octets);
  std::string out;
  for (std::size_t i = 0; i + 1 < octets.size(); i += 2) {
    std::uint32_t c = little_endian(octets, i, 2);
    if (c >= 0xD800 && c <= 0xDFFF) c = 0xFFFD;
    append_utf8(out, c);
  }
  return out;
}

/// DOMAIN\user of an AUTHENTICATE_MESSAGE, the third of an exchange. MS-NLMP 2.2.1.3.
std::optional<std::string> ntlm_identity(std::string_view message) {
  constexpr std::size_t fixed_part = 64;
  if (message.size() < fixed_part || !message.starts_with(std::string_view("NTLMSSP\0\3\0\0\0", 12)))
    return std::nullopt;
  const bool unicode = (little_endian(message, 60, 4) & 1) != 0;
  const std::string domain = ntlm_text(security_buffer(message, 28), unicode);
  const std::string user = ntlm_text(security_buffer(message, 36), unicode);
  if (user.empty()) return std::nullopt;
  return domain.empty() ? user : domain + '\\' + user;
}

std::optional<std::string> gs2_identity(std::string_view header) {
  // "n,a=user@example.com,": the flag, then the authorisation identity.
  const std::size_t comma = header.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const std::string_view authzid = header.substr(comma + 1, header.find(',', comma + 1) - comma - 1);
  if (!authzid.starts_with("a=")) return std::nullopt;
  return decode_saslname(authzid.substr(2));
}

std::optional<std::string> scram_identity(std::string_view first_message) {
  const auto name = value_of(first_message, "n=", ',');
  if (!name || name->empty()) return std::nullopt;
  return decode_saslname(*name);
}

std::optional<std::string> digest_md5_identity(std::string_view response) {
  auto name = value_of(response, "username=", ',');
  if (!name) return std::nullopt;
  if (name->size() >= 2 && name->front() == '"' && name->back() == '"') *name = name->substr(1, name->size() - 2);
  return std::string(*name);
}

std::optional<std::string> plain_identity(std::string_view response) {
  const std::size_t first = response.find('\0');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = response.find('\0', first + 1);
  return std::string(response.substr(first + 1, second == std::string_view::npos ? second : second - first - 1));
}

/// "Bearer token". RFC 6750 2.1.
std::string_view bearer_token(std::string_view value) noexcept {
  constexpr std::string_view scheme = "Bearer ";
  return istarts_with(value, scheme) ? value.substr(scheme.size()) : value;
}

}  // namespace

SaslMechanism find_sasl_mechanism(std::string_view name) noexcept {
  for (const auto& row : mechanisms) {
    if (iequals(row.name, name)) return row.mechanism;
  }
  return istarts_with(name, "SCRAM-") ? SaslMechanism::scram : SaslMechanism::other;
}

SaslExchange::SaslExchange(std::string_view mechanism) : name_(mechanism), mechanism_(find_sasl_mechanism(mechanism)) {
  std::ranges::transform(name_, name_.begin(), to_upper);
}

bool SaslExchange::challenge_is_secret() const noexcept {
  // PLAIN and LOGIN prompt with fixed words; OAuth's challenge is an error report.
  return mechanism_ != SaslMechanism::plain && mechanism_ != SaslMechanism::login &&
         mechanism_ != SaslMechanism::xoauth2 && mechanism_ != SaslMechanism::oauthbearer &&
         mechanism_ != SaslMechanism::external && mechanism_ != SaslMechanism::anonymous;
}

void SaslExchange::client_response(std::string_view base64) {
  if (base64 == "*") {
    aborted_ = true;
    return;
  }
  const auto decoded = decode_base64_token(base64 == "=" ? std::string_view{} : base64);
  // An undecodable response still counts: the password is the second one, whatever the first looked like.
  take(decoded ? std::string_view(*decoded) : std::string_view{});
  ++responses_;
}

void SaslExchange::reveal(std::string_view password) {
  reveals_password_ = true;
  password_ = password;
}

void SaslExchange::take(std::string_view response) {
  switch (mechanism_) {
    case SaslMechanism::plain:
      if (response.empty()) return;
      identity_ = plain_identity(response);
      reveal(response.substr(std::min(response.rfind('\0') + 1, response.size())));
      return;
    case SaslMechanism::login:
      if (responses_ == 0 && !response.empty()) identity_ = std::string(response);
      if (responses_ == 1) reveal(response);
      return;
    case SaslMechanism::cram_md5:
      if (const std::size_t blank = response.rfind(' '); blank != std::string_view::npos) {
        identity_ = std::string(response.substr(0, blank));
      }
      return;
    case SaslMechanism::digest_md5:
      if (!identity_) identity_ = digest_md5_identity(response);
      return;
    case SaslMechanism::scram:
      if (!identity_) identity_ = scram_identity(response);
      return;
    case SaslMechanism::ntlm:
      if (auto identity = ntlm_identity(response)) identity_ = std::move(identity);
      return;
    case SaslMechanism::xoauth2:
      if (const auto user = value_of(response, "user=", '\1')) identity_ = std::string(*user);
      if (const auto token = value_of(response, "auth=", '\1')) reveal(bearer_token(*token));
      return;
    case SaslMechanism::oauthbearer:
      if (!identity_) identity_ = gs2_identity(response.substr(0, response.find('\1')));
      if (const auto token = value_of(response, "auth=", '\1')) reveal(bearer_token(*token));
      return;
    case SaslMechanism::external:
      if (!response.empty()) identity_ = std::string(response);
      return;
    case SaslMechanism::anonymous:
    case SaslMechanism::other:
      return;
  }
}

std::optional<std::string> decode_base64_token(std::string_view token) {
  if (token.find_first_of(" \t\r\n") != std::string_view::npos) return std::nullopt;
  Base64Decoder decoder;
  std::string out(Base64Decoder::room(token.size()), '\0');
  const std::size_t size = decoder.decode(token, out);
  std::array<char, 2> rest;
  const std::size_t more = decoder.finish(rest);
  if (decoder.report().illegal.count > 0 || decoder.report().after_padding.count > 0) return std::nullopt;
  out.resize(size);
  out.append(rest.data(), more);
  return out;
}

}  // namespace mailparse
