// Jakarta Mail (JavaMail) with mail.debug: the bare dialogue between DEBUG lines; exceptions quote replies.
#include <array>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"
#include "source/dialects/unmarked.hpp"

namespace mailparse::transcript {
namespace {

/// `DEBUG SMTP: AUTH LOGIN command trace suppressed`: what it would have been.
std::string_view suppressed_auth(std::string_view text) {
  if (!take(text, "DEBUG SMTP: AUTH ")) return {};
  const auto end = text.find(" command trace suppressed");
  return end == std::string_view::npos ? std::string_view{} : text.substr(0, end);
}

/// A line of a Java exception or of its trace.
bool of_exception(std::string_view text) {
  const auto bare = trim_blanks(text);
  if (bare.starts_with("at ") || bare.starts_with("Caused by: ") || bare.starts_with("... ") || bare == ";" ||
      bare == "nested exception is:")
    return true;
  const auto name = bare.substr(0, bare.find_first_of(": "));
  return name.ends_with("Exception") || name.ends_with("Error");
}

class JavaMail final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    if (book.in_body({})) return dialogue_.read(line, book);
    const auto text = line.text;
    if (text.starts_with("DEBUG:") || text.starts_with("DEBUG SMTP") || text.starts_with("DEBUG IMAP") ||
        text.starts_with("DEBUG POP3")) {
      inform(text, book);
      return seen_ = true;
    }
    if (!seen_) return false;
    if (of_exception(text)) return true;
    return dialogue_.read(line, book);
  }

  void finish(Book& book) override { dialogue_.finish(book); }

 private:
  void inform(std::string_view text, Book& book) {
    if (text.find("trying to connect to host") != std::string_view::npos ||
        text.find("connecting to host") != std::string_view::npos) {
      dialogue_.finish(book);
      dialogue_.reset();
      book.begin({});
    } else if (const auto mechanism = suppressed_auth(text); !mechanism.empty()) {
      book.say_secret({}, client_mark, "AUTH " + std::string(mechanism) + " ");
      book.elide({}, Side::server, Elision::reply);
    }
  }

  UnmarkedDialogue dialogue_;
  bool seen_ = false;
};

}  // namespace

extern const DialectRow javamail_dialect;
const DialectRow javamail_dialect{{"javamail", "Jakarta Mail (JavaMail) with mail.debug",
                                   "DEBUG SMTP: useEhlo true, useAuth false\n220 mx.example.com ESMTP\nDEBUG SMTP: "
                                   "connected\nEHLO client.example.test\n"},
                                  Marks::own,
                                  make_dialect<JavaMail>};

}  // namespace mailparse::transcript
