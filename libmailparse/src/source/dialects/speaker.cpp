// Each line names who speaks: C: and S:, Client: and Server:, in several languages; continuation lines often do not.
// RFC 821 calls its sender S and its receiver R, so that a letter is only a hint.
#include <array>
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

struct Label {
  std::string_view word;
  Mark mark;
};

constexpr Mark client_word{0, Side::client};
constexpr Mark server_word{1, Side::server};
constexpr Mark latin_c{2, Side::client};
constexpr Mark latin_s{3, Side::server};
/// Receiver in RFC 821, "remote" elsewhere.
constexpr Mark receiver{4, std::nullopt};
constexpr Mark cyrillic_k{5, Side::client};
/// The letter of "server" in Russian, and to the eye the C of "client".
constexpr Mark cyrillic_s{6, std::nullopt};
constexpr Mark sender{7, Side::client};

/// Longest first where one begins another. The octets of CP1251 and KOI8-R are there as well as UTF-8.
constexpr std::array labels{
    Label{"client", client_word},
    Label{"cliente", client_word},
    Label{"klient", client_word},
    Label{"Клиент", client_word},
    Label{"клиент", client_word},
    Label{"КЛИЕНТ", client_word},
    Label{"Клієнт", client_word},
    Label{"\xCA\xEB\xE8\xE5\xED\xF2", client_word},
    Label{"\xEB\xCC\xC9\xC5\xCE\xD4", client_word},
    Label{"server", server_word},
    Label{"serveur", server_word},
    Label{"servidor", server_word},
    Label{"serwer", server_word},
    Label{"Сервер", server_word},
    Label{"сервер", server_word},
    Label{"СЕРВЕР", server_word},
    Label{"\xD1\xE5\xF0\xE2\xE5\xF0", server_word},
    Label{"\xF3\xC5\xD2\xD7\xC5\xD2", server_word},
    Label{"c", latin_c},
    Label{"s", latin_s},
    Label{"r", receiver},
    Label{"receiver", receiver},
    Label{"Получатель", receiver},
    Label{"получатель", receiver},
    Label{"К", cyrillic_k},
    Label{"С", cyrillic_s},
    Label{"sender", sender},
    Label{"Отправитель", sender},
    Label{"отправитель", sender},
};

/// The label that `text` begins with; it and its colon are taken off.
const Label* take_label(std::string_view& text) {
  auto rest = text;
  while (!rest.empty() && is(OctetClass::blank, rest.front())) rest.remove_prefix(1);
  if (take(rest, "- ")) rest = trim_blanks(rest);
  const auto colon = rest.find(':');
  if (colon == std::string_view::npos || colon > 24) return nullptr;
  auto word = trim_blanks(rest.substr(0, colon));
  for (const std::string_view first : {"SMTP-", "SMTP ", "POP3-", "POP3 "}) take(word, first);
  for (const auto& label : labels) {
    if (!iequals(label.word, word)) continue;
    text = rest.substr(colon + 1);
    if (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    return &label;
  }
  return nullptr;
}

/// `<the text of the message>` in lecture notes: something stands here that is not shown.
bool stands_for_more(std::string_view text) {
  if (text == "..." || text == "\xE2\x80\xA6" || text == "[...]") return true;
  if (!text.starts_with('<') || !text.ends_with('>')) return false;
  return text.find(' ') != std::string_view::npos && text.find('@') == std::string_view::npos;
}

class Speaker final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    if (own_line(whole.text, book)) return printed_ = true;
    LogLine line = whole;
    take_time(line);
    auto text = line.text;
    if (const auto* label = take_label(text)) {
      blanks_ = 0;
      return say(*label, text, book);
    }
    return continue_with(whole.text, book);
  }

 private:
  bool say(const Label& label, std::string_view text, Book& book) {
    if (printed_ && elide(label, text, book)) return true;
    const auto bare = trim_blanks(text);
    const bool octets = in_octets(label.mark, book);
    if (printed_ || octets || literal_tail_) {
      // Of a literal or a listing each octet counts, and what follows a literal in its line begins with a blank.
    } else if (!book.in_body({})) {
      if (shell_command(bare)) {
        book.begin({});
        return true;
      }
      text = bare;
      if (text.empty() && last_ == nullptr) return false;
    } else if (label.mark.prior != Side::server && stands_for_more(bare) && !printed_) {
      book.elide({}, Side::client, Elision::body);
      return true;
    }
    if (text.ends_with("********")) {
      book.say_secret({}, label.mark, text.substr(0, text.size() - 8));
    } else {
      book.say({}, label.mark, text);
    }
    literal_tail_ = octets && label.mark.prior && book.octets_due({}, *label.mark.prior) == 0 && !book.in_listing({});
    last_ = &label;
    open_reply_ = smtp_code(text).has_value() && smtp_more(text);
    message_lines_ = book.in_body({}) ? message_lines_ + 1 : 0;
    return true;
  }

  /// `<message left out>`, `<1460 octets left out>`, `<reply left out>`.
  static bool elide(const Label& label, std::string_view text, Book& book) {
    if (!text.starts_with('<') || !text.ends_with(" left out>")) return false;
    const auto side = label.mark.prior.value_or(Side::client);
    const auto size = number(text.substr(1, text.find(' ') - 1));
    book.elide({}, side, text.starts_with("<reply") ? Elision::reply : Elision::body, size);
    return true;
  }

  static bool in_octets(const Mark& mark, const Book& book) {
    if (!mark.prior) return false;
    return book.octets_due({}, *mark.prior) > 0 || (*mark.prior == Side::server && book.in_listing({}));
  }

  bool continue_with(std::string_view text, Book& book) {
    const auto bare = trim_blanks(text);
    if (last_ == nullptr) return false;
    if (open_reply_ && smtp_code(bare)) {
      book.say({}, last_->mark, bare);
      open_reply_ = smtp_more(bare);
      return true;
    }
    if (!book.in_body({})) return false;
    // In notes with a blank line between all lines a blank line is no line of the message, unless one follows it.
    if (bare.empty()) {
      ++blanks_;
      return true;
    }
    if (message_lines_ == 0) return false;
    for (; blanks_ > 0; --blanks_) book.say({}, client_mark_, {});
    book.say({}, client_mark_, text);
    return true;
  }

  static constexpr Mark client_mark_{0, Side::client, true};
  const Label* last_ = nullptr;
  bool open_reply_ = false;
  bool literal_tail_ = false;  ///< the next line ends the line that held a literal
  bool printed_ = false;       ///< by trace-to-json, which leaves nothing out without saying so
  std::size_t blanks_ = 0;
  std::size_t message_lines_ = 0;
};

}  // namespace

extern const DialectRow speaker_dialect;
const DialectRow speaker_dialect{
    {"speaker", "C: and S:, Client: and Server: in several languages; RFCs, MailKit, lecture notes",
     "S: 220 mx.example.com ESMTP\nC: EHLO client.example.test\nS: 250-mx.example.com\n250 SIZE\n"},
    Marks::common,
    make_dialect<Speaker>};

}  // namespace mailparse::transcript
