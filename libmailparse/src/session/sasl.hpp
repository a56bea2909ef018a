// What an authentication exchange reveals to somebody who only listens: mechanism, identity, and which octets are
// secret. Layer: session, private. RFC 4422; RFC 4616 PLAIN, draft-murchison LOGIN, RFC 2195 CRAM-MD5, RFC 2831
// DIGEST-MD5, RFC 5802 SCRAM, RFC 7628 OAUTHBEARER, RFC 4505 ANONYMOUS, RFC 4422 A EXTERNAL; XOAUTH2 and NTLM as met in
// the wild.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mailparse {

/// Mechanisms whose responses can be read for an identity.
enum class SaslMechanism : std::uint8_t {
  other,        ///< only named: GSSAPI, KERBEROS_V4, one that is not known
  anonymous,    ///< the response is a trace token, no identity
  cram_md5,     ///< user name and a digest over the challenge
  digest_md5,   ///< a list of directives, username= among them
  external,     ///< an authorisation identity; the proof lies outside
  login,        ///< user name, then password, each prompted for
  ntlm,         ///< the third message names domain and user
  oauthbearer,  ///< GS2 header with the identity, then a bearer token
  plain,        ///< authorisation identity, user name, password
  scram,        ///< user name in the client's first message, then proofs
  xoauth2,      ///< user= and auth=Bearer
};

[[nodiscard]] SaslMechanism find_sasl_mechanism(std::string_view name) noexcept;

/// Follows one exchange. Keeps the identity, and what must not be shown; responses are decoded into scratch memory.
class SaslExchange {
 public:
  /// `mechanism` in any case.
  explicit SaslExchange(std::string_view mechanism);

  /// A client response as sent: base64, "=" for an empty one, "*" to give up.
  void client_response(std::string_view base64);

  /// In upper case.
  [[nodiscard]] const std::string& mechanism() const noexcept { return name_; }
  /// The user name as the client gave it: "user", "DOMAIN\user" for NTLM; empty until it is known.
  [[nodiscard]] const std::optional<std::string>& identity() const noexcept { return identity_; }
  [[nodiscard]] bool aborted() const noexcept { return aborted_; }
  /// The octets seen reveal a password or bearer token to anybody who reads them.
  [[nodiscard]] bool reveals_password() const noexcept { return reveals_password_; }
  /// The password or bearer token, decoded, as far as it was revealed: a server may repeat it.
  [[nodiscard]] const std::string& password() const noexcept { return password_; }
  /// Server challenges hold what an offline guess of the password needs.
  [[nodiscard]] bool challenge_is_secret() const noexcept;

 private:
  void take(std::string_view response);
  void reveal(std::string_view password);

  std::string name_;
  SaslMechanism mechanism_;
  std::uint32_t responses_ = 0;
  std::optional<std::string> identity_;
  std::string password_;
  bool aborted_ = false;
  bool reveals_password_ = false;
};

/// The octets of a base64 token without white space; nothing where it is none. Missing padding is forgiven.
[[nodiscard]] std::optional<std::string> decode_base64_token(std::string_view token);

}  // namespace mailparse
