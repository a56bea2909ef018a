// One TCP connection: puts both streams together and tells its listener of them in causal order.
// Layer: source. RFC 9293.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/limits.hpp>
#include <mailparse/base/seldom.hpp>
#include <mailparse/source/conversation.hpp>
#include <mailparse/source/reassembly.hpp>
#include <mailparse/source/tcp_segment.hpp>

#include "source/tallied_findings.hpp"
#include "source/tcp/flow_findings.hpp"
#include "source/tcp/flow_table.hpp"
#include "source/tcp/second_copy.hpp"
#include "source/tcp/tcp_side.hpp"

namespace mailparse::tcp {

/// A segment being compared with what came before.
struct CopyContext {
  unsigned direction = 0;
  PieceOrigin origin;
  std::uint64_t repeated = 0;
  Position first_repeated = 0;
  std::uint64_t forgotten = 0;
};

/// What all connections of a capture share.
struct Shared {
  ConversationFactory& factory;
  const Limits limits;
  const ReassemblyGrace grace;
  ReassemblyTotals totals;
  std::uint64_t held = 0;  ///< octets waiting in all connections, with their bookkeeping
  RecentPool recent;
  std::uint64_t next_id = 1;
  /// Formats and link types met; a segment's own live during its call only.
  struct Origin {
    std::string format;
    std::string linktype;
  };
  std::vector<Origin> origins;
  TalliedFindings unopened{};  ///< of connections without octets
  CopyContext copy{};          ///< of the segment at hand

  [[nodiscard]] std::uint32_t origin_index(const SegmentOrigin& origin);
};

/// A segment with octets of its own.
class KeptSegment {
 public:
  KeptSegment(const TcpSegment& segment, unsigned from)
      : payload_(segment.payload), options_(segment.options), segment_(segment), from_(from) {}
  /// `origin` is that of a segment at hand: both came the same way.
  [[nodiscard]] TcpSegment segment(const SegmentOrigin& origin) const;
  [[nodiscard]] unsigned from() const noexcept { return from_; }
  [[nodiscard]] std::uint32_t first_sequence() const noexcept { return segment_.sequence + 1; }
  [[nodiscard]] std::size_t payload_octets() const noexcept { return payload_.size(); }

 private:
  std::string payload_;
  std::string options_;
  TcpSegment segment_;
  unsigned from_;
};

class Connection final : private SecondCopySink {
 public:
  /// What a segment is to a connection with the same endpoints.
  enum class Role : std::uint8_t {
    part,         ///< belongs to it
    ignored,      ///< a SYN that does not fit; one without ACK may begin another connection and is kept for that
    begins_anew,  ///< belongs to a new connection, which the SYN kept, if any, began
  };

  Connection(Shared& shared, const FlowKey& key, const TcpSegment& first);

  /// The road of nearly all segments: the next octets of a stream, or an acknowledgment of some, while nothing waits,
  /// is in doubt or has ended on either side. False: the segment needs role_of() and on_segment(), and nothing has
  /// changed.
  [[nodiscard]] bool take_next(const TcpSegment& segment, unsigned from);
  [[nodiscard]] Role role_of(const TcpSegment& segment, unsigned from);
  [[nodiscard]] Seldom<KeptSegment> take_successor_syn();
  void on_segment(const TcpSegment& segment, unsigned from);

  /// Both sides ended, or one reset: nothing more is expected.
  [[nodiscard]] bool closing() const noexcept { return closing_; }
  [[nodiscard]] bool has_octets() const noexcept { return listener_ != nullptr || holds_octets(); }
  [[nodiscard]] bool holds_octets() const noexcept { return !sides_[0].held.empty() || !sides_[1].held.empty(); }
  /// Delivers everything that waits, declaring what it waits for missing: a limit was reached.
  void flush_held();
  /// Delivers what waits, ends both sides, tells the findings and lets the listener go. Nothing may follow.
  void finish(bool evicted);

 private:
  /// What is next to be delivered of one side.
  struct Head {
    enum class Kind : std::uint8_t { none, octets, fin } kind = Kind::none;
    bool ready = false;  ///< the other side's octets before it were delivered
    std::uint64_t arrival = 0;
    Position needs = 0;
  };

  /// Octets on their way into a stream: those captured, and behind them those that the capture cut off.
  struct Run {
    Position begin = 0;
    std::string_view octets;
    std::uint64_t cut = 0;

    [[nodiscard]] Position end() const noexcept { return begin + octets.size() + cut; }
    [[nodiscard]] bool empty() const noexcept { return octets.empty() && cut == 0; }
    /// Both return how many captured octets fall away.
    std::uint64_t drop_before(Position at) noexcept;
    std::uint64_t drop_behind(Position at) noexcept;
  };

  // connection.cpp: what a segment means
  [[nodiscard]] bool fits_start(const TcpSide& side, Position base) const noexcept;
  [[nodiscard]] bool on_syn(const TcpSegment& segment, unsigned from);
  void on_reset(const TcpSegment& segment, unsigned from);
  void count(const TcpSegment& segment) noexcept;
  Position on_acknowledgment(const TcpSegment& segment, unsigned from);
  [[nodiscard]] static std::uint64_t window_of(const TcpSegment& segment, const TcpSide& mine,
                                               const TcpSide& acked) noexcept;
  static void open_window(const TcpSegment& segment, const TcpSide& mine, TcpSide& acked, Position ack) noexcept;
  void answer_start(TcpSide& acked, Position ack, unsigned direction);
  [[nodiscard]] bool believable(TcpSide& acked, Position ack, Position sender, std::uint64_t window, unsigned from);
  void advance_acked(TcpSide& acked, Position ack, Position sender);
  void on_fin(unsigned from, Position at, const PieceOrigin& origin);
  void begin_stream(TcpSide& side, Position base, Start start);
  void hold_back(TcpSide& side, Hold why);
  void note_header(const TcpSegment& segment, unsigned from);
  [[nodiscard]] bool reset_in_window(const TcpSegment& segment, unsigned from) const;
  void contradict_reset(unsigned direction, Position at, std::uint64_t length);

  // payload.cpp: where the octets of a segment belong
  void on_payload(const TcpSegment& segment, unsigned from, Run run, const PieceOrigin& origin);
  [[nodiscard]] bool trim_before_start(TcpSide& side, unsigned from, Run& run, const PieceOrigin& origin);
  [[nodiscard]] bool trim_after_fin(TcpSide& side, unsigned from, Run& run, const PieceOrigin& origin);
  void note_urgent(const TcpSegment& segment, unsigned from, Position begin);
  [[nodiscard]] Position receivable(const TcpSide& side) const noexcept;
  void park(unsigned from, const Run& run, const PieceOrigin& origin);
  void readmit_parked(unsigned direction);
  void reject(unsigned from, Position begin, std::uint64_t length, std::uint64_t octets, std::uint64_t frame);
  void accept(unsigned from, Run run, const PieceOrigin& origin);
  void on_second_copy(const FirstCopy& first, std::string_view second) override;
  void report_conflict(const FirstCopy& first, std::string_view second);

  // delivery.cpp: what the listener hears, and when
  void settle();
  void release_holds();
  void drain();
  void deliver_head(unsigned direction);
  void give_up_late();
  void relieve(unsigned direction);
  bool push_forward(unsigned direction);
  [[nodiscard]] Head head(unsigned direction) const;
  [[nodiscard]] bool reached(Position needs, const TcpSide& side) const noexcept;
  [[nodiscard]] bool waited_enough(std::uint64_t arrival, const std::optional<Timestamp>& time) const noexcept;
  void deliver(unsigned direction, std::string_view octets, const PieceOrigin& origin);
  void declare_gap(unsigned direction, Position end, const Stamp& why);
  void declare_tail(unsigned direction);
  void end_side(unsigned direction, StreamEnd how, const Stamp& stamp);
  void open(unsigned speaker);
  void report_findings();
  void report_unopened();
  void report_at(const FlowFindings::Item& item);
  void update_state() noexcept;
  [[nodiscard]] std::uint64_t offset(unsigned direction, Position at) const noexcept {
    return at > sides_[direction].base ? at - sides_[direction].base : 0;
  }
  [[nodiscard]] Side side_of(unsigned direction) const noexcept {
    return direction == client_ ? Side::client : Side::server;
  }

  static constexpr unsigned nobody = 2;
  /// How far below its first segment a stream begun in the middle may still start, while nothing of it was delivered.
  static constexpr std::uint64_t unsure_reach = 64 * 1024;

  Shared& shared_;
  FlowKey key_;
  std::uint32_t origin_;
  Stamp first_;
  Stamp last_;
  std::optional<Timestamp> now_;  ///< of the connection: its last packet's
  std::uint64_t frames_ = 0;
  std::array<TcpSide, 2> sides_;
  unsigned opener_ = nobody;  ///< direction of the SYN
  unsigned client_ = nobody;  ///< settled when the listener is opened
  bool running_ = false;      ///< a segment without SYN was seen, or octets were told
  bool closing_ = false;
  bool flowing_ = false;  ///< what was seen was told; nothing waits, is in doubt or has ended on either side
  std::uint64_t missing_ = 0;
  std::uint64_t conflicts_ = 0;

  unsigned reset_by_ = nobody;
  Position reset_at_ = 0;
  Position reset_acked_ = 0;  ///< what its sender had acknowledged
  Stamp reset_stamp_;

  Seldom<KeptSegment> successor_;
  std::unique_ptr<ConversationListener> listener_;
  FlowFindings findings_;
};

}  // namespace mailparse::tcp
