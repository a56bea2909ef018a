// TCP segments in, conversations out: both sides of each connection in causal order, every octet accounted for.
// Layer: source. RFC 9293, RFC 7323 2 (window scale), RFC 7413 (data in SYN), RFC 5961 3 (resets).
//
// What a listener can rely on:
//   - One conversation per connection. It is opened at the first octet that is delivered or known to be missing, so
//   that
//     a flood of SYNs opens none. A new SYN on an old pair of endpoints is a new conversation.
//   - Octets of a side come in order of their offset. Where copies of the same octets differ, the first copy counts and
//     tcp.overlap.conflict names both.
//   - What one side sent after it had received octet N of the other comes after that octet, or after the gap that
//     stands for it; otherwise the order is that of the packets.
//   - A segment that is missing becomes a gap when an acknowledgment proves that it arrived and it has not turned up
//     for `ReassemblyGrace`, or when the connection ends or a limit forces it. Copies that come later still are
//     reported as tcp.gap with the frame that brought them.
//   - Ends are told after everything before them. finish() comes once, last; conversations finish in the order they
//     end: by the packet that ended them, then by id.
#pragma once

#include <cstdint>
#include <memory>

#include <mailparse/base/limits.hpp>
#include <mailparse/base/time.hpp>
#include <mailparse/source/conversation.hpp>
#include <mailparse/source/tcp_segment.hpp>

namespace mailparse {

/// How long reassembly waits, in capture time, and why.
struct ReassemblyGrace {
  /// A segment that was acknowledged but not seen: captures that merge two taps or several queues are out of order by
  /// milliseconds, seldom by a second. Either bound ends the wait.
  std::chrono::nanoseconds late_time = std::chrono::seconds(2);
  /// The same in packets of the connection, for sources without usable times; 1,000 full segments fit in
  /// Limits::reorder_octets.
  std::uint64_t late_frames = 1'000;
  /// After both sides closed or one reset, for what was still under way.
  std::chrono::nanoseconds linger = std::chrono::seconds(2);
  /// A finished connection's endpoints are remembered so that stray retransmissions do not look like a new one.
  std::chrono::nanoseconds remember = std::chrono::seconds(60);
  /// Silence after which a connection is written out (`evicted`). IMAP's IDLE is renewed every 29 minutes (RFC 2177).
  std::chrono::nanoseconds idle = std::chrono::hours(1);
  /// The same for a connection without any octets. A greeting may take 5 minutes (RFC 5321 4.5.3.2.1).
  std::chrono::nanoseconds idle_without_octets = std::chrono::minutes(10);
};

/// What became of the segments and their octets. After finish(), payload_octets is the sum of delivered, repeated,
/// conflicting, keep_alive, before_start, after_fin, out_of_window, refused, late and stray.
struct ReassemblyTotals {
  std::uint64_t segments = 0;
  std::uint64_t payload_octets = 0;  ///< captured

  std::uint64_t delivered = 0;      ///< to a listener
  std::uint64_t repeated = 0;       ///< second copies, equal or no longer comparable
  std::uint64_t conflicting = 0;    ///< second copies that differ from the first
  std::uint64_t keep_alive = 0;     ///< probes of one octet before the next one expected
  std::uint64_t before_start = 0;   ///< before the first octet of the stream
  std::uint64_t after_fin = 0;      ///< behind a FIN
  std::uint64_t out_of_window = 0;  ///< where the receiver could not have taken them
  std::uint64_t refused = 0;        ///< in a SYN whose answer did not accept them, or of a SYN that lost
  std::uint64_t late = 0;           ///< of a gap that had been given up
  std::uint64_t stray = 0;          ///< after the connection was finished, in an RST or behind a broken header

  std::uint64_t missing = 0;  ///< octets that gaps stand for

  std::uint64_t connections = 0;     ///< pairs of endpoints that began, with octets or without
  std::uint64_t conversations = 0;   ///< of these, told to a listener
  std::uint64_t half_open = 0;       ///< of these, a SYN without an answer (counted when they end)
  std::uint64_t without_octets = 0;  ///< of these, answered but without octets (counted when they end)
  std::uint64_t evicted = 0;         ///< conversations written out early because a limit was reached

  bool operator==(const ReassemblyTotals&) const = default;
};

/// Reassembles every TCP connection of one capture.
///
/// Memory is bounded: Limits::reorder_octets a direction and Limits::reorder_total_octets altogether for octets that
/// wait, a sixteenth of the latter for octets that were delivered last (to compare second copies with),
/// Limits::open_flows connections, the longest idle of which is finished first. An octet that arrives in order is
/// passed on where it lies. Reports the tcp.* codes to the listener concerned; those that are counted once per
/// connection come before its finish(). What is found in connections without octets, which have no listener, goes
/// to `unopened` in finish(), once a code and file with the number of times.
class TcpReassembly final : public TcpSegmentSink {
 public:
  /// Keeps references to `factory` and `unopened` for its lifetime.
  explicit TcpReassembly(ConversationFactory& factory, const Limits& limits = {}, const ReassemblyGrace& grace = {},
                         DiagnosticSink* unopened = nullptr);
  ~TcpReassembly() override;
  TcpReassembly(const TcpReassembly&) = delete;
  TcpReassembly& operator=(const TcpReassembly&) = delete;

  void on_segment(const TcpSegment& segment) override;
  /// The clock of the capture moved though no segment came (other packets, or a live interface that is quiet).
  void on_time(Timestamp now);
  /// The source was silent for longer than ReassemblyGrace::linger in real time: connections that are over finish
  /// now, so that whoever watches an endless source sees them.
  void on_silence();
  /// The input is over: everything that waits is delivered with gaps before it, and every conversation finishes.
  void finish();

  [[nodiscard]] const ReassemblyTotals& totals() const noexcept;
  /// Octets that wait now, with their bookkeeping.
  [[nodiscard]] std::uint64_t held_octets() const noexcept;

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace mailparse
