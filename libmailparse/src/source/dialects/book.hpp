// Keeps the conversations of one log apart, finds out which side is which, and says what the log leaves out.
// Layer: source, private.
//
// A dialect tells the book who said which line under which key; the book decides sides by content, opens the
// conversation when they are known, restores CRLF and marks elisions. Of the protocols it knows only what a log needs:
// what opens and ends a conversation, and where a message stands in it.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <mailparse/source/conversation.hpp>

#include "source/dialects/log_line.hpp"
#include "source/dialects/said.hpp"

namespace mailparse::transcript {

/// A mark that stands in front of what one side says.
struct Mark {
  std::uint8_t id = 0;        ///< below marks_most; marks of one dialect differ in it
  std::optional<Side> prior;  ///< the side it means where nothing else is known; absent: no idea
  bool certain = false;       ///< it names the side in words, nothing is decided by content
};

inline constexpr std::size_t marks_most = 8;
inline constexpr Mark client_mark{0, Side::client, true};
inline constexpr Mark server_mark{1, Side::server, true};

/// How a dialect shows the octets of a message.
enum class Bodies : std::uint8_t {
  shown,      ///< as on the wire
  unstuffed,  ///< before dot-stuffing, which the book does again
  left_out,   ///< not at all, without a word
};

/// What all conversations of one log have in common.
struct Manner {
  Bodies bodies = Bodies::shown;
  bool replies_shown = true;  ///< false: the log holds commands only
  bool restarts = true;       ///< a greeting or a command behind QUIT and its reply begins a new conversation
  bool single_lines = false;  ///< of a listing only the first line is shown
  bool packets = false;       ///< the log is of packets: what follows STARTTLS is not the dialogue's octets
};

struct BookOptions {
  std::string_view dialect;
  std::optional<double> confidence;
  std::uint32_t file = 0;
  std::uint64_t open_conversations = 10'000;
};

/// What of a POP3 reply of several lines is on its way.
enum class Listing : std::uint8_t {
  none,
  asked,    ///< RETR, TOP, CAPA, LIST or UIDL waits for its status line
  lines,    ///< lines up to a lone dot
  message,  ///< a message up to a lone dot
};

/// Keys are of the dialect's choice (a process id, a session id, a pair of endpoints); "" where a log tells none.
class Book {
 public:
  Book(ConversationFactory& factory, const BookOptions& options);
  ~Book();
  Book(const Book&) = delete;
  Book& operator=(const Book&) = delete;

  /// What holds for all conversations from here on.
  void manner(const Manner& manner) noexcept { manner_ = manner; }
  [[nodiscard]] const Manner& manner() const noexcept { return manner_; }

  /// Where the next calls come from.
  void at(const LogLine& line) noexcept;

  /// A whole line, without its line end.
  void say(std::string_view key, const Mark& mark, std::string_view text);
  /// Octets as they were sent, line ends included.
  void say_octets(std::string_view key, const Mark& mark, std::string_view octets);
  /// A line that the log shows up to a secret: `shown` and then what is left out.
  void say_secret(std::string_view key, const Mark& mark, std::string_view shown);
  /// The log says that it leaves something out here.
  void elide(std::string_view key, Side side, Elision what, std::optional<std::uint64_t> octets = std::nullopt);
  /// The octets due of a literal or chunk are printed, but so that they cannot be read; pass() counts them.
  void spoil(std::string_view key, Side side);
  /// How many of the next `most` octets of `side` are such ones; they are counted off.
  std::uint64_t pass(std::string_view key, Side side, std::uint64_t most);
  /// The log cuts octets off here, as it cuts all that is long.
  void lose(std::string_view key, const Mark& mark, std::uint64_t octets);
  /// Ends what is open under this key if `text` begins the next connection. `say` does so by itself; to be called where
  /// something is told of the new one before.
  void turn(std::string_view key, const Mark& mark, std::string_view text);
  /// A new connection begins under this key; what was open under it ends.
  void begin(std::string_view key);
  /// The log says that the connection ended.
  void end(std::string_view key, StreamEnd how);
  /// Addresses of a conversation that said nothing yet.
  void endpoints(std::string_view key, const std::optional<Endpoint>& client, const std::optional<Endpoint>& server);
  /// The log names the protocol: "smtp", "lmtp", "pop3", "imap".
  void service(std::string_view key, std::string_view name);
  /// Address of whoever speaks under `mark`; which side that is comes out later.
  void endpoint(std::string_view key, const Mark& mark, const Endpoint& address);
  /// The whole log ends.
  void finish();

  /// A message is on its way: 354 was said, and neither a lone dot nor a reply since.
  [[nodiscard]] bool in_body(std::string_view key) const;
  /// Octets still missing of a literal or a BDAT chunk that `side` is sending.
  [[nodiscard]] std::uint64_t octets_due(std::string_view key, Side side) const;
  [[nodiscard]] Listing listing(std::string_view key) const;
  /// A POP3 message or listing is on its way.
  [[nodiscard]] bool in_listing(std::string_view key) const { return listing(key) >= Listing::lines; }
  /// Who speaks under `mark`, as far as that is known.
  [[nodiscard]] std::optional<Side> side(std::string_view key, const Mark& mark) const;
  /// 334 or "+" was said and not answered yet.
  [[nodiscard]] bool in_sasl(std::string_view key) const;
  [[nodiscard]] bool known(std::string_view key) const;

  [[nodiscard]] std::uint64_t opened() const noexcept { return opened_; }

 private:
  struct Held {
    Mark mark;
    std::string octets;
    Stamp stamp;
    bool line = true;
    bool secret = false;
  };
  /// What was said so far, as far as it matters for reading on.
  struct Course {
    bool client_spoke = false;
    bool server_spoke = false;
    bool in_body = false;
    bool body_shown = false;  ///< lines of this message, or a note of their absence, were given
    bool body_noted = false;  ///< its absence is the last that was told of it
    bool in_sasl = false;
    bool sasl_answered = true;
    bool auth_pending = false;  ///< AUTH or AUTHENTICATE waits for its end: "+" is a challenge
    bool starttls_pending = false;
    bool starttls_accepted = false;
    bool lines_pending = false;  ///< RETR, TOP, CAPA, LIST, UIDL wait for their status line
    bool in_lines = false;       ///< POP3 lines up to a lone dot are on their way
    bool retrieves = false;      ///< they are a message's
    bool quit_said = false;
    std::size_t waiting = 0;  ///< commands sent since the server spoke last, less what was answered of them
    bool batch_open = false;  ///< the client spoke last
    bool over = false;        ///< QUIT was answered
    bool reply_open = false;  ///< the last reply line was `250-`
    bool asks = false;        ///< the client's last line is one that a server answers
    /// The reply to DATA is not shown. It is told of once the message is under way: only that proves that it was a 354.
    bool reply_owed = false;
    bool dot_open = false;  ///< a lone dot before dot-stuffing: the end if a reply follows, else a line of the message
    std::array<std::uint64_t, 2> due{};     ///< literal or BDAT octets still to come, a side
    bool chunk_due = false;                 ///< those of the client are BDAT's
    bool literal_out = false;               ///< the server's last line announced octets that the log leaves out
    std::array<std::uint64_t, 2> spoilt{};  ///< of them, those that are told to be left out and are passed over
  };
  struct Conversation {
    std::string key;
    ConversationStart start;
    std::unique_ptr<ConversationListener> listener;
    std::array<std::optional<Side>, marks_most> sides;
    std::array<std::optional<std::pair<Mark, Endpoint>>, marks_most> addresses;  ///< a mark
    std::optional<bool> as_usual;  ///< marks mean here what they mean as a rule
    std::vector<Held> held;
    std::size_t held_octets = 0;
    bool greeted_late = false;  ///< the client spoke before the greeting came
    std::array<std::uint64_t, 2> offsets{};
    std::array<std::uint64_t, 2> given{};  ///< without what was lost
    std::uint64_t lost = 0;
    std::uint64_t lines = 0;
    Stamp last;
    Course course;
    std::list<std::string>::iterator age;
  };
  struct KeyHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const noexcept { return std::hash<std::string_view>{}(key); }
  };
  using Shelf = std::unordered_map<std::string, std::unique_ptr<Conversation>, KeyHash, std::equal_to<>>;

  Conversation& open(std::string_view key);
  [[nodiscard]] Conversation* find(std::string_view key) const;
  void close(std::string_view key, StreamEnd how, bool evicted);
  void hold_or_give(Conversation& c, const Mark& mark, std::string_view octets, bool line, bool secret);
  bool decide(Conversation& c, const Mark& mark, std::string_view text);
  void release(Conversation& c);
  void give(Conversation& c, Side side, std::string_view octets, const Stamp& stamp, bool line, bool secret);
  void follow(Conversation& c, Side side, std::string_view line, std::size_t octets, const Stamp& stamp);
  void follow_client(Conversation& c, std::string_view line);
  void follow_server(Conversation& c, std::string_view line, const Stamp& stamp);
  static bool of_literal(Conversation& c, Side side, std::string_view line);
  bool stuff(Conversation& c, Side side, std::string_view line, const Stamp& stamp);
  void settle_dot(Conversation& c, Side next);
  void give_line(Conversation& c, Side side, std::string_view line, const Stamp& stamp, bool secret);
  void announce(Conversation& c, Side side, std::string_view line, const Stamp& stamp);
  void tell_of_reply(Conversation& c, const Stamp& stamp);
  void leave_out(Conversation& c, Side side, Elision what, std::optional<std::uint64_t> octets, const Stamp& stamp);
  void send(Conversation& c, Side side, std::string_view octets, const Stamp& stamp);
  void start(Conversation& c, const Stamp& stamp, bool begun);
  static void assign_addresses(Conversation& c);
  [[nodiscard]] bool starts_anew(const Conversation& c, const Mark& mark, std::string_view text) const;

  ConversationFactory& factory_;
  BookOptions options_;
  Manner manner_;
  Stamp stamp_;
  Shelf shelf_;
  mutable Conversation* last_ = nullptr;  ///< the one found last
  std::list<std::string> ages_;           ///< keys, the one idle longest first
  std::string room_;
  std::uint64_t opened_ = 0;
};

}  // namespace mailparse::transcript
