#include "source/tls/key_schedule.hpp"

#include <algorithm>
#include <iterator>
#include <memory>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace mailparse::tls {
namespace {

constexpr std::size_t tag_octets = 16;
constexpr std::size_t nonce_octets = 12;

constexpr Suite suites[] = {
    {0x009C, "AES-128-GCM", 16, false, true, false},        {0x009D, "AES-256-GCM", 32, true, true, false},
    {0x009E, "AES-128-GCM", 16, false, true, false},        {0x009F, "AES-256-GCM", 32, true, true, false},
    {0x1301, "AES-128-GCM", 16, false, false, true},        {0x1302, "AES-256-GCM", 32, true, false, true},
    {0x1303, "ChaCha20-Poly1305", 32, false, false, true},  {0xC02B, "AES-128-GCM", 16, false, true, false},
    {0xC02C, "AES-256-GCM", 32, true, true, false},         {0xC02F, "AES-128-GCM", 16, false, true, false},
    {0xC030, "AES-256-GCM", 32, true, true, false},         {0xCCA8, "ChaCha20-Poly1305", 32, false, false, false},
    {0xCCA9, "ChaCha20-Poly1305", 32, false, false, false}, {0xCCAA, "ChaCha20-Poly1305", 32, false, false, false},
};
static_assert(std::ranges::is_sorted(suites, {}, &Suite::number));

const unsigned char* octets_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string big_endian(std::uint64_t value, std::size_t octets) {
  std::string text(octets, '\0');
  for (std::size_t i = octets; i-- > 0; value >>= 8) text[i] = static_cast<char>(value & 0xFF);
  return text;
}

std::string hmac(const Suite& suite, std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (HMAC(suite.sha384 ? EVP_sha384() : EVP_sha256(), key.data(), static_cast<int>(key.size()), octets_of(text),
           text.size(), digest.data(), &length) == nullptr)
    return {};
  return {reinterpret_cast<const char*>(digest.data()), length};
}

/// HKDF-Expand-Label without context. RFC 8446 7.1, RFC 5869 2.3.
std::string expand_label(const Suite& suite, std::string_view secret, std::string_view label, std::size_t octets) {
  std::string info = big_endian(octets, 2);
  info += static_cast<char>(6 + label.size());
  info.append("tls13 ").append(label);
  info += '\0';
  std::string block;
  std::string out;
  for (char n = 1; out.size() < octets; ++n) {
    block = hmac(suite, secret, block + info + n);
    if (block.empty()) return {};
    out += block;
  }
  return out.substr(0, octets);
}

/// P_hash. RFC 5246 5.
std::string expand_seed(const Suite& suite, std::string_view secret, const std::string& seed, std::size_t octets) {
  std::string chained = seed;
  std::string out;
  while (out.size() < octets) {
    chained = hmac(suite, secret, chained);
    if (chained.empty()) return {};
    out += hmac(suite, secret, chained + seed);
  }
  return out.substr(0, octets);
}

struct Free {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
  void operator()(EVP_CIPHER* cipher) const noexcept { EVP_CIPHER_free(cipher); }
};

std::optional<std::string> decrypt(const Suite& suite, const TrafficKeys& keys, std::string_view nonce,
                                   std::string_view additional, std::string_view sealed) {
  const std::unique_ptr<EVP_CIPHER, Free> cipher(EVP_CIPHER_fetch(nullptr, suite.cipher, nullptr));
  const std::unique_ptr<EVP_CIPHER_CTX, Free> context(EVP_CIPHER_CTX_new());
  std::string tag(sealed.substr(sealed.size() - tag_octets));
  sealed.remove_suffix(tag_octets);
  std::string plain(sealed.size(), '\0');
  int length = 0;
  if (!cipher || !context || keys.key.size() != suite.key_octets || nonce.size() != nonce_octets) return std::nullopt;
  const bool opened =
      EVP_DecryptInit_ex2(context.get(), cipher.get(), octets_of(keys.key), octets_of(nonce), nullptr) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &length, octets_of(additional), static_cast<int>(additional.size())) ==
          1 &&
      EVP_DecryptUpdate(context.get(), reinterpret_cast<unsigned char*>(plain.data()), &length, octets_of(sealed),
                        static_cast<int>(sealed.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_octets), tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), reinterpret_cast<unsigned char*>(plain.data()) + length, &length) == 1;
  if (!opened) return std::nullopt;
  return plain;
}

}  // namespace

const Suite* find_suite(std::uint16_t number) noexcept {
  const Suite* const suite = std::ranges::lower_bound(suites, number, {}, &Suite::number);
  return suite != std::end(suites) && suite->number == number ? suite : nullptr;
}

TrafficKeys traffic_keys(const Suite& suite, std::string_view secret) {
  return {expand_label(suite, secret, "key", suite.key_octets), expand_label(suite, secret, "iv", nonce_octets), 0};
}

std::string next_secret(const Suite& suite, std::string_view secret) {
  return expand_label(suite, secret, "traffic upd", secret.size());
}

std::array<TrafficKeys, 2> key_block(const Suite& suite, std::string_view master_secret, std::string_view client_random,
                                     std::string_view server_random) {
  const std::size_t iv_octets = suite.explicit_nonce ? 4 : nonce_octets;
  std::string seed = "key expansion";
  seed.append(server_random).append(client_random);
  const std::string block = expand_seed(suite, master_secret, seed, 2 * (suite.key_octets + iv_octets));
  if (block.empty()) return {};
  std::array<TrafficKeys, 2> keys;
  for (std::size_t side = 0; side < 2; ++side) {
    keys[side].key = block.substr(side * suite.key_octets, suite.key_octets);
    keys[side].iv = block.substr(2 * std::size_t{suite.key_octets} + side * iv_octets, iv_octets);
  }
  return keys;
}

std::optional<std::string> open_record(const Suite& suite, TrafficKeys& keys, std::string_view header,
                                       std::string_view body) {
  const std::size_t explicit_octets = suite.explicit_nonce ? nonce_octets - keys.iv.size() : 0;
  if (body.size() < explicit_octets + tag_octets) return std::nullopt;
  const std::string sequence = big_endian(keys.sequence++, 8);
  std::string nonce = keys.iv;
  if (suite.explicit_nonce) {
    nonce += body.substr(0, explicit_octets);
    body.remove_prefix(explicit_octets);
  } else {
    for (std::size_t i = 0; i < sequence.size() && nonce.size() == nonce_octets; ++i)
      nonce[nonce_octets - sequence.size() + i] ^= sequence[i];
  }
  std::string additional(header);
  if (!suite.tls13) additional = sequence + std::string(header.substr(0, 3)) + big_endian(body.size() - tag_octets, 2);
  return decrypt(suite, keys, nonce, additional, body);
}

}  // namespace mailparse::tls
