#include "trace/session_reader.hpp"

#include <mailparse/session/imap_session.hpp>
#include <mailparse/session/pop3_session.hpp>
#include <mailparse/session/smtp_session.hpp>

namespace mailparse {
namespace {

class OpaqueReader final : public StreamSink {
 public:
  OpaqueReader(bool tls, SessionRecorder& recorder) : tls_(tls), recorder_(recorder) {
    if (tls_) recorder_.mark_implicit_tls();
  }
  void on_chunk(const Chunk& chunk) override {
    if (tls_) recorder_.on_opaque(chunk);
  }
  void on_gap(const Gap&) override {}
  void on_elided(const Elided&) override {}
  void on_end(Side side, StreamEnd end, const Stamp& stamp) override { recorder_.on_close(side, end, stamp); }
  void report(Diagnostic diagnostic) override { recorder_.report(std::move(diagnostic)); }

 private:
  bool tls_;
  SessionRecorder& recorder_;
};

template <typename Options>
Options common_options(const ConversationStart& start, const Limits& limits, Secured secured) {
  Options options;
  options.begun = start.begun || secured == Secured::midway;
  options.wire_exact = start.wire_exact;
  options.secured = secured != Secured::no;
  options.greeted = secured == Secured::midway;
  options.limits = limits;
  return options;
}

}  // namespace

std::unique_ptr<StreamSink> make_session_reader(Protocol protocol, const ConversationStart& start, const Limits& limits,
                                                Secured secured, DialogueSink& sink) {
  if (protocol == Protocol::imap) {
    return std::make_unique<ImapSession>(sink, common_options<ImapSessionOptions>(start, limits, secured));
  }
  if (protocol == Protocol::pop3) {
    auto options = common_options<Pop3SessionOptions>(start, limits, secured);
    return std::make_unique<Pop3Session>(sink, options);
  }
  auto options = common_options<SmtpSessionOptions>(start, limits, secured);
  options.lmtp = protocol == Protocol::lmtp;
  return std::make_unique<SmtpSession>(sink, options);
}

std::unique_ptr<StreamSink> make_opaque_reader(bool tls, SessionRecorder& recorder) {
  return std::make_unique<OpaqueReader>(tls, recorder);
}

}  // namespace mailparse
