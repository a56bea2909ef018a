#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <mailparse/base/digest.hpp>
#include <mailparse/source/ip_address.hpp>

#include "base/openssl.hpp"
#include "source/tls/hello.hpp"

namespace mailparse::tls {

namespace {

using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Memory = std::unique_ptr<BIO, Release<BIO_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Release<GENERAL_NAMES_free>>;

std::string text_of(const X509_NAME* name) {
  const Memory memory(BIO_new(BIO_s_mem()));
  if (!memory || X509_NAME_print_ex(memory.get(), name, 0,
                                    XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB)) < 0)
    return {};
  char* octets = nullptr;
  const long length = BIO_get_mem_data(memory.get(), &octets);
  return length > 0 ? std::string(octets, static_cast<std::size_t>(length)) : std::string();
}

std::optional<Timestamp> time_of(const ASN1_TIME* time) {
  const auto seconds = seconds_of(time);
  return seconds ? timestamp(*seconds) : std::nullopt;
}

std::string octets_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::vector<std::string> alternative_names(X509* certificate) {
  std::vector<std::string> all;
  const Names names(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) all.push_back(octets_of(name->d.dNSName));
    if (name->type != GEN_IPADD) continue;
    const std::string octets = octets_of(name->d.iPAddress);
    if (octets.size() == 4) all.push_back(IpAddress::ipv4(octets.data()).text());
    if (octets.size() == 16) all.push_back(IpAddress::ipv6(octets.data()).text());
  }
  return all;
}

}  // namespace

std::optional<TlsCertificate> parse_certificate(std::string_view der) {
  const auto* octets = reinterpret_cast<const unsigned char*>(der.data());
  const Certificate certificate(d2i_X509(nullptr, &octets, static_cast<long>(der.size())));
  if (!certificate) return std::nullopt;
  TlsCertificate told;
  told.subject = text_of(X509_get_subject_name(certificate.get()));
  told.issuer = text_of(X509_get_issuer_name(certificate.get()));
  told.names = alternative_names(certificate.get());
  told.not_before = time_of(X509_get0_notBefore(certificate.get()));
  told.not_after = time_of(X509_get0_notAfter(certificate.get()));
  told.sha256 = digest_hex(DigestKind::sha256, der);
  return told;
}

}  // namespace mailparse::tls
