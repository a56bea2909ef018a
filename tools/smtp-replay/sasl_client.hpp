// One authentication with credentials given for the replay: what to say first and to each challenge.
// RFC 4616 PLAIN, RFC 2195 CRAM-MD5, RFC 7677 SCRAM-SHA-256, the LOGIN and XOAUTH2 of practice.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mailparse::tools {

struct Credentials {
  std::string user;
  std::string password;
  std::string token{};  ///< a bearer token, for XOAUTH2
};

class SaslClient {
 public:
  /// `mechanism` in upper case. `nonce`: SCRAM's own, printable and without a comma; empty: a random one.
  SaslClient(std::string mechanism, Credentials credentials, std::string nonce = {});

  /// Whether there is an answer with what `credentials` hold.
  [[nodiscard]] static bool can_answer(std::string_view mechanism, const Credentials& credentials) noexcept;

  /// What stands behind "AUTH MECHANISM " in the command; nothing where the mechanism waits for a challenge first.
  [[nodiscard]] std::optional<std::string> initial_response() const;
  /// The answer in base64 to the next challenge, which is in base64 as the server sent it; nothing where the mechanism
  /// expects no such challenge, or where the server fails to prove that it knows the password.
  [[nodiscard]] std::optional<std::string> answer(std::string_view challenge);

 private:
  [[nodiscard]] std::optional<std::string> answer_cram_md5(std::string_view challenge) const;
  [[nodiscard]] std::optional<std::string> answer_scram(std::string_view challenge);

  std::string mechanism_;
  Credentials credentials_;
  std::string nonce_;
  std::string signature_;  ///< SCRAM: what the server must prove, in base64
  std::size_t answered_ = 0;
};

/// APOP's digest of the greeting's timestamp and the password, in hexadecimal digits; nothing where the greeting has no
/// timestamp. RFC 1939 7.
[[nodiscard]] std::optional<std::string> apop_digest(std::string_view greeting, std::string_view password);

}  // namespace mailparse::tools
