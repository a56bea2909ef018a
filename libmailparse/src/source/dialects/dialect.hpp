// What a dialect is: a reader of lines that tells a book who said what, and a row in the table of dialects.
// Layer: source, private.
//
// A new dialect is one file dialects/NAME.cpp with a class and a row, and the row's name in dialects/registry.cpp.
#pragma once

#include <memory>
#include <span>
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
};

/// How much the lines themselves say about the dialect.
enum class Marks : std::uint8_t {
  own,      ///< each line carries the dialect's own mark
  common,   ///< marks that many logs have
  none,     ///< only the words of the dialogue: the whole file must be made of it
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

}  // namespace mailparse::transcript
