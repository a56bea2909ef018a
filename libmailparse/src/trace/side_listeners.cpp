#include "trace/side_listeners.hpp"

#include <array>
#include <utility>

#include "source/quiet_listener.hpp"

namespace mailparse {
namespace {

class OtherShard final : public QuietListener {
 public:
  OtherShard(bool from_text, TraceListener& listener) : from_text_(from_text), listener_(listener) {}
  void finish(const ConversationEnd& end) override {
    listener_.on_other_traffic(
        {TrafficKind::other_shard, end.client_octets, end.server_octets, end.missing_octets, from_text_});
  }

 private:
  bool from_text_;
  TraceListener& listener_;
};

class DnsListener final : public ConversationListener {
 public:
  DnsListener(std::unique_ptr<ConversationListener> next, DnsSink& dns) : next_(std::move(next)), dns_(dns) {}
  void on_chunk(const Chunk& chunk) override {
    stream(chunk.side).push(chunk.octets, chunk.stamp, dns_);
    next_->on_chunk(chunk);
  }
  void on_gap(const Gap& gap) override {
    stream(gap.side).lose();
    next_->on_gap(gap);
  }
  void on_elided(const Elided& elided) override {
    stream(elided.side).lose();
    next_->on_elided(elided);
  }
  void on_end(Side side, StreamEnd end, const Stamp& stamp) override { next_->on_end(side, end, stamp); }
  void report(Diagnostic diagnostic) override { next_->report(std::move(diagnostic)); }
  void finish(const ConversationEnd& end) override { next_->finish(end); }

 private:
  [[nodiscard]] DnsStream& stream(Side side) noexcept { return streams_[static_cast<std::size_t>(side)]; }
  std::unique_ptr<ConversationListener> next_;
  DnsSink& dns_;
  std::array<DnsStream, 2> streams_;
};

}  // namespace

std::unique_ptr<ConversationListener> make_other_shard(bool from_text, TraceListener& listener) {
  return std::make_unique<OtherShard>(from_text, listener);
}

std::unique_ptr<ConversationListener> make_dns_listener(std::unique_ptr<ConversationListener> next, DnsSink& dns) {
  return std::make_unique<DnsListener>(std::move(next), dns);
}

}  // namespace mailparse
