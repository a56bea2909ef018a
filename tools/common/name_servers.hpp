// Questions to name servers, over UDP and, where an answer does not fit, TCP.
// RFC 1035 4.2, RFC 7766 5, RFC 5452 9 (what makes an answer one to our question).
//
// The C library's resolver waits for a TCP connection as long as the kernel does; here every wait has its end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/socket.h>

#include <mailparse/source/dns.hpp>

namespace mailparse::tools {

struct NameServer {
  sockaddr_storage address{};
  socklen_t length = 0;
};

/// "192.0.2.53", "192.0.2.53:5353", "2001:db8::53", "[2001:db8::53]:5353".
[[nodiscard]] std::optional<NameServer> read_name_server(std::string_view text);

/// The first two of /etc/resolv.conf; the one on this machine where the file names none. resolv.conf(5)
[[nodiscard]] std::vector<NameServer> system_name_servers();

struct NameServerAnswer {
  enum class Kind : std::uint8_t {
    response,  ///< `text` is a whole message without error, to be read with read_dns_response()
    absent,    ///< the name does not exist
    failed,    ///< `text` is a clause that says why
  };
  Kind kind{};
  std::string text;
};

/// Asks one server after the other, each twice at most, until one can say something. Takes at most
/// `most_wait_seconds`. `name` consists of labels of 1 to 63 octets.
[[nodiscard]] NameServerAnswer ask_name_servers(const std::vector<NameServer>& servers, std::string_view name,
                                                DnsType type);

/// Two servers, twice each, and TCP once.
constexpr int most_wait_seconds = 12;

}  // namespace mailparse::tools
