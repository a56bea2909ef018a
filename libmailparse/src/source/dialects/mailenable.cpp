// MailEnable's activity log: a row is a command and its reply, in columns parted by TABs.
#include <string>
#include <vector>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

enum Field : std::size_t { at, service, message, connection, address, command, line_said, reply, fields_least };

/// `SMTP-IN`, `SMTP-OU`, `POP3-IN`: the protocol and the direction.
std::string_view service_of(std::string_view kind) noexcept {
  if (kind.starts_with("SMTP-")) return "smtp";
  if (kind.starts_with("POP3-")) return "pop3";
  return kind.starts_with("IMAP-") ? "imap" : std::string_view{};
}

class MailEnable final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    split_quoted(whole.whole, '\t', fields_, room_);
    if (fields_.size() < fields_least) return false;
    const auto kind = fields_[service];
    const auto protocol = service_of(kind);
    if (protocol.empty()) return false;
    key_.assign(fields_[message]).append(" ").append(fields_[connection]);
    book.manner({.bodies = Bodies::left_out, .single_lines = true});
    if (!book.known(key_)) {
      book.service(key_, protocol);
      book.endpoint(key_, kind.ends_with("-IN") ? client_mark : server_mark, {std::string(fields_[address]), 0});
    }
    say_command(book);
    if (!fields_[reply].empty()) say_glued(book, key_, server_mark, fields_[reply]);
    return true;
  }

 private:
  void say_command(Book& book) {
    const auto word = fields_[command];
    const auto said = fields_[line_said];
    if (word.empty()) return;
    if (istarts_with(said, word)) {
      book.say(key_, client_mark, said);
    } else if (iequals(word, "AUTH")) {
      // The column holds an answer of the exchange; with what the client asked for it is not told.
      book.say_secret(key_, client_mark, "AUTH ");
    } else {
      const std::string joined = said.empty() ? std::string(word) : std::string(word) + " " + std::string(said);
      book.say(key_, client_mark, joined);
    }
  }

  std::vector<std::string_view> fields_;
  std::string room_;
  std::string key_;
};

}  // namespace

extern const DialectRow mailenable_dialect;
const DialectRow mailenable_dialect{{"mailenable", "MailEnable's activity logs",
                                     "10/19/18 00:00:25\tSMTP-IN\tFE7A.MAI\t816\t192.0.2.7\tHELO\tHELO "
                                     "client.example.test\t250 mx.example.com\t16\t24\t\n"},
                                    Marks::own,
                                    make_dialect<MailEnable>};

}  // namespace mailparse::transcript
