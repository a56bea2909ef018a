// isync's mbsync -D, -Dn and -DN: `>>> 2 SELECT "INBOX"`, and what the server says as it stands; the label of a store
// before both. Messages are left out, or fenced by lines of nine equal or greater signs.
#include <optional>
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

constexpr std::string_view server_fence = "=========";
constexpr std::string_view client_fence = ">>>>>>>>>";

/// `F: ` and `N: ` for the far and the near store; `M: ` and `S: ` before version 1.4.
std::string_view take_label(std::string_view& text) {
  if (text.size() < 3 || std::string_view("FNMS").find(text[0]) == std::string_view::npos) return {};
  if (text.substr(1, 2) != ": ") return {};
  const auto label = text.substr(0, 1);
  text.remove_prefix(3);
  return label;
}

/// What stands behind a tag, which is a number with mbsync; empty where there is none.
std::string_view behind_tag(std::string_view text) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const bool tagged = digits > 0 && text.substr(digits).starts_with(' ');
  return tagged ? text.substr(digits + 1) : std::string_view{};
}

/// `12 OK done`, `* 1 EXISTS`, `+ go on`.
bool is_response(std::string_view text) {
  return text.starts_with("* ") || continuation_request(text) || (!behind_tag(text).empty() && imap_tagged_reply(text));
}

/// `12 LOGIN ...`
bool is_command(std::string_view text) {
  const auto command = behind_tag(text);
  return !command.empty() && is_alpha(command.front());
}

class Mbsync final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    LogLine line = whole;
    if (fenced_) return read_fenced(line, book);
    const auto label = take_label(line.text);
    auto text = line.text;
    book.at(line);
    if (text == server_fence && book.octets_due(key_, Side::server) > 0) return open_fence(Side::server);
    if (text == client_fence && book.octets_due(key_, Side::client) > 0) return open_fence(Side::client);
    if (take(text, ">>> ") && is_command(text)) {
      key_ = label;
      pass_literals(book);
      commands_ = true;
      say_command(text, book);
      return true;
    }
    if (take(text, ">+> ")) {
      book.say(label, client_mark, text);
      return true;
    }
    // A response goes on behind a literal.
    if (!is_response(text) && !(in_response_ && (text.starts_with(')') || text.starts_with(' '))))
      return !label.empty();
    key_ = label;
    pass_literals(book);
    in_response_ = text.ends_with('}');
    responses_ = true;
    book.say(key_, server_mark, text);
    return true;
  }
  [[nodiscard]] bool convinced() const override { return commands_ && responses_; }

 private:
  bool open_fence(Side side) {
    fenced_ = side;
    return true;
  }

  /// Literals that were announced and not shown.
  void pass_literals(Book& book) const {
    for (const Side side : {Side::client, Side::server}) {
      const auto due = book.octets_due(key_, side);
      if (due > 0) book.elide(key_, side, Elision::body, due);
    }
  }

  bool read_fenced(const LogLine& line, Book& book) {
    const Side side = *fenced_;
    const auto fence = side == Side::client ? client_fence : server_fence;
    if (line.text == fence && book.octets_due(key_, side) == 0) {
      fenced_.reset();
      return true;
    }
    book.at(line);
    book.say(key_, side == Side::client ? client_mark : server_mark, line.text);
    return true;
  }

  /// Names and passwords are shown as `<user> <pass>` and `<authdata>`.
  void say_command(std::string_view text, Book& book) const {
    const auto secret = text.find(" <");
    const bool hidden = text.ends_with('>') && secret != std::string_view::npos &&
                        (text.find(" LOGIN ") < secret || text.find(" AUTHENTICATE ") < secret);
    if (hidden) {
      book.say_secret(key_, client_mark, text.substr(0, secret + 1));
    } else {
      book.say(key_, client_mark, text);
    }
  }

  std::string key_;  ///< of the store that spoke last
  std::optional<Side> fenced_;
  bool in_response_ = false;
  bool commands_ = false;
  bool responses_ = false;
};

}  // namespace

extern const DialectRow mbsync_dialect;
const DialectRow mbsync_dialect{{"mbsync", "isync: mbsync -D, -Dn, -DN", "F: >>> 2 SELECT \"INBOX\"\nF: 2 OK done\n"},
                                Marks::common,
                                make_dialect<Mbsync>};

}  // namespace mailparse::transcript
