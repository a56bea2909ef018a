// The process that asks name servers, so that the one that reads the messages needs no network.
//
// Whoever took over the reader of a message could ask names, and nothing else; whoever took over this process through a
// forged answer would find a socket and no file.
#pragma once

#include <cstddef>
#include <vector>

#include <mailparse/source/dns.hpp>

#include "common/name_servers.hpp"

namespace mailparse::tools {

// A packet that asks is the type in two octets of this machine's order and the name; one that answers is a
// NameServerAnswer: its kind, one octet, and its text.
constexpr std::size_t most_question_octets = sizeof(DnsType) + 253;
constexpr std::size_t most_answer_octets = 1 + 65535;

/// Forks the process and returns the socket, of packets, on which it answers one question after the other; -1 with
/// errno where it cannot be started. It ends with its parent. To be called before threads are started and before the
/// sandbox is entered; it enters one of its own if `sandboxed`.
[[nodiscard]] int start_lookup_process(const std::vector<NameServer>& servers, bool sandboxed);

}  // namespace mailparse::tools
