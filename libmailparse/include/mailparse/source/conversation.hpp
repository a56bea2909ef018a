// What a source tells of each conversation it finds, and who listens.
// Layer: source.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/stream.hpp>

namespace mailparse {

/// One end of a TCP connection.
struct Endpoint {
  std::string ip;  ///< RFC 5952 text or dotted quad; empty where the source shows none
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const = default;
};

/// What is known of a conversation before its octets.
struct ConversationStart {
  std::uint64_t id = 0;              ///< unique among the conversations of one run, in order of appearance
  std::string format;                ///< "pcap", "pcapng", "text"
  std::string dialect;               ///< of a transcript, empty for captures
  std::optional<double> confidence;  ///< of the dialect, 0 to 1
  std::string service;               ///< "smtp", "lmtp", "pop3", "imap" where the source names it, else empty
  std::string linktype;              ///< LINKTYPE_ name without its prefix, empty for transcripts
  std::optional<Endpoint> client;    ///< the side called Side::client
  std::optional<Endpoint> server;
  bool begun = true;        ///< the beginning was seen (SYN); false: read from its middle
  bool sides_known = true;  ///< false: which side opened the connection was not seen, Side::client spoke first
  bool wire_exact = true;   ///< false: line ends, packet order or octets are as a log shows them, not as sent
  Stamp first;
};

/// What is known once it is over.
struct ConversationEnd {
  Stamp last;
  std::uint64_t frames = 0;         ///< packets of this connection
  std::uint64_t client_octets = 0;  ///< delivered
  std::uint64_t server_octets = 0;
  std::uint64_t missing_octets = 0;  ///< both sides
  bool evicted = false;              ///< written out early because a limit was reached
};

/// Makes a listener for each conversation. The source owns the listener, calls it for this conversation only, calls
/// finish() last and destroys it.
class ConversationListener : public StreamSink {
 public:
  virtual void finish(const ConversationEnd& end) = 0;
};

class ConversationFactory {
 public:
  virtual ~ConversationFactory() = default;
  virtual std::unique_ptr<ConversationListener> open(const ConversationStart& start) = 0;
};

}  // namespace mailparse
