// Listeners that stand beside the reading of a conversation: one that counts what another worker reads, one that takes
// the DNS messages out of a TCP connection.
// Layer: trace, private.
#pragma once

#include <memory>

#include <mailparse/source/conversation.hpp>
#include <mailparse/source/dns.hpp>
#include <mailparse/trace/trace_listener.hpp>

namespace mailparse {

/// For a conversation of another shard: counts it as TrafficKind::other_shard and reads nothing.
[[nodiscard]] std::unique_ptr<ConversationListener> make_other_shard(bool from_text, TraceListener& listener);

/// For a conversation on the port of DNS: hands it on to `next`, and the messages in it to `dns`, which must outlive
/// it.
[[nodiscard]] std::unique_ptr<ConversationListener> make_dns_listener(std::unique_ptr<ConversationListener> next,
                                                                      DnsSink& dns);

}  // namespace mailparse
