#include "trace/transaction_builder.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <mailparse/base/octets.hpp>

namespace mailparse {
namespace {

enum class Step : std::uint8_t {
  other,  ///< means nothing to a transaction
  mail,
  rcpt,
  data,
  chunk,  ///< BDAT and BURL
  end_of_data,
  reset,    ///< ends the transaction where the server agrees: EHLO, STARTTLS ... (RFC 5321 4.1.4, RFC 3207 4.2)
  abandon,  ///< ends it whatever the server says: QUIT
};

struct VerbStep {
  std::string_view verb;
  Step step;
};

constexpr auto verb_steps = std::to_array<VerbStep>({
    {".", Step::end_of_data},
    {"ATRN", Step::reset},
    {"BDAT", Step::chunk},
    {"BURL", Step::chunk},
    {"DATA", Step::data},
    {"EHLO", Step::reset},
    {"HELO", Step::reset},
    {"LHLO", Step::reset},
    {"MAIL", Step::mail},
    {"QUIT", Step::abandon},
    {"RCPT", Step::rcpt},
    {"RSET", Step::reset},
    {"SAML", Step::mail},
    {"SEND", Step::mail},
    {"SOML", Step::mail},
    {"STARTTLS", Step::reset},
    {"TURN", Step::reset},
    {"XCLIENT", Step::reset},
});
static_assert(std::ranges::is_sorted(verb_steps, {}, &VerbStep::verb));

Step step_of(std::string_view verb) noexcept {
  const auto at = std::ranges::lower_bound(verb_steps, verb, {}, &VerbStep::verb);
  return at != verb_steps.end() && at->verb == verb ? at->step : Step::other;
}

/// Whether a BDAT or BURL line says that its octets are the last of the message. RFC 3030 2, RFC 4468 3.2.
bool says_last(std::string_view line) noexcept {
  line = trim_blanks(line);
  return line.size() > 5 && is(OctetClass::blank, line[line.size() - 5]) &&
         iequals(line.substr(line.size() - 4), "LAST");
}

bool refused(const Exchange& exchange) noexcept {
  return exchange.reply && exchange.reply->negative();
}

Outcome verdict(const std::optional<ReplyRecord>& reply) noexcept {
  if (!reply) return Outcome::unknown;
  if (reply->positive()) return Outcome::accepted;
  return reply->negative() ? Outcome::rejected : Outcome::unknown;
}

/// What the outcome of a hidden mail says of the server.
Smuggling smuggling_of(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::accepted:
      return Smuggling::succeeded;
    case Outcome::rejected:
    case Outcome::aborted:
      return Smuggling::not_accepted;
    case Outcome::unknown:
      break;
  }
  return Smuggling::unknown;
}

}  // namespace

TransactionBuilder::TransactionBuilder(std::vector<TransactionRecord>& transactions, const Options& options)
    : transactions_(transactions), options_(options) {}

void TransactionBuilder::settle(const Exchange& exchange) {
  if (!exchange.command) return;
  switch (step_of(exchange.command->verb)) {
    case Step::other:
      return;
    case Step::mail:
      return mail(exchange);
    case Step::rcpt:
      return rcpt(exchange);
    case Step::data:
      return data(exchange);
    case Step::chunk:
      return chunk(exchange, says_last(exchange.command->text));
    case Step::end_of_data:
      return end_of_data(exchange);
    case Step::reset:
      return reset(exchange);
    case Step::abandon:
      return close(Outcome::aborted);
  }
}

bool TransactionBuilder::open(std::uint64_t first, const Exchange* mail) {
  if (transactions_.size() >= options_.limit) {
    progress_ = Progress::none;
    return false;
  }
  TransactionRecord transaction;
  transaction.n = transactions_.size() + 1;
  transaction.first_exchange = first;
  if (mail != nullptr) {
    transaction.mail_from = mail->command->path;
    transaction.parameters = mail->command->parameters;
    if (mail->command->hidden) transaction.smuggled = Smuggling::unknown;
  }
  current_ = transactions_.size();
  transactions_.push_back(std::move(transaction));
  data_from_ = 0;
  data_to_ = 0;
  data_refused_ = false;
  next_final_ = 0;
  first_final_.reset();
  progress_ = Progress::envelope;
  return true;
}

void TransactionBuilder::mail(const Exchange& exchange) {
  const bool open_already = progress_ == Progress::envelope || progress_ == Progress::data;
  // A second MAIL that the server refuses leaves the first one's transaction as it is. RFC 5321 4.1.4.
  if (open_already && refused(exchange)) return;
  close(Outcome::aborted);
  if (!open(exchange.n, &exchange) || !refused(exchange)) return;
  progress_ = Progress::mail_refused;
  current().reply = exchange.reply;
}

void TransactionBuilder::rcpt(const Exchange& exchange) {
  if (progress_ == Progress::none) {
    // Out of order where all was seen; otherwise MAIL is what the source lacks.
    if (options_.begun || refused(exchange) || !open(exchange.n)) return;
  }
  if (current().recipients.size() >= options_.limit) return;
  RecipientRecord recipient;
  recipient.address = exchange.command->path.value_or(std::string_view{});
  recipient.parameters = exchange.command->parameters;
  recipient.outcome = verdict(exchange.reply);
  recipient.reply = exchange.reply;
  current().recipients.push_back(std::move(recipient));
}

void TransactionBuilder::data(const Exchange& exchange) {
  if (progress_ == Progress::none) {
    const bool accepted = exchange.reply && !refused(exchange);
    if (options_.begun || !accepted || !open(exchange.n)) return;
  }
  if (progress_ == Progress::mail_refused) return;
  data_refused_ = refused(exchange);
  if (data_refused_) {
    current().reply = exchange.reply;
    return;
  }
  data_from_ = exchange.n;
  progress_ = Progress::data;
}

void TransactionBuilder::chunk(const Exchange& exchange, bool last) {
  if (progress_ == Progress::none) {
    if (options_.begun || refused(exchange) || !open(exchange.n)) return;
  }
  if (data_from_ == 0) data_from_ = exchange.n;
  if (progress_ == Progress::mail_refused) return;
  progress_ = Progress::data;
  if (last) return end_of_data(exchange);
  if (refused(exchange)) {
    data_refused_ = true;
    current().reply = exchange.reply;
  }
}

void TransactionBuilder::end_of_data(const Exchange& exchange) {
  if (progress_ == Progress::none || progress_ == Progress::mail_refused) return;
  current().reply = exchange.reply;
  current().outcome = verdict(exchange.reply);
  progress_ = Progress::none;
  data_to_ = exchange.n;
  first_final_ = exchange.reply;
  if (options_.lmtp && first_final_) deliver_final(*std::exchange(first_final_, {}));
  for (const ReplyRecord& reply : exchange.more_replies) settle_further(reply);
}

void TransactionBuilder::settle_further(const ReplyRecord& reply) {
  if (transactions_.empty()) return;
  if (first_final_) deliver_final(*std::exchange(first_final_, {}));
  deliver_final(reply);
}

void TransactionBuilder::deliver_final(const ReplyRecord& reply) {
  // PRDR announces its replies with 353 and ends them with one for the whole message. draft-hall-prdr.
  if (reply.code && *reply.code / 100 == 3) return;
  TransactionRecord& transaction = current();
  auto& recipients = transaction.recipients;
  const auto waits = [&] { return next_final_ < recipients.size(); };
  while (waits() && recipients[next_final_].outcome == Outcome::rejected) ++next_final_;
  if (waits()) {
    RecipientRecord& recipient = recipients[next_final_++];
    recipient.final_reply = reply;
    if (reply.negative()) recipient.outcome = Outcome::rejected;
    // One recipient whose copy was taken is enough for the message to be on its way.
    if (transaction.outcome == Outcome::accepted) return;
  }
  if (!reply.positive() && transaction.outcome != Outcome::unknown) return;
  transaction.outcome = verdict(reply);
  transaction.reply = reply;
}

void TransactionBuilder::reset(const Exchange& exchange) {
  if (!refused(exchange)) close(Outcome::aborted);
}

bool TransactionBuilder::all_recipients_rejected() const {
  const auto& recipients = transactions_[current_].recipients;
  return !recipients.empty() &&
         std::ranges::all_of(recipients, [](const RecipientRecord& r) { return r.outcome == Outcome::rejected; });
}

void TransactionBuilder::close(Outcome undecided) {
  if (progress_ == Progress::none) return;
  const bool rejected = progress_ == Progress::mail_refused || data_refused_ || all_recipients_rejected();
  current().outcome = rejected ? Outcome::rejected : undecided;
  progress_ = Progress::none;
}

void TransactionBuilder::add_smuggled(TransactionRecord hidden, std::uint64_t n) {
  if (transactions_.size() >= options_.limit) return;
  // Told when the last reply to the data is there: the next transaction may have begun, none later.
  const bool owner_is_current = transactions_.empty() || data_to_ == n || current_ == 0;
  const std::size_t at = std::min(transactions_.size(), owner_is_current ? current_ + 1 : current_);
  transactions_.insert(transactions_.begin() + static_cast<std::ptrdiff_t>(at), std::move(hidden));
  if (at <= current_ && transactions_.size() > 1) ++current_;
  for (std::size_t index = at; index < transactions_.size(); ++index) transactions_[index].n = index + 1;
}

void TransactionBuilder::finish(bool seen_to_end) {
  close(seen_to_end ? Outcome::aborted : Outcome::unknown);
  for (TransactionRecord& transaction : transactions_) {
    if (transaction.smuggled) transaction.smuggled = smuggling_of(transaction.outcome);
  }
}

TransactionRecord* TransactionBuilder::owner_of_message(std::uint64_t n) {
  const bool current_moves_it = data_from_ <= n && (data_to_ == 0 || n <= data_to_);
  if (!transactions_.empty() && data_from_ != 0 && current_moves_it) return &current();
  if (progress_ == Progress::none && !open(n)) return nullptr;
  data_from_ = n;
  progress_ = Progress::data;
  return &current();
}

}  // namespace mailparse
