// Postfix's smtpd, smtp and lmtp with -v or debug_peer_list: `< host[ip]: text` behind a syslog prefix. The server
// writes `>` before what it sends, the client too. A process serves one connection after the other under one id.
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark server_out{0, Side::server};
constexpr Mark server_in{1, Side::client};
constexpr Mark client_out{2, Side::client};
constexpr Mark client_in{3, Side::server};

/// `host[192.0.2.7]:25: ` or `host[192.0.2.7]: `: takes it off and tells the peer.
std::optional<Endpoint> take_peer(std::string_view& text) {
  const auto open = text.find('[');
  const auto close = text.find(']', open);
  if (open == std::string_view::npos || close == std::string_view::npos ||
      text.substr(0, open).find(' ') != std::string_view::npos)
    return std::nullopt;
  Endpoint peer;
  peer.ip = text.substr(open + 1, close - open - 1);
  auto rest = text.substr(close + 1);
  if (rest.starts_with(':') && rest.size() > 1 && is(OctetClass::digit, rest[1])) {
    const auto end = rest.find(':', 1);
    if (end == std::string_view::npos) return std::nullopt;
    const auto port = number(rest.substr(1, end - 1));
    if (port && *port <= 65535) peer.port = static_cast<std::uint16_t>(*port);
    rest.remove_prefix(end);
  }
  if (!rest.starts_with(": ") && rest != ":") return std::nullopt;
  rest.remove_prefix(std::min<std::size_t>(2, rest.size()));
  // `mx.example.com[private/lmtp]` is a socket in the file system.
  if (peer.ip.find('/') != std::string::npos) peer.ip.clear();
  text = rest;
  return peer;
}

class Postfix final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    LogLine line = whole;
    if (line.process.empty() || line.program.empty()) {
      // A log of several formats: this line alone has a syslog prefix.
      take_time(line);
      peel(Prefix::program, line, {}, room_);
    }
    const bool server = line.program.ends_with("smtpd") || line.program.ends_with("postscreen");
    const bool postfix = line.program.starts_with("postfix") || server || line.program.ends_with("/smtp") ||
                         line.program.ends_with("/lmtp");
    if (!postfix) return false;
    auto text = line.text;
    if (text.starts_with("> ") || text.starts_with("< ")) {
      const bool out = text.front() == '>';
      text.remove_prefix(2);
      const auto peer = take_peer(text);
      if (!peer) return false;
      book.at(line);
      book.manner({.bodies = Bodies::left_out});
      const auto& mark = server ? (out ? server_out : server_in) : (out ? client_out : client_in);
      book.turn(line.process, mark, text);
      if (!book.known(line.process)) {
        if (line.program.ends_with("/lmtp")) book.service(line.process, "lmtp");
        if (!peer->ip.empty()) book.endpoint(line.process, server ? server_in : client_in, *peer);
      }
      book.say(line.process, mark, text);
      return true;
    }
    if (server && text.starts_with("connect from ")) book.begin(line.process);
    if (server && text.starts_with("disconnect from ")) book.end(line.process, StreamEnd::closed);
    return true;
  }

 private:
  std::string room_;
};

}  // namespace

extern const DialectRow postfix_dialect;
const DialectRow postfix_dialect{
    {"postfix", "Postfix smtpd, smtp and lmtp, -v or debug_peer_list",
     "Nov 21 21:13:23 mx postfix/smtpd[20854]: > client.example.test[192.0.2.7]: 220 mx.example.com ESMTP\n"
     "Nov 21 21:13:23 mx postfix/smtpd[20854]: < client.example.test[192.0.2.7]: EHLO client.example.test\n"},
    Marks::own,
    make_dialect<Postfix>};

}  // namespace mailparse::transcript
