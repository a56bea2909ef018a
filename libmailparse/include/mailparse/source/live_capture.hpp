// Packets of a network interface as they come.
// Layer: source. libpcap does the capturing.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include <mailparse/source/captured_packet.hpp>

namespace mailparse {

struct LiveOptions {
  std::string filter;              ///< in tcpdump's language, run in the kernel; empty: every packet
  std::uint32_t snaplen = 262144;  ///< octets kept of each packet
  bool promiscuous = true;
  /// How long the kernel may hold packets back to hand on several at once.
  std::uint32_t timeout_milliseconds = 100;
};

/// What the interface says of itself and of us.
struct LiveCounters {
  std::uint64_t received = 0;
  std::uint64_t dropped = 0;  ///< by the kernel, because nobody took them in time
  std::uint64_t dropped_by_interface = 0;
};

/// Captures from one interface. Frames are numbered from 1; times are in nanoseconds where the interface has them.
class LiveCapture {
 public:
  /// `interface` is a name that libpcap knows ("eth0", "any"). Fails with libpcap's message, the wrong filter's
  /// included.
  [[nodiscard]] static std::expected<LiveCapture, std::string> open(const std::string& interface,
                                                                    const LiveOptions& options = {});
  LiveCapture(LiveCapture&&) noexcept;
  LiveCapture& operator=(LiveCapture&&) noexcept;
  ~LiveCapture();

  /// Hands on the packets that wait, waiting for the first of them at most as long as `timeout_milliseconds`. The
  /// number of packets, 0 when none came or after stop(); fails when the interface goes away.
  [[nodiscard]] std::expected<std::uint64_t, std::string> poll(PacketSink& packets);
  /// Ends a poll() under way. May be called from a signal handler.
  void stop() noexcept;
  [[nodiscard]] LiveCounters counters() const;

 private:
  class State;
  explicit LiveCapture(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace mailparse
