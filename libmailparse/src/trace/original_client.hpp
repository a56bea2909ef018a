// The client as a relay in front of the server tells it: Postfix's XCLIENT and XFORWARD.
// Layer: trace, private.
#pragma once

#include <optional>
#include <string_view>

#include <mailparse/source/conversation.hpp>

namespace mailparse {

/// From the attributes ADDR and PORT of `line`, a command with its verb. The port is 0 where none is given; absent when
/// there is no usable address.
[[nodiscard]] std::optional<Endpoint> read_client_attributes(std::string_view line);

}  // namespace mailparse
