// A conversation behind a tunnel, as if there were none.
// Layer: trace, private.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include <mailparse/source/conversation.hpp>
#include <mailparse/trace/tunnel.hpp>

#include "trace/held_stream.hpp"

namespace mailparse {

using OpenConversation =
    std::function<std::unique_ptr<ConversationListener>(const ConversationStart&, const std::optional<Tunnel>&)>;

/// Holds the first octets until it is known whether a tunnel precedes, opens the conversation with
/// it, and gives it everything behind. Offsets stay those of the connection. Where there is no
/// tunnel, or it was refused, or `total` is exhausted, the conversation gets every octet.
[[nodiscard]] std::unique_ptr<ConversationListener> behind_tunnel(const ConversationStart& start, OpenConversation open,
                                                                  HeldTotal total);

}  // namespace mailparse
