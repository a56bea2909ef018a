// --dns: records asked for while messages are judged.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include <mailparse/source/dns_resolver.hpp>

#include "common/dns_options.hpp"

namespace mailparse::tools {

/// Asks by way of a process of its own, so that this one gives up the network with its other rights. What was asked
/// once is remembered; a run asks at most 10,000 questions.
class LiveResolver final : public DnsResolver {
 public:
  LiveResolver() = default;
  ~LiveResolver() override;
  LiveResolver(const LiveResolver&) = delete;
  LiveResolver& operator=(const LiveResolver&) = delete;

  /// To be called once, before threads are started and the sandbox is entered. Returns an error number, or 0.
  [[nodiscard]] int start(const DnsOptions& options, bool sandboxed);

  [[nodiscard]] DnsLookup look_up(std::string_view name, DnsType type) override;

 private:
  [[nodiscard]] DnsLookup ask(const std::string& name, DnsType type);
  [[nodiscard]] DnsLookup give_up(std::string_view reason);

  std::mutex mutex_;
  std::map<std::pair<std::string, DnsType>, DnsLookup> known_;
  std::size_t known_octets_ = 0;
  std::size_t questions_ = 0;
  std::string packet_;
  int channel_ = -1;
};

}  // namespace mailparse::tools
