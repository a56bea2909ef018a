// Answers to a server's challenges with credentials given for the replay. RFC 4616, RFC 2195, the LOGIN of practice.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mailparse::tools {

struct Credentials {
  std::string user;
  std::string password;
};

/// PLAIN, LOGIN or CRAM-MD5; `mechanism` in upper case.
[[nodiscard]] bool can_answer(std::string_view mechanism) noexcept;

/// What stands behind "AUTH MECHANISM " in the command; nothing where the mechanism waits for a challenge first.
[[nodiscard]] std::optional<std::string> initial_response(std::string_view mechanism, const Credentials& credentials);

/// The answer in base64 to challenge number `index` (from 0), which is in base64 as the server sent it; nothing where
/// the mechanism expects no such challenge.
[[nodiscard]] std::optional<std::string> answer(std::string_view mechanism, std::size_t index,
                                                std::string_view challenge, const Credentials& credentials);

}  // namespace mailparse::tools
