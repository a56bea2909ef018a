#include "smtp-replay/sasl_client.hpp"

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <mailparse/scan/base64.hpp>

namespace mailparse::tools {
namespace {

std::string decoded(std::string_view text) {
  std::string octets(Base64Decoder::room(text.size()), '\0');
  Base64Decoder decoder;
  octets.resize(decoder.decode(text, octets));
  std::array<char, 2> rest{};
  octets.append(rest.data(), decoder.finish(rest));
  return octets;
}

/// HMAC-MD5 in lower case hexadecimal digits. RFC 2104.
std::optional<std::string> hmac_md5(std::string_view key, std::string_view octets) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const auto* const data = reinterpret_cast<const unsigned char*>(octets.data());
  if (HMAC(EVP_md5(), key.data(), static_cast<int>(key.size()), data, octets.size(), digest.data(), &size) == nullptr)
    return std::nullopt;
  std::string text;
  for (unsigned at = 0; at < size; ++at) text += fmt::format("{:02x}", digest[at]);
  return text;
}

}  // namespace

bool can_answer(std::string_view mechanism) noexcept {
  return mechanism == "PLAIN" || mechanism == "LOGIN" || mechanism == "CRAM-MD5";
}

std::optional<std::string> initial_response(std::string_view mechanism, const Credentials& credentials) {
  if (mechanism != "PLAIN") return std::nullopt;
  std::string message;
  message += '\0';
  message += credentials.user;
  message += '\0';
  message += credentials.password;
  return base64_encode(message);
}

std::optional<std::string> answer(std::string_view mechanism, std::size_t index, std::string_view challenge,
                                  const Credentials& credentials) {
  if (mechanism == "LOGIN" && index < 2) return base64_encode(index == 0 ? credentials.user : credentials.password);
  if (mechanism != "CRAM-MD5" || index != 0) return std::nullopt;
  const auto digest = hmac_md5(credentials.password, decoded(challenge));
  if (!digest) return std::nullopt;
  return base64_encode(credentials.user + " " + *digest);
}

}  // namespace mailparse::tools
