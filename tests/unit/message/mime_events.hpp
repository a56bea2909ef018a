// What a MimeReader tells, as text: for tests that compare readings.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/message/mime_reader.hpp>

namespace mailparse::test {

/// Writes a line for each event; octets of one range that come in several calls are one line.
class MimeEvents final : public MimeSink {
 public:
  void on_entity(const MimeEntity& entity) override {
    close_run();
    open_.push_back(entity.index);
    log_ += "entity " + std::to_string(entity.index) + " in " + std::to_string(entity.parent) + " number " +
            std::to_string(entity.number) + " at " + std::to_string(entity.offset) + "\n";
  }

  void on_header(const MimeEntity& entity, const Header& header, const EntityHead& head) override {
    close_run();
    log_ += "header " + std::to_string(entity.index) + " " + head.type + " " + kind(entity.kind) + " " +
            std::to_string(header.offset()) + "+" + std::to_string(header.length()) + "\n";
    for (const HeaderField& field : header.fields()) {
      log_ += "field " + std::to_string(field.offset) + "+" + std::to_string(field.length) + " " +
              std::string(field.name) + "=" + std::string(field.value) + "\n";
    }
  }

  void on_octets(const MimeEntity& entity, MimeRange range, std::uint64_t offset, std::string_view octets) override {
    if (octets.empty()) faults_ += "empty run\n";
    if (offset != next_) faults_ += "hole before " + std::to_string(offset) + "\n";
    next_ = offset + octets.size();
    all_ += octets;
    const bool same = run_entity_ == entity.index && run_range_ == range && !run_.empty();
    if (!same) {
      close_run();
      run_entity_ = entity.index;
      run_range_ = range;
      run_offset_ = offset;
    }
    run_ += octets;
  }

  void on_entity_end(const MimeEntity& entity, std::uint64_t end, EntityEnd how, const RunTally& tally) override {
    close_run();
    if (open_.empty() || open_.back() != entity.index) faults_ += "end of an entity that is not the innermost\n";
    if (!open_.empty()) open_.pop_back();
    log_ += "end " + std::to_string(entity.index) + " at " + std::to_string(end) +
            (how == EntityEnd::delimiter ? " by delimiter" : " with input") + " octets " +
            std::to_string(tally.octets) + " lines " + std::to_string(tally.lines) + " nul " +
            std::to_string(tally.nul.count) + "\n";
  }

  void report(Diagnostic diagnostic) override {
    log_ += std::string(info(diagnostic.code).name) + " " + std::to_string(diagnostic.offset) + "+" +
            std::to_string(diagnostic.length) + " x" + std::to_string(diagnostic.count) + "\n";
    codes_.push_back(std::string(info(diagnostic.code).name));
  }

  /// Everything that was told.
  [[nodiscard]] const std::string& log() {
    close_run();
    return log_;
  }
  /// All octets in order of their calls.
  [[nodiscard]] const std::string& octets() const { return all_; }
  /// Promises that were broken; empty when none was.
  [[nodiscard]] std::string faults() const { return faults_ + (open_.empty() ? "" : "an entity was not ended\n"); }
  [[nodiscard]] const std::vector<std::string>& codes() const { return codes_; }

 private:
  static std::string kind(EntityKind kind) {
    constexpr const char* names[]{"leaf", "multipart", "message", "encoded", "opaque"};
    return names[static_cast<std::size_t>(kind)];
  }

  void close_run() {
    if (run_.empty()) return;
    log_ += std::string(to_string(run_range_)) + " of " + std::to_string(run_entity_) + " " +
            std::to_string(run_offset_) + "+" + std::to_string(run_.size()) + "\n";
    run_.clear();
  }

  std::string log_, all_, run_, faults_;
  std::vector<std::string> codes_;
  std::vector<std::uint32_t> open_;
  std::uint64_t next_ = 0, run_offset_ = 0;
  std::uint32_t run_entity_ = 0;
  MimeRange run_range_{};
};

inline std::string read_events(std::string_view message, std::vector<std::size_t> cuts = {},
                               std::string* faults = nullptr) {
  MimeEvents events;
  MimeReader reader(events);
  std::size_t at = 0;
  for (const std::size_t cut : cuts) {
    reader.feed(message.substr(at, cut - at));
    at = cut;
  }
  reader.feed(message.substr(at));
  reader.finish();
  if (faults != nullptr)
    *faults = events.faults() + (events.octets() == message ? "" : "octets differ from the message\n");
  return events.log();
}

}  // namespace mailparse::test
