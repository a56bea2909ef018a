// Answers of the Domain Name System, as they pass in a capture.
// Layer: source. RFC 1035 3 and 4, RFC 3596 2 (AAAA), RFC 7766 8 (TCP).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/provenance.hpp>

namespace mailparse {

/// The record types that say something about mail. RFC 1035 3.2.2, RFC 3596 2.1.
enum class DnsType : std::uint16_t { a = 1, cname = 5, ptr = 12, mx = 15, txt = 16, aaaa = 28 };

/// One resource record of an answer section. Names are in lower case, without a final dot; octets of a label that are
/// no visible ASCII, and dots in it, stand as \DDD. RFC 1035 5.1, RFC 4343.
struct DnsRecord {
  std::string name;
  DnsType type{};
  std::string data;              ///< A, AAAA: the address; CNAME, PTR, MX: the name; TXT: its strings joined
  std::uint16_t preference = 0;  ///< MX
};

/// A response without error to one question.
struct DnsResponse {
  std::string question;
  std::vector<DnsRecord> answers;  ///< of the types above that belong to the question, itself or by way of CNAME
};

/// Reads one message. Nothing for what is no successful response, or cannot be read to the end of its answer section.
/// Linear: a name follows at most 16 pointers, each to octets before it.
[[nodiscard]] std::optional<DnsResponse> read_dns_response(std::string_view message);

/// Receives messages as they pass. Views live during the call.
class DnsSink {
 public:
  virtual ~DnsSink() = default;
  virtual void on_dns(std::string_view message, const Stamp& stamp) = 0;
};

/// One side of DNS over TCP: cuts the stream into messages. Keeps one message at most.
class DnsStream {
 public:
  /// Octets that follow those before.
  void push(std::string_view octets, const Stamp& stamp, DnsSink& sink);
  /// Octets are missing: nothing more can be told apart.
  void lose() noexcept { lost_ = true; }

 private:
  std::string held_;  ///< of a message that is not whole yet, its length before it
  bool lost_ = false;
};

/// One value of a name, or of an address.
struct DnsAnswer {
  std::string data;
  std::uint16_t preference = 0;
  std::optional<Timestamp> first;  ///< when it was seen for the first time
  std::uint64_t order = 0;         ///< grows with each time that it is seen
};

}  // namespace mailparse
