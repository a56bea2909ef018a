// What the drivers for transcripts share: one log read whole and in pieces, by one of the dialects of a family.
//
// Of the input the first octet picks a dialect (or "auto"), the second the size of the pieces, the rest is the log.
// Whole and in pieces the reader tells the same, so that no cut swaps sides or moves a line; offsets of a side are
// contiguous; every conversation ends once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <mailparse/source/transcript.hpp>

#include "require.hpp"

namespace mailparse::fuzz {

/// Writes down all calls, one line each.
class Recorder final : public ConversationFactory {
 public:
  class Listener final : public ConversationListener {
   public:
    Listener(std::string& log, std::uint64_t id) : log_(log), name_("#" + std::to_string(id) + " ") {}
    ~Listener() override { require(finished_); }
    void on_chunk(const Chunk& chunk) override {
      require(!finished_ && !chunk.octets.empty());
      auto& offset = offsets_[chunk.side == Side::client ? 0 : 1];
      require(chunk.offset == offset);
      offset += chunk.octets.size();
      log_ += name_ + (chunk.side == Side::client ? "C " : "S ") + std::to_string(chunk.stamp.frame) + " ";
      log_ += chunk.octets;
      log_ += '\n';
    }
    void on_gap(const Gap& gap) override {
      auto& offset = offsets_[gap.side == Side::client ? 0 : 1];
      require(!finished_ && gap.length > 0 && gap.offset == offset);
      offset += gap.length;
      lost_ += gap.length;
      log_ += name_ + "lost " + std::to_string(gap.length) + "\n";
    }
    void on_elided(const Elided& elided) override {
      require(!finished_ && elided.offset == offsets_[elided.side == Side::client ? 0 : 1]);
      log_ += name_ + "elided " + std::to_string(static_cast<int>(elided.what)) + " " +
              std::to_string(elided.octets.value_or(0)) + "\n";
    }
    void on_end(Side side, StreamEnd, const Stamp&) override {
      require(!ended_[side == Side::client ? 0 : 1]);
      ended_[side == Side::client ? 0 : 1] = true;
    }
    void report(Diagnostic) override {}
    void finish(const ConversationEnd& end) override {
      require(!finished_ && ended_[0] && ended_[1]);
      require(end.client_octets + end.server_octets + end.missing_octets == offsets_[0] + offsets_[1] &&
              end.missing_octets == lost_);
      finished_ = true;
    }

   private:
    std::string& log_;
    std::string name_;
    std::uint64_t offsets_[2]{};
    std::uint64_t lost_ = 0;
    bool ended_[2]{};
    bool finished_ = false;
  };

  std::unique_ptr<ConversationListener> open(const ConversationStart& start) override {
    log += "open " + start.dialect + "\n";
    return std::make_unique<Listener>(log, start.id);
  }

  std::string log;
};

inline std::string read(std::string_view text, const TranscriptOptions& options, std::size_t piece) {
  Recorder recorder;
  Silence silence;
  {
    TranscriptReader reader(recorder, options, silence);
    for (std::size_t at = 0; at < text.size(); at += piece) reader.feed(text.substr(at, piece));
    reader.finish();
    const auto guess = reader.dialect();
    require(guess.confidence >= 0 && guess.confidence <= 1);
  }
  return recorder.log;
}

/// One run. `dialects` are the names of a family.
inline int run_transcript(const std::uint8_t* data, std::size_t size, std::span<const std::string_view> dialects) {
  if (size < 2 || size > 64 * 1024) return 0;
  TranscriptOptions options;
  const std::size_t choice = data[0] % (dialects.size() + 1);
  if (choice < dialects.size()) options.dialect = dialects[choice];
  // Small limits are reached by small inputs.
  if (data[1] & 0x80) {
    options.lookahead_octets = 300;
    options.limits.transcript_line_octets = 100;
    options.limits.transcript_conversations = 3;
  }
  const std::size_t piece = 1 + (data[1] & 0x7F);
  const std::string_view text(reinterpret_cast<const char*>(data + 2), size - 2);
  require(read(text, options, text.size() + 1) == read(text, options, piece));
  return 0;
}

}  // namespace mailparse::fuzz
