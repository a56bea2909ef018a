// What a dialect is: a reader of lines that tells a book who said what, and a row in the table of dialects.
// Layer: source, private.
//
// A new dialect is one file dialects/NAME.cpp with a class and a row, and the row's name in dialects/registry.cpp.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <mailparse/source/transcript.hpp>

#include "source/dialects/book.hpp"
#include "source/dialects/log_line.hpp"

namespace mailparse::transcript {

class Dialect {
 public:
  virtual ~Dialect() = default;
  /// Reads one line. False where it is no line of this dialect; then nothing was told to the book.
  virtual bool read(const LogLine& line, Book& book) = 0;
  /// The log ends; what was held back is told.
  virtual void finish(Book&) {}
  /// Something was met that only this dialect has; without it lines that other dialects have too prove nothing.
  [[nodiscard]] virtual bool convinced() const { return true; }
};

/// How much the lines themselves say about the dialect.
enum class Marks : std::uint8_t {
  own,     ///< each line carries the dialect's own mark
  common,  ///< marks that many logs have
  none,    ///< none, or such as anything may have: the whole file must be made of the dialogue
};

struct DialectRow {
  DialectInfo info;
  Marks marks = Marks::own;
  std::unique_ptr<Dialect> (*make)() = nullptr;
};

template <typename T>
std::unique_ptr<Dialect> make_dialect() {
  return std::make_unique<T>();
}

/// All rows, by name.
[[nodiscard]] std::span<const DialectRow> dialect_rows() noexcept;
[[nodiscard]] const DialectRow* find_dialect(std::string_view name) noexcept;

/// A time that a dialect puts in front of some of its lines; the plan of prefixes takes only what all lines have.
/// Takes it off `line.text`.
inline void take_time(LogLine& line, const Calendar& calendar = {}) {
  const auto time = read_time(line.text, calendar);
  if (time.length == 0) return;
  if (time.time) line.time = time.time;
  line.text.remove_prefix(time.length);
}

/// Takes `prefix` off `text`.
inline bool take(std::string_view& text, std::string_view prefix) noexcept {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Takes `mark` off, and the blank behind it; an empty line often lost that blank.
inline bool take_mark(std::string_view& text, std::string_view mark) noexcept {
  if (!text.starts_with(mark)) return false;
  if (text.size() > mark.size() && text[mark.size()] != ' ') return false;
  text.remove_prefix(std::min(text.size(), mark.size() + 1));
  return true;
}

/// `192.0.2.5:25`, `[2001:db8::1]:25`, `192.0.2.5.25` (`separator` '.'): an address and a port.
[[nodiscard]] std::optional<Endpoint> read_endpoint(std::string_view text, char separator = ':');

/// A line that TranscriptWriter added: another conversation begins, or this one ended. False for all others.
bool own_line(std::string_view text, Book& book);
/// What TranscriptWriter says of a conversation that begins, behind transcript_session.
void own_session(std::string_view text, Book& book);

/// Says a reply that a log glued into one line as the lines it had.
void say_glued(Book& book, std::string_view key, const Mark& mark, std::string_view text);

/// Puts octets together to whole lines before they are said: a write, a packet or a dump may end anywhere.
class LineJoiner {
 public:
  void add(Book& book, std::string_view key, const Mark& mark, std::string_view octets);
  /// Says what is left without a line end.
  void flush(Book& book, std::string_view key, const Mark& mark);
  [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }

 private:
  std::string rest_;
};

}  // namespace mailparse::transcript
