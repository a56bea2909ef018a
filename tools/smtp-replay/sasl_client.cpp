#include "smtp-replay/sasl_client.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <mailparse/scan/base64.hpp>

namespace mailparse::tools {
namespace {

constexpr std::size_t nonce_octets = 18;
/// A server that asks for more is after our time, not our proof.
constexpr int most_iterations = 1'000'000;

std::string decoded(std::string_view text) {
  std::string octets(Base64Decoder::room(text.size()), '\0');
  Base64Decoder decoder;
  octets.resize(decoder.decode(text, octets));
  std::array<char, 2> rest{};
  octets.append(rest.data(), decoder.finish(rest));
  return octets;
}

std::string hex(std::string_view octets) {
  std::string text;
  for (const char octet : octets) text += fmt::format("{:02x}", static_cast<unsigned char>(octet));
  return text;
}

/// RFC 2104.
std::string hmac(const EVP_MD* hash, std::string_view key, std::string_view octets) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const auto* const data = reinterpret_cast<const unsigned char*>(octets.data());
  if (HMAC(hash, key.data(), static_cast<int>(key.size()), data, octets.size(), digest.data(), &size) == nullptr)
    return {};
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string digest_of(const EVP_MD* hash, std::string_view octets) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(octets.data(), octets.size(), digest.data(), &size, hash, nullptr) != 1) return {};
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string random_nonce() {
  std::array<unsigned char, nonce_octets> octets{};
  if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1) return {};
  return base64_encode({reinterpret_cast<const char*>(octets.data()), octets.size()});
}

/// SCRAM's name with "=" and "," escaped. RFC 5802 5.1.
std::string saslname(std::string_view name) {
  std::string escaped;
  for (const char octet : name) {
    if (octet == '=') {
      escaped += "=3D";
    } else if (octet == ',') {
      escaped += "=2C";
    } else {
      escaped += octet;
    }
  }
  return escaped;
}

/// The value of attribute `name` in "r=...,s=...,i=...".
std::string_view attribute(std::string_view message, char name) {
  while (!message.empty()) {
    const std::string_view one = message.substr(0, message.find(','));
    if (one.size() >= 2 && one[0] == name && one[1] == '=') return one.substr(2);
    message.remove_prefix(std::min(one.size() + 1, message.size()));
  }
  return {};
}

}  // namespace

SaslClient::SaslClient(std::string mechanism, Credentials credentials, std::string nonce)
    : mechanism_(std::move(mechanism)), credentials_(std::move(credentials)), nonce_(std::move(nonce)) {
  if (nonce_.empty() && mechanism_ == "SCRAM-SHA-256") nonce_ = random_nonce();
}

bool SaslClient::can_answer(std::string_view mechanism, const Credentials& credentials) noexcept {
  if (mechanism == "XOAUTH2") return !credentials.token.empty();
  constexpr std::array<std::string_view, 4> with_password{"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"};
  return std::ranges::find(with_password, mechanism) != with_password.end();
}

std::optional<std::string> SaslClient::initial_response() const {
  if (mechanism_ == "PLAIN") {
    std::string message;
    message += '\0';
    message += credentials_.user;
    message += '\0';
    message += credentials_.password;
    return base64_encode(message);
  }
  if (mechanism_ == "XOAUTH2")
    return base64_encode(
        fmt::format("user={}\x01"
                    "auth=Bearer {}\x01\x01",
                    credentials_.user, credentials_.token));
  if (mechanism_ == "SCRAM-SHA-256")
    return base64_encode(fmt::format("n,,n={},r={}", saslname(credentials_.user), nonce_));
  return std::nullopt;
}

std::optional<std::string> SaslClient::answer(std::string_view challenge) {
  const std::size_t index = answered_++;
  if (mechanism_ == "LOGIN" && index < 2) return base64_encode(index == 0 ? credentials_.user : credentials_.password);
  if (mechanism_ == "CRAM-MD5" && index == 0) return answer_cram_md5(challenge);
  if (mechanism_ == "XOAUTH2" && index == 0) return "";  // the challenge says why it failed
  if (mechanism_ == "SCRAM-SHA-256") return answer_scram(decoded(challenge));
  return std::nullopt;
}

std::optional<std::string> SaslClient::answer_cram_md5(std::string_view challenge) const {
  const std::string digest = hmac(EVP_md5(), credentials_.password, decoded(challenge));
  if (digest.empty()) return std::nullopt;
  return base64_encode(credentials_.user + " " + hex(digest));
}

/// The proof, and then the check of the server's. RFC 5802 3.
std::optional<std::string> SaslClient::answer_scram(std::string_view challenge) {
  if (!signature_.empty())
    return attribute(challenge, 'v') == signature_ ? std::optional<std::string>("") : std::nullopt;
  const std::string_view nonce = attribute(challenge, 'r');
  const std::string salt = decoded(attribute(challenge, 's'));
  const std::string_view count = attribute(challenge, 'i');
  int iterations = 0;
  std::from_chars(count.data(), count.data() + count.size(), iterations);
  if (!nonce.starts_with(nonce_) || salt.empty() || iterations < 1 || iterations > most_iterations) return std::nullopt;
  constexpr std::size_t sha256_octets = 32;
  std::array<unsigned char, sha256_octets> salted{};
  if (PKCS5_PBKDF2_HMAC(credentials_.password.data(), static_cast<int>(credentials_.password.size()),
                        reinterpret_cast<const unsigned char*>(salt.data()), static_cast<int>(salt.size()), iterations,
                        EVP_sha256(), static_cast<int>(salted.size()), salted.data()) != 1)
    return std::nullopt;
  const std::string_view key(reinterpret_cast<const char*>(salted.data()), salted.size());
  const std::string without_proof = fmt::format("c=biws,r={}", nonce);
  const std::string signed_text =
      fmt::format("n={},r={},{},{}", saslname(credentials_.user), nonce_, challenge, without_proof);
  std::string proof = hmac(EVP_sha256(), key, "Client Key");
  const std::string signature = hmac(EVP_sha256(), digest_of(EVP_sha256(), proof), signed_text);
  if (proof.size() != sha256_octets || signature.size() != sha256_octets) return std::nullopt;
  std::ranges::transform(proof, signature, proof.begin(), [](char a, char b) { return static_cast<char>(a ^ b); });
  signature_ = base64_encode(hmac(EVP_sha256(), hmac(EVP_sha256(), key, "Server Key"), signed_text));
  return base64_encode(fmt::format("{},p={}", without_proof, base64_encode(proof)));
}

std::optional<std::string> apop_digest(std::string_view greeting, std::string_view password) {
  const std::size_t begin = greeting.find('<');
  const std::size_t end = greeting.find('>', begin);
  if (begin == std::string_view::npos || end == std::string_view::npos) return std::nullopt;
  std::string text(greeting.substr(begin, end + 1 - begin));
  text += password;
  return hex(digest_of(EVP_md5(), text));
}

}  // namespace mailparse::tools
