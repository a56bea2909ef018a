#include "analysis/public_key.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <optional>

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <mailparse/message/tag_list.hpp>

#include "analysis/tag_values.hpp"

namespace mailparse {
namespace {

const unsigned char* bytes(std::string_view octets) noexcept {
  return reinterpret_cast<const unsigned char*>(octets.data());
}

EVP_PKEY* key_of(void* key) noexcept {
  return static_cast<EVP_PKEY*>(key);
}

/// A SubjectPublicKeyInfo as RFC 6376 wants it, or the bare RSAPublicKey that some publish. RFC 6376 erratum 3017
EVP_PKEY* read_rsa(const std::string& octets) {
  const unsigned char* at = bytes(octets);
  if (EVP_PKEY* const key = d2i_PUBKEY(nullptr, &at, static_cast<long>(octets.size()))) return key;
  at = bytes(octets);
  return d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(octets.size()));
}

EVP_PKEY* read_ed25519(const std::string& octets) {
  return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(octets), octets.size());
}

/// A colon-separated list has `wanted`, or is "*" or empty.
bool lists(std::string_view list, std::string_view wanted) {
  if (list.empty()) return true;
  while (true) {
    const std::size_t colon = std::min(list.size(), list.find(':'));
    const std::string_view one = list.substr(0, colon);
    if (one == wanted || one == "*") return true;
    if (colon == list.size()) return false;
    list.remove_prefix(colon + 1);
  }
}

}  // namespace

void PublicKey::Free::operator()(void* key) const noexcept {
  EVP_PKEY_free(key_of(key));
}

PublicKey::PublicKey() = default;
PublicKey::PublicKey(PublicKey&&) noexcept = default;
PublicKey& PublicKey::operator=(PublicKey&&) noexcept = default;
PublicKey::~PublicKey() = default;

std::expected<PublicKey, std::string> PublicKey::read(std::string_view record) {
  const auto fail = [](std::string_view why) { return std::unexpected(std::string(why)); };
  constexpr std::size_t most_octets = 16 * 1024;
  if (record.size() > most_octets) return fail("the key record is too long");
  Silence silence;
  const TagList tags = read_tag_list({record, 0}, FieldName::unknown, silence);
  if (tag_value(tags, "v").value_or("DKIM1") != "DKIM1") return fail("the record is no key");
  const auto data = tag_value(tags, "p");
  if (!data) return fail("the key record has no p=");
  if (data->empty()) return fail("the key was revoked");
  if (!lists(tag_value(tags, "s").value_or("*"), "email")) return fail("the key is not for mail");
  PublicKey key;
  key.type_ = tag_value(tags, "k").value_or("rsa");
  key.hashes_ = tag_value(tags, "h").value_or("");
  key.strict_domain_ = lists(tag_value(tags, "t").value_or("-"), "s");
  const auto octets = base64_octets(*data);
  if (!octets) return fail("the key is no base64");
  if (key.type_ == "rsa") key.key_.reset(read_rsa(*octets));
  if (key.type_ == "ed25519") key.key_.reset(read_ed25519(*octets));
  if (!key.key_) return fail("the key cannot be read");
  EVP_PKEY* const pkey = key_of(key.key_.get());
  if (key.type_ == "rsa" && EVP_PKEY_get_base_id(pkey) != EVP_PKEY_RSA) return fail("the key is not of its type");
  key.bits_ = static_cast<std::uint32_t>(EVP_PKEY_get_bits(pkey));
  // The work of a verification grows with the cube of the length, and the sender publishes it.
  constexpr std::uint32_t most_bits = 8192;
  if (key.bits_ > most_bits) return fail("the key is too long");
  return key;
}

bool PublicKey::allows(std::string_view hash) const {
  return lists(hashes_, hash);
}

bool PublicKey::verifies(std::string_view algorithm, std::string_view text, std::string_view signature) const {
  const bool edwards = algorithm == "ed25519-sha256";
  if (edwards != (type_ == "ed25519")) return false;
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (!context) throw std::bad_alloc();
  const EVP_MD* const md = edwards ? nullptr : algorithm == "rsa-sha1" ? EVP_sha1() : EVP_sha256();
  // RFC 8463 3: what is signed is the SHA-256 of the text.
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  if (edwards) {
    if (EVP_Digest(text.data(), text.size(), hash.data(), &size, EVP_sha256(), nullptr) != 1) return false;
    text = {reinterpret_cast<const char*>(hash.data()), size};
  }
  return EVP_DigestVerifyInit(context.get(), nullptr, md, nullptr, key_of(key_.get())) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text), text.size()) == 1;
}

}  // namespace mailparse
