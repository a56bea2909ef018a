// All connections of a capture: finds the one a segment belongs to, begins and ends them, and keeps within the limits.

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <mailparse/source/reassembly.hpp>

#include "source/tcp/capture_clock.hpp"
#include "source/tcp/connection.hpp"
#include "source/tcp/flow_table.hpp"

namespace mailparse {

namespace {

using tcp::Connection;
using tcp::FlowKey;
using tcp::FlowTable;
using FlowId = FlowTable::Id;

/// Connections without octets, and memories of finished ones, may fill this part of Limits::open_flows: neither a flood
/// of SYNs nor one of short sessions pushes out those that have something to tell.
constexpr std::uint64_t idle_share = 8;
/// Octets delivered last may take this part of Limits::reorder_total_octets: by default whole windows of some 250
/// sides.
constexpr std::uint64_t recent_share = 16;
/// Looking for what has expired more often than this gains nothing.
constexpr std::chrono::nanoseconds expiry_step = std::chrono::milliseconds(50);

/// What a flow is in; each state has a list in the order of the last change.
enum class FlowState : std::uint8_t {
  silent,    ///< no octets of either side yet
  talking,   ///< octets were seen
  closing,   ///< over, but for what is still under way
  finished,  ///< told; the endpoints are remembered
};
constexpr std::size_t flow_states = 4;

/// Links of one flow in one list.
struct Links {
  FlowId before = FlowTable::none;
  FlowId behind = FlowTable::none;
};

struct Flow {
  std::unique_ptr<Connection> connection;  ///< null once finished
  FlowState state = FlowState::silent;
  bool holding = false;  ///< in the list of those that hold octets
  Links links;
  Links holding_links;
  std::optional<Timestamp> since;  ///< of the last segment, or of the one that closed it
  std::uint64_t order = 0;         ///< number of that segment
};

/// A list of flows through `links`, oldest first.
class FlowList {
 public:
  explicit FlowList(Links Flow::* links) noexcept : links_(links) {}
  [[nodiscard]] FlowId oldest() const noexcept { return first_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  void push(std::vector<Flow>& flows, FlowId id) noexcept {
    Links& mine = flows[id].*links_;
    mine = {last_, FlowTable::none};
    (last_ == FlowTable::none ? first_ : (flows[last_].*links_).behind) = id;
    last_ = id;
    ++size_;
  }
  void remove(std::vector<Flow>& flows, FlowId id) noexcept {
    const Links mine = flows[id].*links_;
    (mine.before == FlowTable::none ? first_ : (flows[mine.before].*links_).behind) = mine.behind;
    (mine.behind == FlowTable::none ? last_ : (flows[mine.behind].*links_).before) = mine.before;
    --size_;
  }
  void touch(std::vector<Flow>& flows, FlowId id) noexcept {
    if (last_ == id) return;
    remove(flows, id);
    push(flows, id);
  }

 private:
  Links Flow::* links_;
  FlowId first_ = FlowTable::none;
  FlowId last_ = FlowTable::none;
  std::size_t size_ = 0;
};

}  // namespace

class TcpReassembly::Engine {
 public:
  Engine(ConversationFactory& factory, const Limits& limits, const ReassemblyGrace& grace, DiagnosticSink* unopened)
      : shared_{factory, limits, grace, {}, 0, tcp::RecentPool(limits.reorder_total_octets / recent_share),
                1,       {},     {},    {}},
        unopened_(unopened) {}

  void on_segment(const TcpSegment& segment);
  void on_time(Timestamp now);
  void on_silence();
  void finish();

  [[nodiscard]] const ReassemblyTotals& totals() const noexcept { return shared_.totals; }
  [[nodiscard]] std::uint64_t held() const noexcept { return shared_.held; }

 private:
  [[nodiscard]] FlowList& list(FlowState state) noexcept { return lists_[static_cast<std::size_t>(state)]; }
  FlowId add(const FlowKey& key);
  void begin(FlowId id, const TcpSegment& segment);
  [[nodiscard]] bool is_stray(FlowId id, const TcpSegment& segment);
  void begin_anew(FlowId id, const TcpSegment& segment);
  void set_state(FlowId id, FlowState state);
  void note_last(FlowId id, const TcpSegment& segment, FlowState state);
  void update(FlowId id, const TcpSegment& segment);
  void update_holding(FlowId id);
  void finish_connection(FlowId id, bool evicted);
  void finish_closing(FlowId id);
  void forget(FlowId id);
  void expire();
  void make_room();

  tcp::Shared shared_;
  DiagnosticSink* unopened_;  ///< may be null
  FlowTable table_;
  std::vector<Flow> flows_;  ///< by FlowTable's numbers
  std::array<FlowList, flow_states> lists_{FlowList(&Flow::links), FlowList(&Flow::links), FlowList(&Flow::links),
                                           FlowList(&Flow::links)};
  FlowList holding_{&Flow::holding_links};
  tcp::CaptureClock clock_;
  std::optional<Timestamp> expired_;  ///< when expire() looked last
  std::uint64_t order_ = 0;
};

void TcpReassembly::Engine::on_segment(const TcpSegment& segment) {
  ++order_;
  ++shared_.totals.segments;
  shared_.totals.payload_octets += segment.payload.size();
  if (segment.stamp.time) on_time(*segment.stamp.time);

  const unsigned from = FlowKey::direction(segment);
  const FlowKey key(segment, from);
  FlowId id = table_.find(key);
  if (id == FlowTable::none) {
    id = add(key);
    begin(id, segment);
  } else if (is_stray(id, segment)) {
    shared_.totals.stray += segment.payload.size();
    return;
  }
  if (flows_[id].connection->take_next(segment, from)) {
    note_last(id, segment, FlowState::talking);
    make_room();
    return;
  }
  switch (flows_[id].connection->role_of(segment, from)) {
    case Connection::Role::part:
      break;
    case Connection::Role::ignored:
      shared_.totals.stray += segment.payload.size();
      return;
    case Connection::Role::begins_anew:
      begin_anew(id, segment);
      break;
  }
  flows_[id].connection->on_segment(segment, from);
  update(id, segment);
  make_room();
}

FlowId TcpReassembly::Engine::add(const FlowKey& key) {
  const FlowId id = table_.insert(key);
  if (id == flows_.size()) flows_.emplace_back();
  list(FlowState::silent).push(flows_, id);
  return id;
}

void TcpReassembly::Engine::begin(FlowId id, const TcpSegment& segment) {
  flows_[id].connection = std::make_unique<Connection>(shared_, table_.key(id), segment);
  ++shared_.totals.connections;
}

/// Whether the segment comes after its connection was finished. Finishes it when it is time: what one connection looks
/// like must not depend on whether others moved the clock.
bool TcpReassembly::Engine::is_stray(FlowId id, const TcpSegment& segment) {
  Flow& flow = flows_[id];
  if (flow.state == FlowState::closing && tcp::passed(flow.since, segment.stamp.time, shared_.grace.linger)) {
    finish_connection(id, false);
    set_state(id, FlowState::finished);
  }
  if (flow.state != FlowState::finished) return false;
  if (!segment.has(tcp_syn) && !tcp::passed(flow.since, segment.stamp.time, shared_.grace.remember)) return true;
  begin(id, segment);
  set_state(id, FlowState::silent);
  return false;
}

/// A new connection between old endpoints: with the SYN that was set aside, if that is how it began.
void TcpReassembly::Engine::begin_anew(FlowId id, const TcpSegment& segment) {
  const Seldom<tcp::KeptSegment> syn = flows_[id].connection->take_successor_syn();
  finish_connection(id, false);
  if (!syn || segment.has(tcp_syn) == !segment.has(tcp_ack)) {
    begin(id, segment);
    return;
  }
  const TcpSegment first = syn->segment(*segment.origin);
  begin(id, first);
  shared_.totals.stray -= first.payload.size();
  flows_[id].connection->on_segment(first, syn->from());
}

void TcpReassembly::Engine::set_state(FlowId id, FlowState state) {
  Flow& flow = flows_[id];
  if (flow.state == state) {
    list(state).touch(flows_, id);
    return;
  }
  list(flow.state).remove(flows_, id);
  flow.state = state;
  list(state).push(flows_, id);
}

void TcpReassembly::Engine::note_last(FlowId id, const TcpSegment& segment, FlowState state) {
  flows_[id].since = segment.stamp.time;
  flows_[id].order = order_;
  set_state(id, state);
}

void TcpReassembly::Engine::update(FlowId id, const TcpSegment& segment) {
  Flow& flow = flows_[id];
  const bool closing = flow.connection->closing();
  if (!closing || flow.state != FlowState::closing) {
    // From the segment that closed it on, a flow keeps its place.
    const FlowState open = flow.connection->has_octets() ? FlowState::talking : FlowState::silent;
    note_last(id, segment, closing ? FlowState::closing : open);
  }
  update_holding(id);
  while (shared_.held > shared_.limits.reorder_total_octets && holding_.oldest() != FlowTable::none) {
    const FlowId oldest = holding_.oldest();
    flows_[oldest].connection->flush_held();
    holding_.remove(flows_, oldest);
    flows_[oldest].holding = false;
  }
}

void TcpReassembly::Engine::update_holding(FlowId id) {
  Flow& flow = flows_[id];
  const bool holds = flow.connection && flow.connection->holds_octets();
  if (holds && flow.holding) {
    holding_.touch(flows_, id);
  } else if (holds) {
    holding_.push(flows_, id);
  } else if (flow.holding) {
    holding_.remove(flows_, id);
  }
  flow.holding = holds;
}

/// The flow keeps its state; the caller gives it another connection, another state, or forgets it.
void TcpReassembly::Engine::finish_connection(FlowId id, bool evicted) {
  flows_[id].connection->finish(evicted);
  flows_[id].connection.reset();
  update_holding(id);
}

void TcpReassembly::Engine::forget(FlowId id) {
  list(flows_[id].state).remove(flows_, id);
  flows_[id] = Flow{};
  table_.erase(id);
}

void TcpReassembly::Engine::on_time(Timestamp now) {
  clock_.see(now);
  if (expired_ && !tcp::passed(expired_, clock_.now(), expiry_step)) return;
  expired_ = clock_.now();
  expire();
}

void TcpReassembly::Engine::on_silence() {
  FlowId id = FlowTable::none;
  while ((id = list(FlowState::closing).oldest()) != FlowTable::none) finish_closing(id);
}

/// What comes for its endpoints now is stray.
void TcpReassembly::Engine::finish_closing(FlowId id) {
  const bool told = flows_[id].connection->has_octets();
  finish_connection(id, false);
  if (told) {
    set_state(id, FlowState::finished);
  } else {
    forget(id);
  }
}

void TcpReassembly::Engine::expire() {
  const auto due = [this](FlowState state, std::chrono::nanoseconds span) {
    const FlowId id = list(state).oldest();
    return id != FlowTable::none && tcp::passed(flows_[id].since, clock_.now(), span) ? id : FlowTable::none;
  };
  FlowId id = FlowTable::none;
  while ((id = due(FlowState::closing, shared_.grace.linger)) != FlowTable::none) finish_closing(id);
  while ((id = due(FlowState::finished, shared_.grace.remember)) != FlowTable::none) forget(id);
  while ((id = due(FlowState::talking, shared_.grace.idle)) != FlowTable::none) {
    finish_connection(id, true);
    forget(id);
  }
  while ((id = due(FlowState::silent, shared_.grace.idle_without_octets)) != FlowTable::none) {
    finish_connection(id, true);
    forget(id);
  }
}

void TcpReassembly::Engine::make_room() {
  const std::uint64_t share = std::max<std::uint64_t>(1, shared_.limits.open_flows / idle_share);
  if (list(FlowState::finished).size() > share) forget(list(FlowState::finished).oldest());
  const std::size_t open = table_.size() - list(FlowState::finished).size();
  const bool crowded = open > std::max<std::uint64_t>(1, shared_.limits.open_flows);
  FlowState state = FlowState::silent;
  if (list(state).size() <= share) {
    if (!crowded) return;
    if (list(state).size() <= 1) state = list(FlowState::closing).size() != 0 ? FlowState::closing : FlowState::talking;
  }
  const FlowId id = list(state).oldest();
  finish_connection(id, state != FlowState::closing);
  forget(id);
}

void TcpReassembly::Engine::finish() {
  std::vector<std::pair<std::uint64_t, FlowId>> open;
  for (const FlowState state : {FlowState::silent, FlowState::talking, FlowState::closing}) {
    for (FlowId id = list(state).oldest(); id != FlowTable::none; id = flows_[id].links.behind) {
      open.emplace_back(flows_[id].order, id);
    }
  }
  std::ranges::sort(open);
  for (const auto& [order, id] : open) {
    finish_connection(id, false);
    forget(id);
  }
  while (list(FlowState::finished).oldest() != FlowTable::none) forget(list(FlowState::finished).oldest());
  clock_ = {};
  expired_.reset();
  if (unopened_ != nullptr) shared_.unopened.report(*unopened_);
}

TcpReassembly::TcpReassembly(ConversationFactory& factory, const Limits& limits, const ReassemblyGrace& grace,
                             DiagnosticSink* unopened)
    : engine_(std::make_unique<Engine>(factory, limits, grace, unopened)) {}

TcpReassembly::~TcpReassembly() = default;

void TcpReassembly::on_segment(const TcpSegment& segment) {
  engine_->on_segment(segment);
}
void TcpReassembly::on_time(Timestamp now) {
  engine_->on_time(now);
}
void TcpReassembly::on_silence() {
  engine_->on_silence();
}
void TcpReassembly::finish() {
  engine_->finish();
}
const ReassemblyTotals& TcpReassembly::totals() const noexcept {
  return engine_->totals();
}
std::uint64_t TcpReassembly::held_octets() const noexcept {
  return engine_->held();
}

}  // namespace mailparse
