// Any octets of both sides: the TLS reader learns the same from them in one piece and octet by octet.
//
// Input: an octet for the length of the client's part in units of 16, the client's octets, the server's.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <mailparse/source/tls.hpp>

#include "require.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

void feed_singly(TlsReader& reader, Side side, std::string_view octets) {
  for (std::size_t i = 0; i < octets.size(); ++i) reader.feed(side, octets.substr(i, 1));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view all(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string_view client = all.substr(0, std::min<std::size_t>(all.size(), data[0] * 16U));
  const std::string_view server = all.substr(client.size());
  TlsReader whole;
  whole.feed(Side::client, client);
  whole.feed(Side::server, server);
  TlsReader split;
  feed_singly(split, Side::client, client);
  feed_singly(split, Side::server, server);

  require(whole.done() == split.done());
  require(whole.is_tls(Side::client) == split.is_tls(Side::client));
  require(whole.is_tls(Side::server) == split.is_tls(Side::server));
  require(whole.client_hello().has_value() == split.client_hello().has_value());
  if (whole.client_hello()) {
    require(whole.client_hello()->ja3 == split.client_hello()->ja3);
    require(whole.client_hello()->ja4 == split.client_hello()->ja4);
    require(whole.client_hello()->ja4.size() == 36);
    require(whole.client_hello()->server_name == split.client_hello()->server_name);
  }
  require(whole.server_hello().has_value() == split.server_hello().has_value());
  if (whole.server_hello()) require(whole.server_hello()->cipher == split.server_hello()->cipher);
  require(whole.certificate().has_value() == split.certificate().has_value());
  if (whole.certificate()) require(whole.certificate()->sha256 == split.certificate()->sha256);
  return 0;
}
