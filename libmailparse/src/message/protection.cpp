#include <limits>
#include <utility>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/date.hpp>
#include <mailparse/message/protection.hpp>

#include "base/openssl.hpp"

namespace mailparse {
namespace {

using Bio = std::unique_ptr<BIO, Release<BIO_free_all>>;
using Cms = std::unique_ptr<CMS_ContentInfo, Release<CMS_ContentInfo_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using BigNumber = std::unique_ptr<BIGNUM, Release<BN_free>>;
void free_certificates(STACK_OF(X509) * certificates) noexcept {
  sk_X509_pop_free(certificates, X509_free);
}
using Certificates = std::unique_ptr<STACK_OF(X509), Release<free_certificates>>;

/// OpenSSL queues errors per thread; what the input did wrong is nobody else's.
struct ErrorMark {
  ErrorMark() noexcept { ERR_set_mark(); }
  ~ErrorMark() { ERR_pop_to_mark(); }
  ErrorMark(const ErrorMark&) = delete;
  ErrorMark& operator=(const ErrorMark&) = delete;
};

Bio read_bio(std::string_view octets) {
  if (octets.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return nullptr;
  return Bio(BIO_new_mem_buf(octets.data(), static_cast<int>(octets.size())));
}

std::string contents(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

std::string name_text(const X509_NAME* name) {
  const Bio out(BIO_new(BIO_s_mem()));
  if (name == nullptr || out == nullptr) return {};
  if (X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0) return {};
  return contents(out.get());
}

std::string number_text(const ASN1_INTEGER* serial) {
  const BigNumber number(serial != nullptr ? ASN1_INTEGER_to_BN(serial, nullptr) : nullptr);
  if (number == nullptr) return {};
  char* digits = BN_bn2hex(number.get());
  if (digits == nullptr) return {};
  std::string text(digits);
  OPENSSL_free(digits);
  for (char& c : text) c = to_lower(c);
  return text;
}

std::string time_text(const ASN1_TIME* time) {
  const auto seconds = seconds_of(time);
  return seconds ? rfc3339(*seconds) : std::string();
}

void describe(X509* certificate, CertificateName& name) {
  name.subject = name_text(X509_get_subject_name(certificate));
  name.not_before = time_text(X509_get0_notBefore(certificate));
  name.not_after = time_text(X509_get0_notAfter(certificate));
  STACK_OF(OPENSSL_STRING)* const addresses = X509_get1_email(certificate);
  for (int i = 0; i < sk_OPENSSL_STRING_num(addresses); ++i)
    name.addresses.emplace_back(sk_OPENSSL_STRING_value(addresses, i));
  X509_email_free(addresses);
}

ProtectionKind kind_of(const CMS_ContentInfo* cms) noexcept {
  switch (OBJ_obj2nid(CMS_get0_type(cms))) {
    case NID_pkcs7_signed:
      return ProtectionKind::signed_data;
    case NID_pkcs7_enveloped:
    case NID_pkcs7_encrypted:
    case NID_id_smime_ct_authEnvelopedData:
      return ProtectionKind::encrypted;
    case NID_id_smime_ct_compressedData:
      return ProtectionKind::compressed;
    default:
      return ProtectionKind::unknown;
  }
}

/// An entity's octets as they were signed: with CRLF for every line end (RFC 8551 3.1.1).
std::string canonical(std::string_view octets) {
  std::string out;
  out.reserve(octets.size() + octets.size() / 32);
  char before = '\0';
  for (const char c : octets) {
    if (c == '\n' && before != '\r') out += '\r';
    out += c;
    before = c;
  }
  return out;
}

}  // namespace

struct TrustAnchors::Store {
  std::unique_ptr<X509_STORE, Release<X509_STORE_free>> store;
};

TrustAnchors::TrustAnchors(std::unique_ptr<Store> store) noexcept : store_(std::move(store)) {}
TrustAnchors::~TrustAnchors() = default;
TrustAnchors::TrustAnchors(TrustAnchors&&) noexcept = default;
TrustAnchors& TrustAnchors::operator=(TrustAnchors&&) noexcept = default;

std::optional<TrustAnchors> TrustAnchors::from_pem(std::string_view pem) {
  const ErrorMark mark;
  const Bio in = read_bio(pem);
  auto store = std::make_unique<Store>();
  store->store.reset(X509_STORE_new());
  if (in == nullptr || store->store == nullptr) return std::nullopt;
  bool any = false;
  while (Certificate certificate{PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)})
    any = X509_STORE_add_cert(store->store.get(), certificate.get()) == 1 || any;
  X509_STORE_set_flags(store->store.get(), X509_V_FLAG_NO_CHECK_TIME);
  if (!any) return std::nullopt;
  return TrustAnchors(std::move(store));
}

/// One CMS structure, opened.
class CmsReader {
 public:
  explicit CmsReader(std::string_view octets) {
    const Bio in = read_bio(octets);
    if (in != nullptr) cms_.reset(d2i_CMS_bio(in.get(), nullptr));
  }

  [[nodiscard]] Protection describe_all() {
    Protection protection;
    protection.format = ProtectionFormat::cms;
    protection.kind = cms_ != nullptr ? kind_of(cms_.get()) : ProtectionKind::unknown;
    if (protection.kind == ProtectionKind::signed_data) describe_signers(protection);
    if (protection.kind == ProtectionKind::encrypted) describe_recipients(protection);
    return protection;
  }

  /// The content of signed data that carries it.
  [[nodiscard]] std::optional<std::string_view> content() const noexcept {
    ASN1_OCTET_STRING** const held = CMS_get0_content(cms_.get());
    if (held == nullptr || *held == nullptr) return std::nullopt;
    return std::string_view(reinterpret_cast<const char*>(ASN1_STRING_get0_data(*held)),
                            static_cast<std::size_t>(ASN1_STRING_length(*held)));
  }

  /// `apart` is content that stands elsewhere.
  [[nodiscard]] SignatureOutcome verify(const TrustAnchors& anchors, std::optional<std::string_view> apart) {
    X509_STORE* const store = anchors.store_->store.get();
    if (!has_signers_certificate()) return SignatureOutcome::unchecked;
    if (runs(store, apart, CMS_BINARY)) return SignatureOutcome::valid;
    return runs(store, apart, CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) ? SignatureOutcome::untrusted
                                                                      : SignatureOutcome::broken;
  }

 private:
  /// A signature whose certificate did not come with it says nothing.
  [[nodiscard]] bool has_signers_certificate() const {
    STACK_OF(CMS_SignerInfo)* const infos = CMS_get0_SignerInfos(cms_.get());
    const Certificates certificates(CMS_get1_certs(cms_.get()));
    for (int i = 0; i < sk_CMS_SignerInfo_num(infos); ++i) {
      for (int j = 0; j < sk_X509_num(certificates.get()); ++j) {
        if (CMS_SignerInfo_cert_cmp(sk_CMS_SignerInfo_value(infos, i), sk_X509_value(certificates.get(), j)) == 0)
          return true;
      }
    }
    return false;
  }

  bool runs(X509_STORE* store, std::optional<std::string_view> apart, unsigned flags) {
    const Bio in = apart ? read_bio(*apart) : nullptr;
    const Bio out(BIO_new(BIO_s_null()));
    return CMS_verify(cms_.get(), nullptr, store, in.get(), out.get(), flags) == 1;
  }

  void describe_signers(Protection& protection) {
    STACK_OF(CMS_SignerInfo)* const infos = CMS_get0_SignerInfos(cms_.get());
    const Certificates certificates(CMS_get1_certs(cms_.get()));
    for (int i = 0; i < sk_CMS_SignerInfo_num(infos); ++i)
      protection.signers.push_back(describe_signer(sk_CMS_SignerInfo_value(infos, i), certificates.get()));
    if (protection.signers.empty()) protection.kind = ProtectionKind::certificates;
  }

  static Signer describe_signer(CMS_SignerInfo* info, STACK_OF(X509) * certificates) {
    Signer signer;
    X509_NAME* issuer = nullptr;
    ASN1_INTEGER* serial = nullptr;
    if (CMS_SignerInfo_get0_signer_id(info, nullptr, &issuer, &serial) == 1) {
      signer.certificate.issuer = name_text(issuer);
      signer.certificate.serial = number_text(serial);
    }
    for (int i = 0; i < sk_X509_num(certificates); ++i) {
      X509* const certificate = sk_X509_value(certificates, i);
      if (CMS_SignerInfo_cert_cmp(info, certificate) != 0) continue;
      describe(certificate, signer.certificate);
      break;
    }
    X509_ALGOR* digest = nullptr;
    CMS_SignerInfo_get0_algs(info, nullptr, nullptr, &digest, nullptr);
    if (digest != nullptr) {
      const ASN1_OBJECT* algorithm = nullptr;
      X509_ALGOR_get0(&algorithm, nullptr, nullptr, digest);
      if (const char* name = OBJ_nid2sn(OBJ_obj2nid(algorithm)); name != nullptr) signer.digest = name;
      for (char& c : signer.digest) c = to_lower(c);
    }
    signer.signing_time = signing_time(info);
    return signer;
  }

  static std::string signing_time(const CMS_SignerInfo* info) {
    const ASN1_OBJECT* const wanted = OBJ_nid2obj(NID_pkcs9_signingTime);
    for (const int type : {V_ASN1_UTCTIME, V_ASN1_GENERALIZEDTIME}) {
      const void* const time = CMS_signed_get0_data_by_OBJ(info, wanted, -3, type);
      if (time != nullptr) return time_text(static_cast<const ASN1_TIME*>(time));
    }
    return {};
  }

  void describe_recipients(Protection& protection) {
    STACK_OF(CMS_RecipientInfo)* const infos = CMS_get0_RecipientInfos(cms_.get());
    for (int i = 0; i < sk_CMS_RecipientInfo_num(infos); ++i) {
      CMS_RecipientInfo* const info = sk_CMS_RecipientInfo_value(infos, i);
      X509_NAME* issuer = nullptr;
      ASN1_INTEGER* serial = nullptr;
      if (CMS_RecipientInfo_type(info) != CMS_RECIPINFO_TRANS ||
          CMS_RecipientInfo_ktri_get0_signer_id(info, nullptr, &issuer, &serial) != 1 || issuer == nullptr) {
        continue;
      }
      CertificateName recipient;
      recipient.issuer = name_text(issuer);
      recipient.serial = number_text(serial);
      protection.recipients.push_back(std::move(recipient));
    }
  }

  Cms cms_;
};

CmsContent read_cms(std::string_view octets, const TrustAnchors* anchors) {
  const ErrorMark mark;
  CmsReader reader(octets);
  CmsContent read;
  read.protection = reader.describe_all();
  if (read.protection.kind != ProtectionKind::signed_data) return read;
  const auto content = reader.content();
  if (!content) return read;
  read.content = *content;
  if (anchors != nullptr) read.protection.signature = reader.verify(*anchors, std::nullopt);
  return read;
}

Protection read_cms_signature(std::string_view octets, std::string_view signed_octets, const TrustAnchors* anchors) {
  const ErrorMark mark;
  CmsReader reader(octets);
  Protection protection = reader.describe_all();
  const bool signs = protection.kind == ProtectionKind::signed_data;
  protection.kind = ProtectionKind::detached_signature;
  if (anchors == nullptr) return protection;
  protection.signature = signs ? reader.verify(*anchors, canonical(signed_octets)) : SignatureOutcome::unchecked;
  return protection;
}

bool is_cms_type(std::string_view type) noexcept {
  return type == "application/pkcs7-mime" || type == "application/x-pkcs7-mime";
}

bool is_cms_signature_type(std::string_view type) noexcept {
  return type == "application/pkcs7-signature" || type == "application/x-pkcs7-signature";
}

std::string_view to_string(ProtectionFormat format) noexcept {
  return format == ProtectionFormat::cms ? "cms" : "pgp";
}

std::string_view to_string(ProtectionKind kind) noexcept {
  switch (kind) {
    case ProtectionKind::detached_signature:
      return "detached-signature";
    case ProtectionKind::signed_data:
      return "signed";
    case ProtectionKind::encrypted:
      return "encrypted";
    case ProtectionKind::compressed:
      return "compressed";
    case ProtectionKind::certificates:
      return "certificates";
    case ProtectionKind::unknown:
      return "unknown";
  }
  return {};
}

std::string_view to_string(SignatureOutcome outcome) noexcept {
  switch (outcome) {
    case SignatureOutcome::valid:
      return "valid";
    case SignatureOutcome::untrusted:
      return "untrusted";
    case SignatureOutcome::broken:
      return "broken";
    case SignatureOutcome::unchecked:
      return "unchecked";
  }
  return {};
}

}  // namespace mailparse
