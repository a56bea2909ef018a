#include "trace-to-json/time_order.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <mailparse/source/capture_file.hpp>
#include <mailparse/source/input.hpp>

namespace mailparse::tools {
namespace {

/// A first packet lies at the beginning, behind a section's description at most.
constexpr std::uint64_t most_octets = 4 * 1024 * 1024;

class FirstPacket final : public PacketSink {
 public:
  void on_packet(const CapturedPacket& packet) override {
    if (!time_) time_ = packet.stamp.time;
  }
  void on_skipped(SkippedRecord, const Stamp&, std::uint64_t, std::uint64_t) override {}
  void on_secrets(std::uint32_t, std::string_view) override {}
  [[nodiscard]] std::optional<Timestamp> time() const noexcept { return time_; }

 private:
  std::optional<Timestamp> time_;
};

std::optional<Timestamp> first_packet(const std::string& name) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(name, ignored)) return std::nullopt;
  DiagnosticList findings;
  auto input = Input::open(name, findings);
  if (!input || (input->kind() != InputKind::pcap && input->kind() != InputKind::pcapng)) return std::nullopt;
  FirstPacket first;
  CaptureFileReader reader(first, findings);
  while (!first.time() && reader.account().file_octets < most_octets) {
    const auto octets = input->read();
    if (!octets || octets->empty()) break;
    reader.feed(octets->substr(0, most_octets));
  }
  return first.time();
}

}  // namespace

std::vector<std::string> in_time_order(const std::vector<std::string>& inputs) {
  if (inputs.size() < 2) return inputs;
  struct Piece {
    Timestamp time;
    std::string name;
  };
  std::vector<std::size_t> places;
  std::vector<Piece> pieces;
  for (std::size_t index = 0; index < inputs.size(); ++index) {
    if (const auto time = first_packet(inputs[index])) {
      places.push_back(index);
      pieces.push_back({*time, inputs[index]});
    }
  }
  std::ranges::stable_sort(pieces, {}, &Piece::time);
  std::vector<std::string> ordered = inputs;
  for (std::size_t index = 0; index < places.size(); ++index) ordered[places[index]] = pieces[index].name;
  return ordered;
}

}  // namespace mailparse::tools
