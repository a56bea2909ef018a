// PHPMailer's SMTPDebug 1 to 4, Debugoutput echo or html; html glues the lines of a reply together.
#include <array>
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

constexpr std::array<std::string_view, 2> client_words{"CLIENT -> SERVER:", "CLIENT -> SMTP:"};
constexpr std::array<std::string_view, 3> server_words{"SERVER -> CLIENT:", "SMTP -> FROM SERVER:", "SMTP -> SERVER:"};
constexpr std::array<std::string_view, 8> own_words{"SMTP INBOUND:", "SMTP ERROR:",          "SMTP Error:",
                                                    "SMTP NOTICE:",  "Connection:",          "Auth method requested",
                                                    "Auth methods",  "SMTP connect() failed"};

template <std::size_t n>
bool take_one(std::string_view& text, const std::array<std::string_view, n>& words) {
  for (const auto word : words) {
    if (take(text, word)) return true;
  }
  return false;
}

class PhpMailer final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    LogLine line = whole;
    if (line.text.find("-&gt;") != std::string_view::npos || line.text.ends_with("<br>") ||
        line.text.ends_with("<br />")) {
      auto text = line.text;
      if (const auto br = text.rfind("<br"); br != std::string_view::npos) text = text.substr(0, br);
      html_.clear();
      undo_html(text, html_);
      line.text = html_;
    }
    take_time(line);
    auto text = line.text;
    while (text.starts_with('\t')) text.remove_prefix(1);
    book.at(line);
    const bool client = take_one(text, client_words);
    if (client || take_one(text, server_words)) {
      if (text.starts_with(' ')) text.remove_prefix(1);
      if (!spoken_) book.manner({.replies_shown = !client});
      spoken_ = true;
      say(client, text, book);
      return true;
    }
    if (take_one(text, own_words)) {
      open_reply_ = false;
      return true;
    }
    const auto more = trim_blanks(text);
    if (open_reply_ && smtp_code(more)) {
      say(false, more, book);
      return true;
    }
    return false;
  }

 private:
  void say(bool client, std::string_view text, Book& book) {
    if (!client) {
      open_reply_ = smtp_code(text) && smtp_more(text);
      say_glued(book, {}, server_mark, text);
      return;
    }
    open_reply_ = false;
    constexpr std::string_view hidden = "[credentials hidden]";
    if (text.ends_with(hidden) && !book.in_body({})) {
      book.say_secret({}, client_mark, text.substr(0, text.size() - hidden.size()));
    } else {
      book.say({}, client_mark, text);
    }
  }

  std::string html_;
  bool spoken_ = false;
  bool open_reply_ = false;
};

}  // namespace

extern const DialectRow phpmailer_dialect;
const DialectRow phpmailer_dialect{
    {"phpmailer", "PHPMailer, SMTPDebug 1 to 4, text and HTML",
     "2026-11-21 21:11:47\tSERVER -> CLIENT: 220 mx.example.com ESMTP\n2026-11-21 21:11:47\tCLIENT -> SERVER: EHLO "
     "client.example.test\n"},
    Marks::own,
    make_dialect<PhpMailer>};

}  // namespace mailparse::transcript
