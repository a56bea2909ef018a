#include "smtp-replay/tls_identity.hpp"

#include <memory>

#include <asio/ip/address.hpp>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace mailparse::tools {
namespace {

constexpr long valid_seconds = 24L * 60 * 60;
constexpr long clock_slack_seconds = 60L * 60;

template <auto free>
struct Freed {
  template <typename T>
  void operator()(T* held) const {
    free(held);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free_all>>;

std::string text_of(BIO* memory) {
  char* octets = nullptr;
  const long size = BIO_get_mem_data(memory, &octets);
  return size > 0 ? std::string(octets, static_cast<std::size_t>(size)) : std::string();
}

bool describe(X509* certificate, EVP_PKEY* key, const std::string& name) {
  std::uint64_t serial = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial)) != 1) return false;
  X509_NAME* const subject = X509_get_subject_name(certificate);
  const auto* const common_name = reinterpret_cast<const unsigned char*>(name.c_str());
  asio::error_code is_no_address;
  asio::ip::make_address(name, is_no_address);
  const std::string alternative = fmt::format("{}:{}", is_no_address ? "DNS" : "IP", name);
  const Extension names(X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative.c_str()));
  constexpr long version_3 = 2;
  return names && X509_set_version(certificate, version_3) == 1 &&
         ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1U) == 1 &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), -clock_slack_seconds) != nullptr &&
         X509_gmtime_adj(X509_getm_notAfter(certificate), valid_seconds) != nullptr &&
         X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, common_name, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, subject) == 1 && X509_set_pubkey(certificate, key) == 1 &&
         X509_add_ext(certificate, names.get(), -1) == 1;
}

}  // namespace

std::expected<TlsIdentity, std::string> make_tls_identity(const std::string& name) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  const Memory certificate_text(BIO_new(BIO_s_mem()));
  const Memory key_text(BIO_new(BIO_s_mem()));
  const bool made = key && certificate && certificate_text && key_text &&
                    describe(certificate.get(), key.get(), name) &&
                    X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0 &&
                    PEM_write_bio_X509(certificate_text.get(), certificate.get()) == 1 &&
                    PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1;
  if (!made) return std::unexpected(fmt::format("{}: no certificate could be made", name));
  return TlsIdentity{text_of(certificate_text.get()), text_of(key_text.get())};
}

}  // namespace mailparse::tools
