// Mail transactions out of a session's exchanges.
// Layer: trace, private. RFC 5321 3.3, 4.1.1, 4.1.4; RFC 2033 4.2; RFC 3030.
//
// What a command did to the transaction is known by its reply, and under pipelining replies come late. So the builder
// is fed exchanges in the order of their commands, each once its reply is known or will never be.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <mailparse/trace/session_record.hpp>

namespace mailparse {

class TransactionBuilder {
 public:
  struct Options {
    bool begun =
        true;  ///< seen from its beginning: recipients without a sender are the client's fault, not the capture's
    bool lmtp = false;        ///< the data is answered once for each accepted recipient. RFC 2033 4.2
    std::uint64_t limit = 0;  ///< transactions, and recipients of each, that are kept
  };

  /// Appends to `transactions`, which must outlive the builder.
  TransactionBuilder(std::vector<TransactionRecord>& transactions, const Options& options);

  /// The next exchange in the order of commands. Exchanges without a command mean nothing here.
  void settle(const Exchange& exchange);
  /// One more reply to the command that ended the data: LMTP's reply for the next accepted recipient.
  void settle_further(const ReplyRecord& reply);
  /// A mail that hides in the data that the exchange numbered `n` ended; it stands behind that one's transaction.
  void add_smuggled(TransactionRecord hidden, std::uint64_t n);
  /// The session is over. `seen_to_end`: the connection ended, not just the source.
  void finish(bool seen_to_end);

  /// The transaction whose message the exchange numbered `n` began to move, made where the source shows none; null when
  /// the limit of transactions is reached. To be asked once that exchange is settled and before the next transaction
  /// is.
  [[nodiscard]] TransactionRecord* owner_of_message(std::uint64_t n);

 private:
  /// How far the transaction has come.
  enum class Progress : std::uint8_t {
    none,          ///< no transaction is open
    mail_refused,  ///< MAIL was refused; what was pipelined behind it is kept with it
    envelope,      ///< MAIL was accepted, or its reply is unknown
    data,          ///< the message is on its way
  };

  void mail(const Exchange& exchange);
  void rcpt(const Exchange& exchange);
  void data(const Exchange& exchange);
  void chunk(const Exchange& exchange, bool last);
  void end_of_data(const Exchange& exchange);
  void reset(const Exchange& exchange);

  /// Begins a transaction with the exchange numbered `first`, which is `mail` where MAIL was seen.
  bool open(std::uint64_t first, const Exchange* mail = nullptr);
  void deliver_final(const ReplyRecord& reply);
  void close(Outcome undecided);
  [[nodiscard]] TransactionRecord& current() { return transactions_[current_]; }
  [[nodiscard]] bool all_recipients_rejected() const;

  std::vector<TransactionRecord>& transactions_;
  Options options_;
  Progress progress_ = Progress::none;
  bool data_refused_ = false;
  std::size_t current_ = 0;          ///< the open transaction, or the last one
  std::uint64_t data_from_ = 0;      ///< number of the exchange that began its data, 0 = none
  std::uint64_t data_to_ = 0;        ///< number of the exchange that ended its data, 0 = none
  std::size_t next_final_ = 0;       ///< recipient whose reply after the data comes next
  Seldom<ReplyRecord> first_final_;  ///< was taken for the only reply; belongs to a recipient if another follows
};

}  // namespace mailparse
