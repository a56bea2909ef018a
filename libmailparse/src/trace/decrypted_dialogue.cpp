#include "trace/decrypted_dialogue.hpp"

#include <algorithm>
#include <utility>

#include "trace/session_reader.hpp"

namespace mailparse {
namespace {

/// The dialogue inside, its commands numbered on. Its ends are those of the connection, told by whoever sees them.
class NumberedOn final : public DialogueSink {
 public:
  NumberedOn(SessionRecorder& recorder, std::uint64_t commands) : recorder_(recorder), before_(commands) {}

  void on_command(const CommandEvent& command) override { recorder_.on_command(numbered(command)); }
  void on_reply(const ReplyEvent& reply) override {
    ReplyEvent event = reply;
    if (event.answers && *event.answers != 0) *event.answers += before_;
    recorder_.on_reply(event);
  }
  void on_message_start(const MessageStart& start) override {
    start.n == 0 ? recorder_.on_message_start(start) : recorder_.on_message_start(numbered(start));
  }
  void on_message_octets(std::string_view octets, std::uint64_t offset, const Stamp& stamp) override {
    recorder_.on_message_octets(octets, offset, stamp);
  }
  void on_message_gap(std::uint64_t length, const Stamp& stamp) override { recorder_.on_message_gap(length, stamp); }
  void on_message_end(MessageEnd end, std::optional<std::uint64_t> n, std::uint64_t offset,
                      const Stamp& stamp) override {
    if (n) *n += before_;
    recorder_.on_message_end(end, n, offset, stamp);
  }
  void on_uid(std::string_view uid) override { recorder_.on_uid(uid); }
  void on_auth(const AuthEvent& auth) override { recorder_.on_auth(numbered(auth)); }
  void on_smuggled(const SmuggledEvent& hidden) override { recorder_.on_smuggled(numbered(hidden)); }
  void on_opaque(const Chunk& chunk) override { recorder_.on_opaque(chunk); }
  void on_close(Side, StreamEnd, const Stamp&) override {}
  void report(Diagnostic diagnostic) override { recorder_.report(std::move(diagnostic)); }

 private:
  template <typename Event>
  [[nodiscard]] Event numbered(Event event) const {
    event.n += before_;
    return event;
  }

  SessionRecorder& recorder_;
  std::uint64_t before_;
};

}  // namespace

class DecryptedDialogue::Inside {
 public:
  explicit Inside(DecryptedDialogue& outside)
      : sink_(outside.recorder_, outside.commands_),
        session_(make_session_reader(outside.protocol_, outside.start_, outside.limits_, Secured::midway, sink_)),
        decryptor_(outside.keys_, *session_) {}

  void on_chunk(const Chunk& chunk) {
    decryptor_.on_chunk(chunk);
    if (failed()) end(chunk.stamp);
  }

  void on_end(Side side, StreamEnd end, const Stamp& stamp) {
    if (!over_) session_->on_end(side, end, stamp);
  }

  [[nodiscard]] bool failed() const noexcept { return decryptor_.trouble() != TlsTrouble::none; }
  [[nodiscard]] const TlsDecryptor& decryptor() const noexcept { return decryptor_; }

 private:
  void end(const Stamp& stamp) {
    if (std::exchange(over_, true)) return;
    session_->on_end(Side::client, StreamEnd::cut, stamp);
    session_->on_end(Side::server, StreamEnd::cut, stamp);
  }

  NumberedOn sink_;
  std::unique_ptr<StreamSink> session_;  ///< tells sink_
  TlsDecryptor decryptor_;               ///< tells session_
  bool over_ = false;
};

DecryptedDialogue::DecryptedDialogue(const TlsKeyLog& keys, Protocol protocol, const ConversationStart& start,
                                     const Limits& limits, SessionRecorder& recorder)
    : keys_(keys), protocol_(protocol), start_(start), limits_(limits), recorder_(recorder) {}
DecryptedDialogue::~DecryptedDialogue() = default;

void DecryptedDialogue::on_command(const CommandEvent& command) {
  commands_ = std::max(commands_, command.n);
  recorder_.on_command(command);
}

void DecryptedDialogue::on_opaque(const Chunk& chunk) {
  if (!inside_ && keys_.empty()) return recorder_.on_opaque(chunk);
  if (!inside_) inside_ = std::make_unique<Inside>(*this);
  if (!inside_->failed()) inside_->on_chunk(chunk);
  inside_->failed() ? recorder_.on_opaque(chunk) : recorder_.on_tls(chunk);
}

void DecryptedDialogue::on_close(Side side, StreamEnd end, const Stamp& stamp) {
  if (inside_) inside_->on_end(side, end, stamp);
  const bool cut_inside = inside_ && inside_->failed() && inside_->decryptor().decrypted();
  recorder_.on_close(side, cut_inside ? StreamEnd::cut : end, stamp);
}

void DecryptedDialogue::finish() {
  if (!inside_) return;
  TlsRecord known;
  known.decrypted = inside_->decryptor().decrypted();
  known.trouble = inside_->decryptor().trouble();
  recorder_.mark_tls(known);
}

}  // namespace mailparse
