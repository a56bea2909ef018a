#include "trace/tunnel_listener.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "trace/tunnel_reader.hpp"

namespace mailparse {
namespace {

class TunnelListener final : public ConversationListener {
 public:
  TunnelListener(const ConversationStart& start, OpenConversation open, HeldTotal total)
      : waiting_(std::make_unique<Waiting>(start, std::move(open), total)) {}

  void on_chunk(const Chunk& chunk) override {
    if (inner_) return pass(chunk);
    Waiting& now = *waiting_;
    now.held.hold(chunk);
    std::string& head = now.heads[index(chunk.side)];
    head += chunk.octets.substr(0, tunnel_octets - head.size());
    const TunnelVerdict verdict = read_tunnel(now.heads[0], now.heads[1]);
    now.share.set(now.held.octets() + now.heads[0].size() + now.heads[1].size());
    if (verdict.state == TunnelVerdict::State::more && !now.share.exhausts()) return;
    if (verdict.state == TunnelVerdict::State::open) {
      now.tunnel = verdict.tunnel;
      left_ = {verdict.client_octets, verdict.server_octets};
    }
    begin();
  }

  /// Where octets are missing, nothing is certain of what they were.
  void on_gap(const Gap& gap) override {
    begin();
    inner_->on_gap(gap);
  }
  void on_elided(const Elided& elided) override {
    begin();
    inner_->on_elided(elided);
  }
  void on_end(Side side, StreamEnd end, const Stamp& stamp) override {
    inner_ ? inner_->on_end(side, end, stamp) : waiting_->held.hold(side, end, stamp);
  }
  void report(Diagnostic diagnostic) override {
    inner_ ? inner_->report(std::move(diagnostic)) : waiting_->held.hold(std::move(diagnostic));
  }
  void finish(const ConversationEnd& end) override {
    begin();
    inner_->finish(end);
  }

 private:
  /// What is needed until it is known whether there is a tunnel, and not behind it.
  struct Waiting {
    Waiting(const ConversationStart& known, OpenConversation opens, HeldTotal total)
        : start(known), open(std::move(opens)), share(total) {}
    ConversationStart start;
    OpenConversation open;
    std::optional<Tunnel> tunnel;
    HeldShare share;
    HeldStream held;
    std::array<std::string, 2> heads;
  };

  static std::size_t index(Side side) noexcept { return static_cast<std::size_t>(side); }

  void begin() {
    if (inner_) return;
    const std::unique_ptr<Waiting> past = std::move(waiting_);
    inner_ = past->open(past->start, past->tunnel);
    past->share.set(0);
    past->held.release_to(*this);
  }

  /// Without what of it is the tunnel's.
  void pass(Chunk chunk) {
    std::size_t& left = left_[index(chunk.side)];
    const std::size_t octets = std::min(left, chunk.octets.size());
    left -= octets;
    chunk.octets.remove_prefix(octets);
    chunk.offset += octets;
    if (!chunk.octets.empty()) inner_->on_chunk(chunk);
  }

  std::unique_ptr<Waiting> waiting_;
  std::unique_ptr<ConversationListener> inner_;
  std::array<std::size_t, 2> left_{};  ///< octets of the tunnel that are still to come out of what was held
};

}  // namespace

std::unique_ptr<ConversationListener> behind_tunnel(const ConversationStart& start, OpenConversation open,
                                                    HeldTotal total) {
  return std::make_unique<TunnelListener>(start, std::move(open), total);
}

}  // namespace mailparse
