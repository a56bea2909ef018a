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
      : start_(start), open_(std::move(open)), share_(total) {}

  void on_chunk(const Chunk& chunk) override {
    if (inner_) return pass(chunk);
    held_.hold(chunk);
    std::string& head = heads_[index(chunk.side)];
    head += chunk.octets.substr(0, tunnel_octets - head.size());
    const TunnelVerdict verdict = read_tunnel(heads_[0], heads_[1]);
    share_.set(held_.octets() + heads_[0].size() + heads_[1].size());
    if (verdict.state == TunnelVerdict::State::more && !share_.exhausts()) return;
    if (verdict.state == TunnelVerdict::State::open) {
      tunnel_ = verdict.tunnel;
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
    inner_ ? inner_->on_end(side, end, stamp) : held_.hold(side, end, stamp);
  }
  void report(Diagnostic diagnostic) override {
    inner_ ? inner_->report(std::move(diagnostic)) : held_.hold(std::move(diagnostic));
  }
  void finish(const ConversationEnd& end) override {
    begin();
    inner_->finish(end);
  }

 private:
  static std::size_t index(Side side) noexcept { return static_cast<std::size_t>(side); }

  void begin() {
    if (inner_) return;
    inner_ = open_(start_, tunnel_);
    heads_ = {};
    share_.set(0);
    held_.release_to(*this);
    held_ = {};
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

  ConversationStart start_;
  OpenConversation open_;
  std::optional<Tunnel> tunnel_;
  HeldShare share_;
  std::unique_ptr<ConversationListener> inner_;
  HeldStream held_;
  std::array<std::string, 2> heads_;
  std::array<std::size_t, 2> left_{};  ///< octets of the tunnel that are still to come out of held_
};

}  // namespace

std::unique_ptr<ConversationListener> behind_tunnel(const ConversationStart& start, OpenConversation open,
                                                    HeldTotal total) {
  return std::make_unique<TunnelListener>(start, std::move(open), total);
}

}  // namespace mailparse
