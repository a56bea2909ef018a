#include "trace-to-json/mail_views.hpp"

#include <algorithm>
#include <utility>

#include <mailparse/base/digest.hpp>
#include <mailparse/json/ecs_record.hpp>
#include <mailparse/json/eve_record.hpp>
#include <mailparse/json/zeek_record.hpp>

namespace mailparse::tools {
namespace {

bool moves_mail(const SessionRecord& session) noexcept {
  return session.protocol == Protocol::smtp || session.protocol == Protocol::lmtp;
}

/// MD5 of what stands behind a message's header, in any cut.
class BodyDigest {
 public:
  void feed(std::string_view octets) {
    if (!header_.done()) {
      octets.remove_prefix(header_.push(octets));
      if (!header_.done()) return;
      md5_.update(header_.body_start());
    }
    md5_.update(octets);
  }
  [[nodiscard]] std::string finish() {
    header_.finish();
    return md5_.finish_hex();
  }

 private:
  Silence silence_;
  HeaderReader header_{silence_};
  Digest md5_{DigestKind::md5};
};

}  // namespace

class MailViews::Tap final : public MessageTap {
 public:
  Tap(MailViews& views, std::unique_ptr<MessageTap> next)
      : views_(views), next_(std::move(next)), reader_(views.reading_) {
    if (views.emit_ == Emit::eve) body_.emplace();
  }

  void on_octets(std::string_view octets) override {
    reader_.feed(octets);
    if (body_) body_->feed(octets);
    if (next_) next_->on_octets(octets);
  }

  void on_gap(std::uint64_t length) override {
    if (next_) next_->on_gap(length);
  }

  void finish(const SessionRecord& session, const MessageFacts& facts, std::uint64_t transaction,
              std::uint64_t retrieval) override {
    if (transaction != 0)
      views_.take(session, transaction, reader_.finish(), body_ ? body_->finish() : std::string{});
    else if (retrieval != 0)
      views_.write_retrieval(session, retrieval, reader_.finish());
    if (next_) next_->finish(session, facts, transaction, retrieval);
  }

 private:
  MailViews& views_;
  std::unique_ptr<MessageTap> next_;
  MessageReader reader_;
  std::optional<BodyDigest> body_;
};

std::string_view file_of(const SessionRecord& session, const std::vector<std::string>& files) noexcept {
  const std::size_t index = session.start.first.file;
  return index < files.size() ? std::string_view(files[index]) : std::string_view{};
}

// What no view shows is not looked for: only Elastic's has digests of parts, only Suricata's what text points to.
MailViews::MailViews(Emit emit, const std::vector<std::string>& files, const Limits& limits, JsonWriter& writer)
    : emit_(emit),
      files_(files),
      reading_{.limits = limits,
               .observables = emit == Emit::eve ? MessageOptions{}.observables : 0,
               .digests = emit == Emit::ecs},
      writer_(writer) {}

std::unique_ptr<MessageTap> MailViews::tap(const SessionRecord& session, std::unique_ptr<MessageTap> next) {
  if (!moves_mail(session) && emit_ != Emit::ecs) return next;
  return std::make_unique<Tap>(*this, std::move(next));
}

void MailViews::take(const SessionRecord& session, std::uint64_t transaction, Message message, std::string body_md5) {
  Open& open = open_[session.id];
  if (open.transaction != transaction) write_transactions(session, open, transaction - 1);
  open.transaction = transaction;
  open.message = std::move(message);
  open.body_md5 = std::move(body_md5);
}

/// Writes the transactions up to the one numbered `end`, as far as they are not written yet.
void MailViews::write_transactions(const SessionRecord& session, Open& open, std::size_t end) {
  for (; open.seen < std::min(end, session.transactions.size()); ++open.seen) {
    const TransactionRecord& transaction = session.transactions[open.seen];
    // What only a laxer receiver would have seen is no mail to Zeek and Suricata.
    if (!transaction.smuggled || emit_ == Emit::ecs) write(session, open, &transaction);
  }
}

void MailViews::write(const SessionRecord& session, Open& open, const TransactionRecord* transaction) {
  MailView view{.session = session, .transaction = transaction, .messages_before = open.messages};
  if (transaction != nullptr && open.transaction == transaction->n) {
    view.message = &open.message;
    view.body_md5 = open.body_md5;
  }
  if (emit_ == Emit::zeek) write_zeek_smtp(writer_, view);
  if (emit_ == Emit::eve) write_eve_smtp(writer_, view, open.tx_id);
  if (emit_ == Emit::ecs) write_ecs(writer_, view, file_of(session, files_));
  ++open.tx_id;
  if (transaction != nullptr && transaction->message && transaction->reply) ++open.messages;
}

void MailViews::write_pop3(const SessionRecord& session) {
  std::uint64_t tx_id = 0;
  for (const Exchange& exchange : session.exchanges) {
    if (exchange.command) write_eve_pop3(writer_, session, exchange, tx_id++);
  }
}

void MailViews::write_retrieval(const SessionRecord& session, std::uint64_t retrieval, const Message& message) {
  if (emit_ != Emit::ecs || retrieval > session.retrievals.size()) return;
  const RetrievalRecord& record = session.retrievals[retrieval - 1];
  write_ecs(writer_, {.session = session, .retrieval = &record, .message = &message}, file_of(session, files_));
}

void MailViews::on_session(const SessionRecord& session) {
  if (session.protocol == Protocol::pop3 && emit_ == Emit::eve) return write_pop3(session);
  if (emit_ == Emit::ecs && !session.retrievals.empty()) return;
  if (!moves_mail(session) && emit_ != Emit::ecs) return;
  Open open;
  if (const auto at = open_.find(session.id); at != open_.end()) {
    open = std::move(at->second);
    open_.erase(at);
  }
  write_transactions(session, open, session.transactions.size());
  // Zeek keeps silent about a conversation without mail unless TLS hides what followed.
  const bool worth_telling = emit_ != Emit::zeek || (session.tls && session.tls->accepted);
  if (open.tx_id == 0 && worth_telling) write(session, open, nullptr);
}

}  // namespace mailparse::tools
