#include "trace/tunnel_reader.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include <mailparse/source/ip_address.hpp>

#include "trace/address_text.hpp"

namespace mailparse {

std::string_view to_string(TunnelKind kind) noexcept {
  switch (kind) {
    case TunnelKind::socks4:
      return "socks4";
    case TunnelKind::socks5:
      return "socks5";
    case TunnelKind::http_connect:
      return "http-connect";
    case TunnelKind::proxy_v1:
      return "proxy-v1";
    case TunnelKind::proxy_v2:
      return "proxy-v2";
  }
  return {};
}

namespace {

using namespace std::string_view_literals;
using State = TunnelVerdict::State;

/// Takes octets off the front of a side. Asked for more than there is, it gives nothing and stays short.
class Head {
 public:
  explicit Head(std::string_view octets) noexcept : whole_(octets), rest_(octets) {}
  [[nodiscard]] bool is_short() const noexcept { return short_; }
  [[nodiscard]] std::size_t taken() const noexcept { return whole_.size() - rest_.size(); }

  std::string_view take(std::size_t octets) noexcept {
    if (octets > rest_.size()) {
      short_ = true;
      rest_ = {};
      return {};
    }
    const std::string_view taken = rest_.substr(0, octets);
    rest_.remove_prefix(octets);
    return taken;
  }
  /// One octet; 256 when there is none.
  unsigned octet() noexcept {
    const std::string_view one = take(1);
    return one.empty() ? 256 : static_cast<unsigned char>(one[0]);
  }
  std::uint16_t port() noexcept {
    const unsigned high = octet();
    const unsigned low = octet();
    return short_ ? std::uint16_t{0} : static_cast<std::uint16_t>(high << 8 | low);
  }
  /// What comes before `end`, which is taken too.
  std::string_view until(std::string_view end) noexcept {
    const std::size_t at = rest_.find(end);
    const std::string_view text = take(at == rest_.npos ? rest_.size() + 1 : at);
    take(end.size());
    return text;
  }

 private:
  std::string_view whole_;
  std::string_view rest_;
  bool short_ = false;
};

TunnelVerdict none() {
  return {};
}
TunnelVerdict more() {
  return {.state = State::more, .client_octets = 0, .server_octets = 0, .tunnel = {}};
}

TunnelVerdict opened(const Head& client, const Head& server, Tunnel tunnel) {
  return {State::open, client.taken(), server.taken(), std::move(tunnel)};
}

/// Whether `octets` begin as `expected` does, as far as both go.
bool agree(std::string_view octets, std::string_view expected) noexcept {
  const std::size_t length = std::min(octets.size(), expected.size());
  return octets.substr(0, length) == expected.substr(0, length);
}

std::string address_text(std::string_view octets) {
  return octets.size() == 4    ? IpAddress::ipv4(octets.data()).text()
         : octets.size() == 16 ? IpAddress::ipv6(octets.data()).text()
                               : std::string{};
}

/// DST.ADDR or BND.ADDR behind its type; absent for a type that does not exist. RFC 1928 5.
std::optional<std::string> socks_address(Head& head) {
  switch (head.octet()) {
    case 1:
      return address_text(head.take(4));
    case 3: {
      const unsigned length = head.octet();
      return std::string(head.take(length));
    }
    case 4:
      return address_text(head.take(16));
    case 256:
      return std::string{};
    default:
      return std::nullopt;
  }
}

/// RFC 1929: name and password, and a status of 0. The password is nobody's business here.
State read_password_exchange(Head& client, Head& server) noexcept {
  const unsigned version = client.octet();
  if (version == 256) return State::more;
  if (version != 1) return State::none;
  client.take(client.octet());
  client.take(client.octet());
  const unsigned reply = server.octet();
  const unsigned status = server.octet();
  if ((reply != 1 && reply != 256) || (status != 0 && status != 256)) return State::none;
  return client.is_short() || server.is_short() ? State::more : State::open;
}

TunnelVerdict read_socks5(std::string_view client_octets, std::string_view server_octets) {
  Head client(client_octets);
  Head server(server_octets);
  client.take(1);
  const unsigned methods = client.octet();
  client.take(methods);
  if (methods == 0) return none();
  const unsigned version = server.octet();
  const unsigned method = server.octet();
  if (version != 5 && version != 256) return none();
  // GSSAPI wraps everything behind it (RFC 1961).
  if (method != 0 && method != 2 && method != 256) return none();
  if (client.is_short() || server.is_short()) return more();
  if (method == 2) {
    const State password = read_password_exchange(client, server);
    if (password != State::open) return password == State::more ? more() : none();
  }
  const unsigned request_version = client.octet();
  const unsigned command = client.octet();
  client.octet();
  const std::optional<std::string> host = socks_address(client);
  const std::uint16_t port = client.port();
  if ((request_version != 5 && request_version != 256) || (command != 1 && command != 256) || !host) return none();
  const unsigned reply_version = server.octet();
  const unsigned reply = server.octet();
  server.octet();
  const std::optional<std::string> bound = socks_address(server);
  server.port();
  if ((reply_version != 5 && reply_version != 256) || (reply != 0 && reply != 256) || !bound) return none();
  if (client.is_short() || server.is_short()) return more();
  return opened(client, server, {TunnelKind::socks5, *host, port, std::nullopt});
}

TunnelVerdict read_socks4(std::string_view client_octets, std::string_view server_octets) {
  Head client(client_octets);
  Head server(server_octets);
  client.take(1);
  const unsigned command = client.octet();
  const std::uint16_t port = client.port();
  const std::string_view address = client.take(4);
  client.until("\0"sv);
  if (command != 1 && command != 256) return none();
  std::string host = address_text(address);
  // SOCKS 4a: an impossible address, and the name behind the user's.
  if (address.starts_with("\0\0\0"sv) && address != "\0\0\0\0"sv) host = client.until("\0"sv);
  const unsigned version = server.octet();
  const unsigned reply = server.octet();
  server.take(6);
  if ((version != 0 && version != 256) || (reply != 0x5A && reply != 256)) return none();
  if (client.is_short() || server.is_short()) return more();
  return opened(client, server, {TunnelKind::socks4, std::move(host), port, std::nullopt});
}

/// The header of an HTTP message with the empty line behind it; lines may end in LF alone.
std::string_view take_http_header(Head& head, std::string_view octets) noexcept {
  for (std::size_t at = octets.find('\n'); at != octets.npos; at = octets.find('\n', at + 1)) {
    const std::string_view rest = octets.substr(at + 1);
    const std::size_t empty_line = rest.starts_with('\n') ? 1 : rest.starts_with("\r\n") ? 2 : 0;
    if (empty_line != 0) return head.take(at + 1 + empty_line);
  }
  return head.take(octets.size() + 1);
}

TunnelVerdict read_http_connect(std::string_view client_octets, std::string_view server_octets) {
  constexpr std::string_view method = "CONNECT ";
  Head client(client_octets);
  Head server(server_octets);
  const std::string_view request = take_http_header(client, client_octets);
  const std::string_view response = take_http_header(server, server_octets);
  if (!agree(server_octets, "HTTP/1.")) return none();
  // RFC 9110 15.3: any 2yz opens the tunnel.
  constexpr std::size_t status_at = std::string_view("HTTP/1.1 ").size();
  if (server_octets.size() > status_at && server_octets[status_at] != '2') return none();
  if (client.is_short() || server.is_short()) return more();
  const std::string_view target =
      request.substr(method.size(), request.find_first_of(" \r\n", method.size()) - method.size());
  const std::size_t colon = target.rfind(':');
  if (colon == target.npos) return none();
  const std::optional<std::uint16_t> port = port_number(target.substr(colon + 1));
  if (!port || response.size() <= status_at) return none();
  return opened(client, server, {TunnelKind::http_connect, std::string(target.substr(0, colon)), *port, std::nullopt});
}

TunnelVerdict read_proxy_v1(std::string_view client_octets) {
  constexpr std::size_t longest_line = 107;
  Head client(client_octets.substr(0, longest_line));
  std::string_view line = client.until("\r\n");
  if (client.is_short()) return client_octets.size() < longest_line ? more() : none();
  std::array<std::string_view, 6> words;
  for (std::string_view& word : words) {
    word = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(line.size(), word.size() + 1));
  }
  Tunnel tunnel{TunnelKind::proxy_v1, {}, 0, std::nullopt};
  if (words[1] == "TCP4" || words[1] == "TCP6") {
    const auto from = usual_address(words[2]);
    const auto to = usual_address(words[3]);
    const auto from_port = port_number(words[4]);
    const auto to_port = port_number(words[5]);
    if (!from || !to || !from_port || !to_port) return none();
    tunnel.client = Endpoint{*from, *from_port};
    tunnel.host = *to;
    tunnel.port = *to_port;
  } else if (words[1] != "UNKNOWN") {
    return none();
  }
  return opened(client, Head({}), std::move(tunnel));
}

constexpr std::string_view proxy_v2_signature = "\r\n\r\n\0\r\nQUIT\n"sv;

TunnelVerdict read_proxy_v2(std::string_view client_octets) {
  Head client(client_octets);
  client.take(proxy_v2_signature.size());
  const unsigned version_and_command = client.octet();
  const unsigned family = client.octet();
  const std::uint16_t length = client.port();
  if (version_and_command != 0x20 && version_and_command != 0x21 && version_and_command != 256) return none();
  const std::string_view body = client.take(length);
  if (client.is_short()) return length < tunnel_octets ? more() : none();
  Tunnel tunnel{TunnelKind::proxy_v2, {}, 0, std::nullopt};
  const std::size_t address_octets = family >> 4 == 1 ? 4 : family >> 4 == 2 ? 16 : 0;
  // LOCAL is the proxy's own connection, to see whether the server lives.
  if (version_and_command == 0x21 && address_octets != 0) {
    Head addresses(body);
    const std::string from = address_text(addresses.take(address_octets));
    tunnel.host = address_text(addresses.take(address_octets));
    const std::uint16_t from_port = addresses.port();
    tunnel.port = addresses.port();
    if (addresses.is_short()) return none();
    tunnel.client = Endpoint{from, from_port};
  }
  return opened(client, Head({}), std::move(tunnel));
}

}  // namespace

TunnelVerdict read_tunnel(std::string_view client, std::string_view server) {
  client = client.substr(0, tunnel_octets);
  server = server.substr(0, tunnel_octets);
  // In every one of them the client speaks first.
  if (client.empty()) return server.empty() ? more() : none();
  TunnelVerdict verdict;
  const auto begins = [&](std::string_view expected) { return agree(client, expected); };
  if (client[0] == 5) {
    verdict = read_socks5(client, server);
  } else if (client[0] == 4) {
    verdict = read_socks4(client, server);
  } else if (begins("CONNECT ")) {
    verdict = read_http_connect(client, server);
  } else if (begins("PROXY ")) {
    verdict = read_proxy_v1(client);
  } else if (begins(proxy_v2_signature)) {
    verdict = read_proxy_v2(client);
  }
  const bool full = client.size() == tunnel_octets || server.size() == tunnel_octets;
  return verdict.state == State::more && full ? none() : verdict;
}

}  // namespace mailparse
