// SOCKS, HTTP CONNECT and PROXY in front of a conversation: more octets never change a verdict.
//
// Input: an octet for the length of the client's part, the client's octets, the server's.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "require.hpp"
#include "trace/tunnel_reader.hpp"

namespace {

using namespace mailparse;
using fuzz::require;
using State = TunnelVerdict::State;

void check(const TunnelVerdict& before, const TunnelVerdict& after) {
  if (before.state == State::more) return;
  require(after.state == before.state);
  if (before.state != State::open) return;
  require(after.client_octets == before.client_octets && after.server_octets == before.server_octets);
  require(after.tunnel.kind == before.tunnel.kind && after.tunnel.host == before.tunnel.host);
  require(after.tunnel.port == before.tunnel.port && after.tunnel.client == before.tunnel.client);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view all(reinterpret_cast<const char*>(data) + 1, std::min<std::size_t>(size - 1, 600));
  const std::string_view client = all.substr(0, std::min<std::size_t>(all.size(), data[0]));
  const std::string_view server = all.substr(client.size());
  // Both sides as they come: the client's octets, then the server's.
  TunnelVerdict verdict = read_tunnel({}, {});
  for (std::size_t octets = 1; octets <= all.size(); ++octets) {
    const TunnelVerdict next = read_tunnel(client.substr(0, std::min(octets, client.size())),
                                           server.substr(0, octets - std::min(octets, client.size())));
    if (next.state == State::open) require(next.client_octets <= client.size() && next.server_octets <= server.size());
    check(verdict, next);
    verdict = next;
  }
  return 0;
}
