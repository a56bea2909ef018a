#include "trace/tls_listener.hpp"

#include <array>
#include <optional>
#include <utility>

#include "trace/tls_trail.hpp"

namespace mailparse {
namespace {

/// Two handshake messages of the greatest size that is read, and what else a handshake has.
constexpr std::uint64_t handshake_octets = 160 * 1024;

class TlsListener final : public ConversationListener, public TlsAround {
 public:
  TlsListener(const TlsKeyLog& keys, OpenInTls open, HeldTotal total)
      : open_(std::move(open)), share_(total), inside_(*this), decryptor_(keys, inside_) {}

  void on_chunk(const Chunk& chunk) override {
    if (state_ == State::fresh) begins_with_tls(chunk) ? hold_back() : open_plain(nullptr);
    if (state_ == State::plain) return inner_->on_chunk(chunk);
    if (state_ == State::over) return;
    trail_.push(chunk);
    if (state_ == State::handshake) held_.hold(chunk);
    share_.set(state_ == State::handshake ? held_.octets() : 0);
    decryptor_.on_chunk(chunk);
    give_up_if_wrong();
  }

  void on_gap(const Gap& gap) override {
    if (state_ == State::fresh) open_plain(nullptr);
    if (state_ == State::plain) return inner_->on_gap(gap);
    if (state_ == State::handshake) held_.hold(gap);
    decryptor_.lose(gap.side);
    give_up_if_wrong();
  }

  void on_elided(const Elided& elided) override {
    if (state_ == State::fresh) open_plain(nullptr);
    if (state_ == State::plain) inner_->on_elided(elided);
  }

  void on_end(Side side, StreamEnd end, const Stamp& stamp) override {
    if (!inner_) return held_.hold(side, end, stamp);
    inner_->on_end(side, state_ == State::over ? StreamEnd::cut : end, stamp);
  }

  void report(Diagnostic diagnostic) override {
    inner_ ? inner_->report(std::move(diagnostic)) : held_.hold(std::move(diagnostic));
  }

  void finish(const ConversationEnd& end) override {
    if (!inner_) open_plain(state_ == State::fresh ? nullptr : this);
    inner_->finish(end);
  }

  bool taken_off() const noexcept override { return decryptor_.decrypted(); }

  TlsRecord known() override {
    Seldom<TlsRecord> record;
    trail_.tell(record);
    if (!record) record.emplace();
    record->implicit = true;
    record->decrypted = decryptor_.decrypted();
    record->trouble = decryptor_.trouble();
    return std::move(*record);
  }

 private:
  enum class State : std::uint8_t {
    fresh,      ///< nothing came yet
    plain,      ///< the conversation is given everything as it comes
    handshake,  ///< nothing was decrypted yet
    inside,     ///< the conversation is given what TLS carries
    over,       ///< the conversation was given as much as could be decrypted
  };

  /// Receives what was decrypted.
  class Inside final : public StreamSink {
   public:
    explicit Inside(TlsListener& listener) : listener_(listener) {}
    void on_chunk(const Chunk& chunk) override {
      listener_.enter();
      listener_.inner_->on_chunk(chunk);
    }
    void on_gap(const Gap&) override {}
    void on_elided(const Elided&) override {}
    void on_end(Side, StreamEnd, const Stamp&) override {}
    void report(Diagnostic) override {}

   private:
    TlsListener& listener_;
  };

  static bool begins_with_tls(const Chunk& chunk) noexcept {
    return chunk.side == Side::client && chunk.octets.starts_with('\x16');
  }

  void hold_back() noexcept { state_ = State::handshake; }

  void open_plain(TlsAround* around) {
    state_ = State::plain;
    inner_ = open_(around);
    std::exchange(held_, {}).release_to(*inner_);
    share_.set(0);
  }

  void enter() {
    if (inner_) return;
    state_ = State::inside;
    inner_ = open_(this);
    held_.drop_octets();
    std::exchange(held_, {}).release_to(*inner_);
    share_.set(0);
  }

  void give_up_if_wrong() {
    if (state_ == State::handshake) {
      const bool too_much = held_.octets() > handshake_octets || share_.exhausts();
      if (too_much || decryptor_.trouble() != TlsTrouble::none) open_plain(this);
    } else if (state_ == State::inside && decryptor_.trouble() != TlsTrouble::none) {
      state_ = State::over;
    }
  }

  OpenInTls open_;
  HeldShare share_;
  State state_ = State::fresh;
  HeldStream held_;
  TlsTrail trail_;
  Inside inside_;
  TlsDecryptor decryptor_;
  std::unique_ptr<ConversationListener> inner_;
};

}  // namespace

std::unique_ptr<ConversationListener> behind_tls(const TlsKeyLog& keys, OpenInTls open, HeldTotal total) {
  return std::make_unique<TlsListener>(keys, std::move(open), total);
}

}  // namespace mailparse
