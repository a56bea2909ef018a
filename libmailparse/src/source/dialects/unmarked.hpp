// A dialogue of which the log shows only the words: no mark says who spoke.
// Layer: source, private. RFC 5321 3, RFC 1939 3, RFC 9051 2.2.
//
// Many dialects fall back on this for the part of a log that they do not mark.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/dialects/book.hpp"

namespace mailparse::transcript {

/// Tells commands from replies by their words, and a message from both by its place: behind a 354 and before a lone
/// dot. A log of the server's side alone has no commands; then nothing stands behind a 354 but the next reply.
class UnmarkedDialogue {
 public:
  /// Marks to speak under; they differ where one log has marked and unmarked parts.
  explicit UnmarkedDialogue(std::string_view key = {}) : key_(key) {}

  /// Reads one line. False where it is no part of a dialogue.
  bool read(const LogLine& line, Book& book);
  void finish(Book& book);
  /// Another conversation follows.
  void reset();

 private:
  struct Held {
    std::string text;
    std::uint64_t number = 0;
    std::optional<Timestamp> time;
  };

  bool read_line(const LogLine& line, Book& book);
  bool read_message_line(const LogLine& line, Book& book);
  bool read_listing_line(const LogLine& line, Book& book);
  void client(std::string_view text, Book& book);
  void server(const LogLine& line, std::string_view text, Book& book);
  [[nodiscard]] bool may_go_on(std::string_view reply, const Book& book) const;
  [[nodiscard]] bool goes_on(const LogLine& line) const;
  void give_wrapped(bool refused, Book& book);
  void hold(const LogLine& line);
  void give_held(Book& book, Side side);
  void read_again(Book& book, std::size_t from);
  void resolve_message(Book& book);
  void resolve_listing(Book& book);

  std::string key_;
  std::size_t data_in_ = 0;    ///< replies up to that of DATA, which may be sent in one go with others; 0: none waits
  bool message_open_ = false;  ///< the lines being read are a message
  bool message_streams_ = false;  ///< it was too long to be held
  std::deque<bool> asked_;        ///< POP3 commands without a status line: a listing follows it (RETR, TOP, CAPA ...)
  bool listing_open_ = false;     ///< POP3 lines up to a lone dot
  bool literal_asked_ = false;    ///< the client's literal waits for the server's "+"
  bool literal_tail_ = false;     ///< the next line ends the response that held a literal
  bool imap_ = false;
  bool again_ = false;             ///< lines that were held are read once more
  std::size_t waiting_ = 0;        ///< commands without a reply
  std::optional<Held> wrapped_;    ///< a reply of which the next line may be the rest
  std::optional<Held> candidate_;  ///< a line that is a command if an error answers it
  std::vector<Held> held_;
  std::size_t held_octets_ = 0;
};

}  // namespace mailparse::transcript
