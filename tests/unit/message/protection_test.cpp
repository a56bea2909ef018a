#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <mailparse/message/message.hpp>
#include <mailparse/message/protection.hpp>

namespace mailparse {
namespace {

std::string drain(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string out(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return out;
}

/// A certificate authority that signs mail itself.
class Author {
 public:
  Author() : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
    X509_set_version(certificate_, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_), 0x1234);
    X509_time_adj_ex(X509_getm_notBefore(certificate_), 0, 0, nullptr);
    X509_time_adj_ex(X509_getm_notAfter(certificate_), -1, 0, nullptr);  // expired: that does not count
    X509_set_pubkey(certificate_, key_);
    X509_NAME* name = X509_get_subject_name(certificate_);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>("Ann"), -1, -1, 0);
    X509_set_issuer_name(certificate_, name);
    X509_EXTENSION* address = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "email:ann@a.example");
    X509_add_ext(certificate_, address, -1);
    X509_EXTENSION_free(address);
    X509_sign(certificate_, key_, EVP_sha256());
  }
  ~Author() {
    EVP_PKEY_free(key_);
    X509_free(certificate_);
  }
  Author(const Author&) = delete;
  Author& operator=(const Author&) = delete;

  [[nodiscard]] std::string pem() const {
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(out, certificate_);
    return drain(out);
  }
  [[nodiscard]] std::string sign(std::string_view content, unsigned flags) const {
    BIO* in = BIO_new_mem_buf(content.data(), static_cast<int>(content.size()));
    CMS_ContentInfo* cms = CMS_sign(certificate_, key_, nullptr, in, flags | CMS_BINARY);
    BIO_free(in);
    return encode(cms);
  }
  [[nodiscard]] std::string encrypt(std::string_view content) const {
    BIO* in = BIO_new_mem_buf(content.data(), static_cast<int>(content.size()));
    STACK_OF(X509)* to = sk_X509_new_null();
    sk_X509_push(to, certificate_);
    CMS_ContentInfo* cms = CMS_encrypt(to, in, EVP_aes_128_cbc(), CMS_BINARY);
    sk_X509_free(to);
    BIO_free(in);
    return encode(cms);
  }

 private:
  static std::string encode(CMS_ContentInfo* cms) {
    BIO* out = BIO_new(BIO_s_mem());
    i2d_CMS_bio(out, cms);
    CMS_ContentInfo_free(cms);
    return drain(out);
  }
  EVP_PKEY* key_;
  X509* certificate_;
};

std::string base64(std::string_view octets) {
  std::string out(octets.size() * 2 + 4, '\0');
  out.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                                      reinterpret_cast<const unsigned char*>(octets.data()),
                                                      static_cast<int>(octets.size()))));
  return out;
}

const std::string entity =
    "Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\none\r\n--i\r\n\r\ntwo\r\n--i--\r\n";
const std::string head = "From: ann@a.example\r\nMIME-Version: 1.0\r\n";

TEST(Protection, SignedDataIsOpenedAndItsEntityIsRead) {
  const Author author;
  const std::string mail = head +
                           "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n"
                           "Content-Transfer-Encoding: base64\r\n\r\n" +
                           base64(author.sign(entity, 0)) + "\r\n";
  const Message message = read_message(mail);
  std::vector<std::string> paths;
  for (const MessagePart& part : message.parts) paths.push_back(part.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"1", "1.0", "1.1", "1.2"}));
  ASSERT_NE(message.parts[0].protection, nullptr);
  const Protection& protection = *message.parts[0].protection;
  EXPECT_EQ(protection.kind, ProtectionKind::signed_data);
  ASSERT_EQ(protection.signers.size(), 1U);
  EXPECT_EQ(protection.signers[0].certificate.issuer, "CN=Ann");
  EXPECT_EQ(protection.signers[0].certificate.serial, "1234");
  EXPECT_EQ(protection.signers[0].certificate.addresses, std::vector<std::string>{"ann@a.example"});
  EXPECT_EQ(protection.signers[0].digest, "sha256");
  EXPECT_FALSE(protection.signers[0].signing_time.empty());
  EXPECT_FALSE(protection.signature);
  EXPECT_EQ(message.parts[3].origin, PartOrigin::decoded);
}

TEST(Protection, SignaturesAreVerifiedWhenCertificatesAreGiven) {
  const Author author, other;
  const auto anchors = TrustAnchors::from_pem(author.pem());
  const auto others = TrustAnchors::from_pem(other.pem());
  ASSERT_TRUE(anchors && others);
  const std::string opaque = author.sign(entity, 0);
  EXPECT_EQ(read_cms(opaque, &*anchors).protection.signature, SignatureOutcome::valid);
  EXPECT_EQ(read_cms(opaque, &*others).protection.signature, SignatureOutcome::untrusted);
  std::string forged = opaque;
  forged[forged.find("two")] = 'T';
  EXPECT_EQ(read_cms(forged, &*anchors).protection.signature, SignatureOutcome::broken);
  EXPECT_EQ(read_cms(forged, &*anchors).content.size(), entity.size());
  EXPECT_FALSE(TrustAnchors::from_pem("no certificate"));
}

/// A multipart/signed with the signature of `author` over `signed_entity`.
std::string signed_mail(const Author& author, const std::string& signed_entity, const std::string& line_end) {
  std::string mail =
      head +
      "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256; boundary=s\r\n\r\n"
      "--s\r\n" +
      signed_entity +
      "\r\n--s\r\nContent-Type: application/pkcs7-signature\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\n" +
      base64(author.sign(entity, CMS_DETACHED)) + "\r\n--s--\r\n";
  if (line_end == "\n") std::erase(mail, '\r');
  return mail;
}

TEST(Protection, DetachedSignaturesCoverTheFirstPartAsItStands) {
  const Author author;
  const auto anchors = TrustAnchors::from_pem(author.pem());
  MessageOptions options;
  options.anchors = &*anchors;
  for (const std::string line_end : {"\r\n", "\n"}) {
    const std::string mail = signed_mail(author, entity, line_end);
    const Message whole = read_message(mail, options);
    ASSERT_NE(whole.parts[0].protection, nullptr);
    EXPECT_EQ(whole.parts[0].protection->kind, ProtectionKind::detached_signature);
    EXPECT_EQ(whole.parts[0].protection->signature, SignatureOutcome::valid);
    MessageReader octetwise(options);
    for (const char& c : mail) octetwise.feed({&c, 1});
    EXPECT_EQ(octetwise.finish().parts[0].protection->signature, SignatureOutcome::valid);
  }
  std::string other = entity;
  other[other.find("one")] = 'O';
  EXPECT_EQ(read_message(signed_mail(author, other, "\r\n"), options).parts[0].protection->signature,
            SignatureOutcome::broken);
  EXPECT_FALSE(read_message(signed_mail(author, entity, "\r\n")).parts[0].protection->signature);
}

TEST(Protection, EncryptedContainersNameTheirRecipients) {
  const Author author;
  const CmsContent read = read_cms(author.encrypt(entity));
  EXPECT_EQ(read.protection.kind, ProtectionKind::encrypted);
  EXPECT_TRUE(read.content.empty());
  EXPECT_EQ(read_cms("nonsense").protection.kind, ProtectionKind::unknown);
  EXPECT_EQ(read_cms("").protection.kind, ProtectionKind::unknown);
}

TEST(Protection, PgpIsNamed) {
  const Message encrypted =
      read_message(head +
                   "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=e\r\n\r\n"
                   "--e\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--e--\r\n");
  ASSERT_NE(encrypted.parts[0].protection, nullptr);
  EXPECT_EQ(encrypted.parts[0].protection->format, ProtectionFormat::pgp);
  EXPECT_EQ(encrypted.parts[0].protection->kind, ProtectionKind::encrypted);
  const Message plain =
      read_message(head + "Content-Type: multipart/mixed; boundary=e\r\n\r\n--e\r\n\r\nx\r\n--e--\r\n");
  EXPECT_EQ(plain.parts[0].protection, nullptr);
}

}  // namespace
}  // namespace mailparse
