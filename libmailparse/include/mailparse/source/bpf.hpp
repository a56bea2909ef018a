// Packet filters in tcpdump's language, for files and live interfaces alike.
// Layer: source. pcap-filter(7); libpcap compiles and runs them.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include <mailparse/source/captured_packet.hpp>

namespace mailparse {

/// A filter for packets of any link type: `expression` is compiled for each link type when its first packet comes, as
/// the same words mean other offsets there. Fails with libpcap's message when the expression is wrong for raw IP and
/// for Ethernet alike. A packet whose link type the expression or libpcap does not know is not kept.
[[nodiscard]] std::expected<std::shared_ptr<PacketFilter>, std::string> compile_bpf(const std::string& expression);

}  // namespace mailparse
