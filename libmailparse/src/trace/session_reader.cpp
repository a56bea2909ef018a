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

}  // namespace

std::unique_ptr<StreamSink> make_session_reader(Protocol protocol, const ConversationStart& start, const Limits& limits,
                                                SessionRecorder& recorder) {
  if (protocol == Protocol::imap) {
    ImapSessionOptions options;
    options.begun = start.begun;
    options.wire_exact = start.wire_exact;
    options.limits = limits;
    return std::make_unique<ImapSession>(recorder, options);
  }
  if (protocol == Protocol::pop3) {
    Pop3SessionOptions options;
    options.begun = start.begun;
    options.wire_exact = start.wire_exact;
    options.unstuffed = start.unstuffed;
    options.limits = limits;
    return std::make_unique<Pop3Session>(recorder, options);
  }
  SmtpSessionOptions options;
  options.lmtp = protocol == Protocol::lmtp;
  options.begun = start.begun;
  options.wire_exact = start.wire_exact;
  options.unstuffed = start.unstuffed;
  options.limits = limits;
  return std::make_unique<SmtpSession>(recorder, options);
}

std::unique_ptr<StreamSink> make_opaque_reader(bool tls, SessionRecorder& recorder) {
  return std::make_unique<OpaqueReader>(tls, recorder);
}

}  // namespace mailparse
