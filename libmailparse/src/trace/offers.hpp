// What a server says it can do, in any of the protocols.
// Layer: trace, private. RFC 5321 4.1.1.1, RFC 2449 6, RFC 9051 7.2.2.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <mailparse/session/dialogue.hpp>

namespace mailparse {

/// One extension or capability. Views point into the reply.
struct Offer {
  std::string_view keyword;  ///< as sent
  std::vector<std::string_view> arguments;
};

/// The extensions that `reply` to a command `verb` lists; nothing where it is no such list. `verb` is empty where no
/// command is known.
[[nodiscard]] std::optional<std::vector<Offer>> read_offers(Protocol protocol, std::string_view verb,
                                                            const ReplyEvent& reply);

/// Whether that keyword offers to begin TLS.
[[nodiscard]] bool offers_tls(std::string_view keyword) noexcept;

}  // namespace mailparse
