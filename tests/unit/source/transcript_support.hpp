// Writes down what a transcript reader tells, in a form that people can read and compare.
// A conversation is `conversation N` and then a line for each line said: `client: EHLO x`, with `(secret left out)` and
// `(message left out, 231 octets)` in their places, and `closed` where the log says so.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <mailparse/source/transcript.hpp>

namespace mailparse::test {

struct Told {
  ConversationStart start;
  std::string text;
  std::array<std::string, 2> octets;
  std::vector<std::uint64_t> lines;  ///< Stamp::frame of each chunk
  std::vector<std::optional<Timestamp>> times;
  bool finished = false;
};

class Scribe final : public ConversationListener {
 public:
  explicit Scribe(Told& told) : told_(told) {}

  void on_chunk(const Chunk& chunk) override {
    auto& all = told_.octets[chunk.side == Side::client ? 0 : 1];
    EXPECT_EQ(chunk.offset, all.size());
    EXPECT_FALSE(told_.finished);
    all += chunk.octets;
    told_.lines.push_back(chunk.stamp.frame);
    told_.times.push_back(chunk.stamp.time);
    auto rest = chunk.octets;
    while (!rest.empty()) {
      const auto end = rest.find('\n');
      write(chunk.side, rest.substr(0, end == std::string_view::npos ? end : end + 1));
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
  }
  void on_gap(const Gap& gap) override {
    auto& all = told_.octets[gap.side == Side::client ? 0 : 1];
    EXPECT_EQ(gap.offset, all.size());
    all.append(gap.length, '?');
    lost_ += gap.length;
    write(gap.side, "(" + std::to_string(gap.length) + " octets lost)");
    close_line();
  }
  void on_elided(const Elided& elided) override {
    std::string what = elided.what == Elision::body     ? "(message left out"
                       : elided.what == Elision::secret ? "(secret left out"
                                                        : "(reply left out";
    if (elided.octets) what += ", " + std::to_string(*elided.octets) + " octets";
    write(elided.side, what + ")");
    if (elided.what != Elision::secret) close_line();
  }
  void on_end(Side side, StreamEnd end, const Stamp&) override {
    close_line();
    if (side == Side::client && end == StreamEnd::closed) told_.text += "closed\n";
  }
  void report(Diagnostic) override {}
  void finish(const ConversationEnd& end) override {
    EXPECT_EQ(end.client_octets + end.server_octets + end.missing_octets,
              told_.octets[0].size() + told_.octets[1].size());
    EXPECT_EQ(end.missing_octets, lost_);
    told_.finished = true;
  }

 private:
  void write(Side side, std::string_view octets) {
    if (!open_ || *open_ != side) {
      close_line();
      told_.text += side == Side::client ? "client: " : "server: ";
      open_ = side;
    }
    for (const char c : octets) {
      if (c == '\r' || c == '\n') continue;
      told_.text += c;
    }
    if (octets.ends_with("\r\n")) {
      close_line();
    } else if (octets.ends_with('\n')) {
      told_.text += " (LF)";
      close_line();
    }
  }
  void close_line() {
    if (open_) {
      while (told_.text.ends_with(' ')) told_.text.pop_back();
      told_.text += '\n';
    }
    open_.reset();
  }

  Told& told_;
  std::uint64_t lost_ = 0;
  std::optional<Side> open_;
};

class Scribes final : public ConversationFactory {
 public:
  std::unique_ptr<ConversationListener> open(const ConversationStart& start) override {
    all.push_back(std::make_unique<Told>());
    all.back()->start = start;
    return std::make_unique<Scribe>(*all.back());
  }

  [[nodiscard]] std::string text() const {
    std::string out;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all.size() > 1) out += "conversation " + std::to_string(i + 1) + "\n";
      out += all[i]->text;
    }
    return out;
  }

  std::vector<std::unique_ptr<Told>> all;
};

struct Reading {
  std::string dialect;
  double confidence = 0;
  std::string text;
  std::vector<std::unique_ptr<Told>> conversations;
  std::vector<Diagnostic> diagnostics;
};

/// Reads `input` in pieces that end at the offsets `cuts`.
inline Reading read_transcript(std::string_view input, const std::vector<std::size_t>& cuts = {},
                               const TranscriptOptions& options = {}) {
  Scribes scribes;
  DiagnosticList diagnostics;
  Reading reading;
  {
    TranscriptReader reader(scribes, options, diagnostics);
    std::size_t from = 0;
    for (const auto cut : cuts) {
      reader.feed(input.substr(from, cut - from));
      from = cut;
    }
    reader.feed(input.substr(from));
    reader.finish();
    reading.dialect = reader.dialect().name;
    reading.confidence = reader.dialect().confidence;
  }
  reading.text = scribes.text();
  reading.conversations = std::move(scribes.all);
  reading.diagnostics = diagnostics.take();
  return reading;
}

/// The same whole, octet by octet and split at every offset: one text.
inline void expect_same_in_any_cut(std::string_view input, const Reading& whole) {
  TranscriptOptions options;
  options.dialect = whole.dialect;
  std::vector<std::size_t> every;
  for (std::size_t i = 1; i < input.size(); ++i) every.push_back(i);
  EXPECT_EQ(read_transcript(input, every, options).text, whole.text) << "octet by octet";
  EXPECT_EQ(read_transcript(input, every).text, whole.text) << "octet by octet, dialect not told";
  for (const auto cut : every) {
    ASSERT_EQ(read_transcript(input, {cut}, options).text, whole.text) << "cut at " << cut;
  }
}

}  // namespace mailparse::test
