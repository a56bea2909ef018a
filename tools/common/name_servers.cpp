#include "common/name_servers.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <fstream>
#include <random>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#include <mailparse/base/octets.hpp>

namespace mailparse::tools {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto patience_udp = std::chrono::seconds(2);
constexpr auto patience_tcp = std::chrono::seconds(4);
constexpr int rounds = 2;
constexpr std::size_t most_servers = 2;
constexpr std::size_t header_octets = 12;

constexpr unsigned flag_response = 0x8000;
constexpr unsigned flag_truncated = 0x0200;
constexpr unsigned flag_recursion_desired = 0x0100;
constexpr unsigned mask_error = 0x000F;

std::optional<std::uint16_t> read_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

/// A socket that is connected, so that the kernel drops what others send, and never waited for beyond a deadline.
class Socket {
 public:
  Socket(const NameServer& server, int kind)
      : descriptor_(::socket(server.address.ss_family, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    if (descriptor_ < 0) return;
    const auto* const address = reinterpret_cast<const sockaddr*>(&server.address);
    connected_ = ::connect(descriptor_, address, server.length) == 0 || errno == EINPROGRESS;
  }
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  /// False where it cannot be done before the deadline.
  [[nodiscard]] bool send(std::string_view octets, Clock::time_point deadline) const {
    while (connected_ && !octets.empty()) {
      if (!wait(POLLOUT, deadline)) return false;
      const ssize_t sent = ::send(descriptor_, octets.data(), octets.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN && errno != EINTR) return false;
      if (sent > 0) octets.remove_prefix(static_cast<std::size_t>(sent));
    }
    return connected_;
  }

  /// Up to `most` octets; nothing at the end, on an error or at the deadline.
  [[nodiscard]] std::optional<std::string> receive(std::size_t most, Clock::time_point deadline) const {
    std::string octets(most, '\0');
    while (wait(POLLIN, deadline)) {
      const ssize_t got = ::recv(descriptor_, octets.data(), octets.size(), 0);
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      if (got <= 0) return std::nullopt;
      octets.resize(static_cast<std::size_t>(got));
      return octets;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<std::string> receive_all(std::size_t size, Clock::time_point deadline) const {
    std::string octets;
    while (octets.size() < size) {
      const auto more = receive(size - octets.size(), deadline);
      if (!more) return std::nullopt;
      octets += *more;
    }
    return octets;
  }

 private:
  [[nodiscard]] bool wait(short events, Clock::time_point deadline) const {
    while (connected_) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
      if (left <= 0) return false;
      pollfd waiting{descriptor_, events, 0};
      const int ready = ::poll(&waiting, 1, static_cast<int>(left));
      if (ready > 0) return true;
      if (ready < 0 && errno != EINTR) return false;
    }
    return false;
  }

  int descriptor_;
  bool connected_ = false;
};

void append_number(std::string& octets, unsigned value) {
  octets.push_back(static_cast<char>(value >> 8U));
  octets.push_back(static_cast<char>(value & 0xFFU));
}

unsigned number_at(std::string_view octets, std::size_t at) noexcept {
  return static_cast<unsigned>(static_cast<unsigned char>(octets[at]) << 8U) |
         static_cast<unsigned char>(octets[at + 1]);
}

/// RFC 1035 4.1.2
std::string question_of(std::string_view name, DnsType type) {
  constexpr unsigned internet = 1;
  std::string question;
  while (!name.empty()) {
    const std::size_t dot = std::min(name.size(), name.find('.'));
    question.push_back(static_cast<char>(dot));
    question += name.substr(0, dot);
    name.remove_prefix(std::min(name.size(), dot + 1));
  }
  question.push_back('\0');
  append_number(question, static_cast<unsigned>(type));
  append_number(question, internet);
  return question;
}

/// A query with an identifier that nobody can guess. RFC 1035 4.1.1
std::string query_of(const std::string& question) {
  std::string query;
  append_number(query, std::random_device{}() & 0xFFFFU);
  append_number(query, flag_recursion_desired);
  append_number(query, 1);
  query.append(6, '\0');
  return query + question;
}

/// The identifier and the question come back as they were sent. Servers may change the case of letters.
bool answers(std::string_view response, std::string_view query) noexcept {
  if (response.size() < query.size() || (number_at(response, 2) & flag_response) == 0) return false;
  if (response.substr(0, 2) != query.substr(0, 2) || number_at(response, 4) != 1) return false;
  return iequals(response.substr(header_octets, query.size() - header_octets), query.substr(header_octets));
}

std::optional<std::string> ask_udp(const NameServer& server, std::string_view query) {
  constexpr std::size_t most_octets = 4096;  // 512 without EDNS; nobody is told off for more
  const auto deadline = Clock::now() + patience_udp;
  const Socket socket(server, SOCK_DGRAM);
  if (!socket.send(query, deadline)) return std::nullopt;
  while (true) {
    auto response = socket.receive(most_octets, deadline);
    if (!response || answers(*response, query)) return response;
  }
}

std::optional<std::string> ask_tcp(const NameServer& server, const std::string& query) {
  const auto deadline = Clock::now() + patience_tcp;
  const Socket socket(server, SOCK_STREAM);
  std::string framed;
  append_number(framed, static_cast<unsigned>(query.size()));
  if (!socket.send(framed + query, deadline)) return std::nullopt;
  const auto size = socket.receive_all(2, deadline);
  if (!size) return std::nullopt;
  auto response = socket.receive_all(number_at(*size, 0), deadline);
  if (!response || !answers(*response, query)) return std::nullopt;
  return response;
}

/// RFC 1035 4.1.1, RFC 6895 2.3
std::string error_text(unsigned error) {
  constexpr auto names =
      std::to_array<std::string_view>({"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"});
  if (error < names.size()) return fmt::format("the name server says {}", names[error]);
  return fmt::format("the name server says error {}", error);
}

}  // namespace

std::optional<NameServer> read_name_server(std::string_view text) {
  std::string_view port_text = "53";
  std::string_view host = text;
  const bool bracketed = text.starts_with('[');
  if (bracketed || std::ranges::count(text, ':') == 1) {
    const std::size_t end = text.find(bracketed ? ']' : ':');
    if (end == text.npos) return std::nullopt;
    host = text.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end);
    const std::string_view rest = text.substr(bracketed ? end + 1 : end);
    if (!rest.empty() && !rest.starts_with(':')) return std::nullopt;
    if (!rest.empty()) port_text = rest.substr(1);
  }
  const auto port = read_port(port_text);
  if (!port) return std::nullopt;
  const std::string terminated(host);
  NameServer server;
  sockaddr_in ipv4{};
  if (!bracketed && ::inet_pton(AF_INET, terminated.c_str(), &ipv4.sin_addr) == 1) {
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = htons(*port);
    std::memcpy(&server.address, &ipv4, sizeof ipv4);
    server.length = sizeof ipv4;
    return server;
  }
  sockaddr_in6 ipv6{};
  if (::inet_pton(AF_INET6, terminated.c_str(), &ipv6.sin6_addr) != 1) return std::nullopt;
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_port = htons(*port);
  std::memcpy(&server.address, &ipv6, sizeof ipv6);
  server.length = sizeof ipv6;
  return server;
}

std::vector<NameServer> system_name_servers() {
  constexpr std::string_view keyword = "nameserver";
  std::vector<NameServer> servers;
  std::ifstream file("/etc/resolv.conf");
  for (std::string line; servers.size() < most_servers && std::getline(file, line);) {
    const std::string_view text = trim_blanks(line);
    if (!text.starts_with(keyword)) continue;
    if (const auto server = read_name_server(trim_blanks(text.substr(keyword.size())))) servers.push_back(*server);
  }
  if (servers.empty()) servers.push_back(*read_name_server("127.0.0.1"));
  return servers;
}

NameServerAnswer ask_name_servers(const std::vector<NameServer>& servers, std::string_view name, DnsType type) {
  using Kind = NameServerAnswer::Kind;
  const std::string question = question_of(name, type);
  std::string reason = "no name server answers";
  bool tcp_tried = false;
  for (int round = 0; round < rounds; ++round) {
    for (const NameServer& server : servers) {
      const std::string query = query_of(question);
      auto response = ask_udp(server, query);
      if (response && (number_at(*response, 2) & flag_truncated) != 0) {
        if (std::exchange(tcp_tried, true)) continue;
        response = ask_tcp(server, query);
        if (!response) reason = "the answer is too long for UDP, and there is none over TCP";
      }
      if (!response) continue;
      const unsigned error = number_at(*response, 2) & mask_error;
      if (error == 0) return {Kind::response, std::move(*response)};
      if (error == 3) return {Kind::absent, {}};
      reason = error_text(error);
    }
  }
  return {Kind::failed, reason};
}

}  // namespace mailparse::tools
