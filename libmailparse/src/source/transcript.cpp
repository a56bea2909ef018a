#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/utf16.hpp>
#include <mailparse/scan/utf8.hpp>
#include <mailparse/source/transcript.hpp>

#include "source/dialects/book.hpp"
#include "source/dialects/detect.hpp"
#include "source/dialects/dialect.hpp"
#include "source/dialects/log_line.hpp"
#include "source/dialects/prefix_plan.hpp"

namespace mailparse {
namespace {

using transcript::Book;
using transcript::Calendar;
using transcript::Dialect;
using transcript::DialectRow;
using transcript::LogLine;
using transcript::PrefixPlan;

constexpr std::size_t head_octets = 256 * 1024;

/// Cuts octets into lines, whatever their ends; gives each to `take(line)`.
class Lines {
 public:
  struct Line {
    std::string_view text;       ///< as much of it as is kept; dies with the call
    bool crlf = false;           ///< ended so
    std::uint64_t offset = 0;    ///< of its first octet
    std::uint64_t left_out = 0;  ///< octets behind `text` that were too many
  };

  explicit Lines(std::uint64_t longest) : longest_(longest) {}

  template <typename Take>
  void feed(std::string_view octets, Take&& take) {
    while (!octets.empty()) {
      const auto end = octets.find('\n');
      if (end == std::string_view::npos) {
        keep(octets);
        return;
      }
      const auto piece = octets.substr(0, end);
      octets.remove_prefix(end + 1);
      if (length_ == 0 && piece.size() <= longest_) {
        give(piece, piece.size(), take);
      } else {
        keep(piece);
        give(kept_, length_, take);
        kept_.clear();
        length_ = 0;
      }
      ++offset_;
    }
  }

  template <typename Take>
  void finish(Take&& take) {
    if (length_ == 0) return;
    give(kept_, length_, take);
    kept_.clear();
    length_ = 0;
  }

 private:
  void keep(std::string_view piece) {
    const auto room = longest_ - std::min<std::uint64_t>(longest_, kept_.size());
    kept_.append(piece.substr(0, room));
    length_ += piece.size();
  }

  template <typename Take>
  void give(std::string_view text, std::uint64_t length, Take&& take) {
    Line line{.text = text, .offset = offset_, .left_out = length - text.size()};
    line.crlf = line.left_out == 0 && text.ends_with('\r');
    if (line.crlf) line.text.remove_suffix(1);
    offset_ += length;
    take(line);
  }

  std::uint64_t longest_;
  std::uint64_t offset_ = 0;  ///< of the line that is being read
  std::uint64_t length_ = 0;  ///< of it, so far
  std::string kept_;          ///< its beginning
};

/// A binary file has octets that no log has.
bool binary(std::string_view head) {
  const auto zeros = std::ranges::count(head.substr(0, 8192), '\0');
  return zeros > 0;
}

/// Lines that end in a CR alone, as old editors wrote them.
bool ends_in_cr(std::string_view head) {
  return head.find('\n') == std::string_view::npos && std::ranges::count(head, '\r') > 1;
}

std::string with_lf(std::string_view octets) {
  std::string made(octets);
  std::ranges::replace(made, '\r', '\n');
  return made;
}

/// A page or a word processor put an empty line behind each line: hardly any two lines stand together.
bool double_spaced(const std::vector<LogLine>& lines) {
  constexpr std::size_t fewest = 4;
  std::size_t written = 0;
  std::size_t together = 0;
  bool before = false;
  for (const auto& line : lines) {
    const bool empty = trim_blanks(line.text).empty();
    if (!empty) ++written;
    if (!empty && before) ++together;
    before = !empty;
  }
  return written >= fewest && together * 20 <= written;
}

/// Takes the empty lines out that stand behind each line of such a log.
class Spacing {
 public:
  /// Whether `line`, the next one, is such an empty line.
  bool drops(std::string_view line) noexcept {
    behind_ = !behind_ || !trim_blanks(line).empty();
    return !behind_;
  }

 private:
  bool behind_ = false;  ///< the line before was kept
};

/// The lines of a file's beginning with what they have in common peeled off.
struct Head {
  std::vector<LogLine> lines;
  std::vector<std::string> rooms;
  PrefixPlan plan;
  bool double_spaced = false;
};

Head read_head(std::string_view octets, const Calendar& calendar, std::string_view literal = {}) {
  Head head;
  Lines splitter(octets.size() + 1);
  const auto take = [&head](const Lines::Line& line) {
    LogLine one;
    one.text = head.lines.empty() ? without_byte_order_mark(line.text) : line.text;
    one.whole = one.text;
    one.crlf = line.crlf;
    one.number = head.lines.size() + 1;
    head.lines.push_back(one);
  };
  // A last line without its end is held by the splitter, and its view would not last.
  const auto end = octets.rfind('\n');
  splitter.feed(octets.substr(0, end == std::string_view::npos ? 0 : end + 1), take);
  const auto rest = octets.substr(end == std::string_view::npos ? 0 : end + 1);
  const bool crlf = rest.ends_with('\r');
  if (!rest.empty()) take({.text = rest.substr(0, rest.size() - (crlf ? 1 : 0)), .crlf = crlf});
  head.plan = PrefixPlan::decide(head.lines, calendar, literal);
  head.rooms.resize(head.lines.size());
  for (std::size_t i = 0; i < head.lines.size(); ++i) head.plan.apply(head.lines[i], calendar, head.rooms[i]);
  head.double_spaced = double_spaced(head.lines);
  Spacing spacing;
  if (head.double_spaced) std::erase_if(head.lines, [&](const LogLine& line) { return spacing.drops(line.text); });
  return head;
}

/// A log's beginning as the dialect that explains it best sees it.
struct Choice {
  Head head;
  transcript::Detection found;
};

/// `named`: the dialect that it must be; null: any.
transcript::Detection explain(const Head& head, const DialectRow* named) {
  return named == nullptr ? transcript::detect(head.lines) : transcript::explain(*named, head.lines);
}

/// Where the dialect is not sure of its marks, some text that all lines begin with may stand before them.
Choice choose(std::string_view octets, const Calendar& calendar, const DialectRow* named) {
  constexpr std::size_t tried_octets = 32 * 1024;
  Choice best{read_head(octets, calendar), {}};
  best.found = explain(best.head, named);
  const auto* row = best.found.row;
  const bool marked = named != nullptr || (row != nullptr && row->marks != transcript::Marks::none);
  if (marked && best.found.confidence >= TranscriptReader::threshold) return best;
  const auto start = octets.substr(0, tried_octets);
  double worth = octets.size() == start.size() ? best.found.worth : explain(read_head(start, calendar), named).worth;
  std::string literal;
  for (auto& tried : transcript::literal_prefixes(best.head.lines)) {
    const auto found = explain(read_head(start, calendar, tried), named);
    if (found.worth <= worth) continue;
    worth = found.worth;
    literal = std::move(tried);
  }
  if (literal.empty()) return best;
  Choice other{read_head(octets, calendar, literal), {}};
  other.found = explain(other.head, named);
  return other;
}

}  // namespace

class TranscriptReader::Engine {
 public:
  Engine(ConversationFactory& factory, const TranscriptOptions& options, DiagnosticSink& diagnostics)
      : factory_(factory),
        options_(options),
        diagnostics_(diagnostics),
        calendar_{options.zone, options.year},
        lines_(options.limits.transcript_line_octets) {}

  void feed(std::string_view octets) {
    while (!coding_decided_ && !octets.empty()) {
      start_.push_back(octets.front());
      octets.remove_prefix(1);
      if (start_.size() == 2) decide_coding();
    }
    if (!utf16_) return take(octets);
    decoded_.clear();
    utf16_->decode(octets, decoded_);
    take(decoded_);
  }

  void on_silence() {
    if (!dialect_ && !head_.empty()) recognise();
  }

  void finish() {
    if (!coding_decided_) take(start_);
    if (!dialect_) decide(true);
    lines_.finish([this](const Lines::Line& line) { read(line); });
    if (dialect_) {
      dialect_->finish(*book_);
      book_->finish();
    } else if (read_ > 0 || !head_.empty()) {
      diagnostics_.report(make_diagnostic(Code::capfile_unknown_format, 0, 0));
    }
  }

  [[nodiscard]] DialectGuess guess() const noexcept { return guess_; }
  [[nodiscard]] std::uint64_t lines() const noexcept { return read_; }
  [[nodiscard]] std::uint64_t conversations() const noexcept { return book_ ? book_->opened() : 0; }

 private:
  /// A byte order mark of UTF-16 makes the file a text of that coding.
  void decide_coding() {
    coding_decided_ = true;
    if (const auto order = utf16_mark(start_)) {
      utf16_.emplace(*order);
    } else {
      take(start_);
    }
  }

  void take(std::string_view octets) {
    if (dialect_) {
      split(octets);
      return;
    }
    while (!dialect_ && !octets.empty()) {
      const auto room = std::max<std::uint64_t>(1, options_.lookahead_octets) - head_.size();
      const auto piece = octets.substr(0, room);
      head_.append(piece);
      octets.remove_prefix(piece.size());
      if (head_.size() >= options_.lookahead_octets) decide(false);
    }
    if (!octets.empty()) split(octets);
  }

  /// Begins with the dialect of what was kept, if it shows one; otherwise all stays as it is.
  bool recognise() {
    const auto* named = options_.dialect == "auto" ? nullptr : transcript::find_dialect(options_.dialect);
    const bool unreadable = named == nullptr && (options_.dialect != "auto" || binary(head_));
    bare_cr_ = ends_in_cr(head_);
    const auto text = bare_cr_ ? with_lf(head_) : std::string{};
    const auto choice = unreadable ? Choice{} : choose(bare_cr_ ? text : head_, calendar_, named);
    const auto confidence = choice.found.confidence;
    const auto* row = named != nullptr ? named : confidence >= threshold ? choice.found.row : nullptr;
    guess_ = {"none", confidence};
    if (row != nullptr) begin(*row, confidence, choice.head);
    return row != nullptr;
  }

  /// Decides on what was kept. Where nothing is found it is dropped, but for its last, unfinished line.
  void decide(bool last) {
    if (recognise()) return;
    const auto end = head_.rfind('\n');
    read_ += static_cast<std::uint64_t>(std::ranges::count(head_, '\n'));
    if (last || end == std::string::npos) {
      if (!last) head_.clear();
    } else {
      head_.erase(0, end + 1);
    }
  }

  void begin(const DialectRow& row, double confidence, const Head& shown) {
    guess_ = {row.info.name, confidence};
    plan_ = shown.plan;
    if (shown.double_spaced) spacing_.emplace();
    book_ = std::make_unique<Book>(factory_, transcript::BookOptions{row.info.name, confidence, options_.file,
                                                                     options_.limits.transcript_conversations});
    dialect_ = row.make();
    const auto head = std::exchange(head_, {});
    split(without_byte_order_mark(head));
  }

  void split(std::string_view octets) {
    const auto text = bare_cr_ ? with_lf(octets) : std::string{};
    if (bare_cr_) octets = text;
    lines_.feed(octets, [this](const Lines::Line& line) { read(line); });
  }

  void read(const Lines::Line& read) {
    LogLine line;
    line.text = read.text;
    line.whole = read.text;
    line.number = ++read_;
    line.crlf = read.crlf;
    if (read.left_out > 0) {
      diagnostics_.report(make_diagnostic(Code::limit_transcript_line,
                                          read.offset + options_.limits.transcript_line_octets, read.left_out));
    }
    plan_.apply(line, calendar_, room_);
    if (spacing_ && spacing_->drops(line.text)) return;
    book_->at(line);
    dialect_->read(line, *book_);
  }

  ConversationFactory& factory_;
  TranscriptOptions options_;
  DiagnosticSink& diagnostics_;
  Calendar calendar_;
  Lines lines_;
  std::string start_;  ///< the first octets, until they show the coding
  std::optional<Utf16Decoder> utf16_;
  std::string decoded_;
  bool coding_decided_ = false;
  bool bare_cr_ = false;
  std::string head_;
  PrefixPlan plan_;
  std::optional<Spacing> spacing_;  ///< of a log that is double-spaced
  std::unique_ptr<Book> book_;
  std::unique_ptr<Dialect> dialect_;
  DialectGuess guess_;
  std::string room_;
  std::uint64_t read_ = 0;
};

TranscriptReader::TranscriptReader(ConversationFactory& factory, const TranscriptOptions& options,
                                   DiagnosticSink& diagnostics)
    : engine_(std::make_unique<Engine>(factory, options, diagnostics)) {}
TranscriptReader::~TranscriptReader() = default;
void TranscriptReader::feed(std::string_view octets) {
  engine_->feed(octets);
}
void TranscriptReader::on_silence() {
  engine_->on_silence();
}
void TranscriptReader::finish() {
  engine_->finish();
}
DialectGuess TranscriptReader::dialect() const noexcept {
  return engine_->guess();
}
std::uint64_t TranscriptReader::lines() const noexcept {
  return engine_->lines();
}
std::uint64_t TranscriptReader::conversations() const noexcept {
  return engine_->conversations();
}

DialectGuess detect_dialect(std::string_view head) {
  head = head.substr(0, head_octets);
  std::string decoded;
  if (const auto order = utf16_mark(head)) {
    Utf16Decoder(*order).decode(head.substr(2), decoded);
    head = decoded;
  }
  if (binary(head)) return {};
  if (ends_in_cr(head)) {
    decoded = with_lf(head);
    head = decoded;
  }
  const auto found = choose(head, {}, nullptr).found;
  if (found.confidence < TranscriptReader::threshold || found.row == nullptr) return {"none", found.confidence};
  return {found.row->info.name, found.confidence};
}

}  // namespace mailparse
