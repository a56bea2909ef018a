// Signed and encrypted mail: what a container is, who signed it, for whom it is, and whether the signature holds.
// Layer: message. RFC 1847, RFC 3156, RFC 5652, RFC 8551. OpenSSL does the work behind this header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailparse {

enum class ProtectionFormat : std::uint8_t { cms, pgp };

/// What a container does to what is inside.
enum class ProtectionKind : std::uint8_t {
  detached_signature,  ///< multipart/signed: the content is its first part
  signed_data,         ///< content and signature in one
  encrypted,
  compressed,
  certificates,  ///< no content and no signature: certificates and revocation lists alone
  unknown,       ///< the octets are no container that is known, or damaged
};

/// What became of a signature that was asked to be verified.
enum class SignatureOutcome : std::uint8_t {
  valid,      ///< the octets are those signed, by a certificate that the given ones vouch for
  untrusted,  ///< the octets are those signed, by somebody nobody vouches for
  broken,     ///< the octets are not those signed
  unchecked,  ///< too large, or not in a form that can be checked
};

[[nodiscard]] std::string_view to_string(ProtectionFormat format) noexcept;
[[nodiscard]] std::string_view to_string(ProtectionKind kind) noexcept;
[[nodiscard]] std::string_view to_string(SignatureOutcome outcome) noexcept;

/// A certificate's holder by the issuer's name and number, and what the certificate says where it is at hand.
struct CertificateName {
  std::string issuer;  ///< RFC 2253
  std::string serial;  ///< hexadecimal, in lower case
  std::string subject;
  std::vector<std::string> addresses;
  std::string not_before;  ///< RFC 3339
  std::string not_after;
};

struct Signer {
  CertificateName certificate;
  std::string digest;        ///< "sha256"
  std::string signing_time;  ///< RFC 3339, as the signer claims
};

struct Protection {
  ProtectionFormat format{};
  ProtectionKind kind{};
  std::vector<Signer> signers;
  std::vector<CertificateName> recipients;  ///< of encrypted content, as far as they are named by certificates
  std::optional<SignatureOutcome> signature;
};

/// The certificates that a signature's chain may end at.
class TrustAnchors {
 public:
  /// Those in `pem`; nullopt when there is none.
  [[nodiscard]] static std::optional<TrustAnchors> from_pem(std::string_view pem);
  ~TrustAnchors();
  TrustAnchors(TrustAnchors&&) noexcept;
  TrustAnchors& operator=(TrustAnchors&&) noexcept;

 private:
  friend class CmsReader;
  struct Store;
  explicit TrustAnchors(std::unique_ptr<Store> store) noexcept;
  std::unique_ptr<Store> store_;
};

/// Octets of a CMS container, and of content signed apart, that are kept; larger ones are named and not opened.
inline constexpr std::size_t protection_octets_read = 16 * 1024 * 1024;

/// A CMS structure that was opened.
struct CmsContent {
  Protection protection;
  std::string content;  ///< of signed data, as the signer gave it
};

/// Reads a CMS ContentInfo, DER or BER. With `anchors` the signature of signed data is verified; expiry does not count,
/// so that the same mail reads the same at any time: the dates are in the record.
[[nodiscard]] CmsContent read_cms(std::string_view octets, const TrustAnchors* anchors = nullptr);

/// Reads a detached signature over `signed_octets`, an entity with its header, its line ends as they stand.
[[nodiscard]] Protection read_cms_signature(std::string_view octets, std::string_view signed_octets,
                                            const TrustAnchors* anchors);

/// Whether a part of that type, in lower case, is a CMS container (application/pkcs7-mime and its older name), or a
/// detached CMS signature.
[[nodiscard]] bool is_cms_type(std::string_view type) noexcept;
[[nodiscard]] bool is_cms_signature_type(std::string_view type) noexcept;

}  // namespace mailparse
