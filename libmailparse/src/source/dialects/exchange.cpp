// Exchange's and IIS's protocol logs: comma separated, `<` received and `>` sent by the server that writes it, which is
// the client in a send log. No messages; the lines of a reply are joined in one field.
#include <string>
#include <vector>

#include <mailparse/scan/utf8.hpp>

#include "source/dialects/dialect.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark sent{0, Side::server};
constexpr Mark received{1, Side::client};
/// In a send log the same arrows mean the opposite.
constexpr Mark sent_by_client{2, Side::client};
constexpr Mark received_by_client{3, Side::server};

enum Field : std::size_t { at, connector, session, sequence, local, remote, event, data, fields_least };

class Exchange final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    return read_row(without_byte_order_mark(whole.whole), whole, book) || read_row(whole.text, whole, book);
  }

 private:
  bool read_row(std::string_view text, const LogLine& whole, Book& book) {
    if (text.starts_with("#")) return read_heading(text);
    split_quoted(text, ',', fields_, room_);
    if (fields_.size() < fields_least || fields_[event].size() != 1 || !number(fields_[sequence])) return false;
    LogLine line = whole;
    line.time = read_time(fields_[at], {}).time;
    book.at(line);
    return read_event(fields_[event].front(), book);
  }

  bool read_heading(std::string_view text) {
    if (text.starts_with("#Log-type:")) sending_ = text.find("Send") != std::string_view::npos;
    return text.starts_with("#Software:") || text.starts_with("#Version:") || text.starts_with("#Log-type:") ||
           text.starts_with("#Date:") || text.starts_with("#Fields:");
  }

  bool read_event(char what, Book& book) {
    const auto key = fields_[session];
    switch (what) {
      case '+':
        book.begin(key);
        return true;
      case '-':
        book.end(key, StreamEnd::closed);
        return true;
      case '*':
        return true;
      case '>':
        say(key, sending_ ? sent_by_client : sent, fields_[local], book);
        return true;
      case '<':
        say(key, sending_ ? received_by_client : received, fields_[remote], book);
        return true;
      default:
        return false;
    }
  }

  void say(std::string_view key, const Mark& mark, std::string_view address, Book& book) {
    book.manner({.bodies = Bodies::left_out});
    if (!book.known(key)) {
      const bool out = &mark == &sent || &mark == &sent_by_client;
      const auto& theirs = sending_ ? (out ? received_by_client : sent_by_client) : (out ? received : sent);
      if (const auto mine = read_endpoint(address)) book.endpoint(key, mark, *mine);
      if (const auto peer = read_endpoint(out ? fields_[remote] : fields_[local])) book.endpoint(key, theirs, *peer);
    }
    auto text = fields_[data];
    constexpr std::string_view hidden = "<authentication response>";
    if (text.ends_with(hidden)) {
      book.say_secret(key, mark, text.substr(0, text.size() - hidden.size()));
    } else {
      book.say(key, mark, text);
    }
  }

  std::vector<std::string_view> fields_;
  std::string room_;
  bool sending_ = false;
};

}  // namespace

extern const DialectRow exchange_dialect;
const DialectRow exchange_dialect{
    {"exchange", "Exchange SmtpSend and SmtpReceive protocol logs",
     "#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\n"
     "2026-01-11T15:59:51.433Z,EX01\\Default,08DAF3,1,192.0.2.5:25,198.51.100.7:56026,>,220 mx.example.com ESMTP,\n"},
    Marks::own,
    make_dialect<Exchange>};

}  // namespace mailparse::transcript
