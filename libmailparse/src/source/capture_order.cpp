#include <algorithm>
#include <utility>

#include <sys/stat.h>

#include <mailparse/source/capture_file.hpp>
#include <mailparse/source/capture_order.hpp>
#include <mailparse/source/input.hpp>

namespace mailparse {
namespace {

class FirstTime final : public PacketSink, public DiagnosticSink {
 public:
  void on_packet(const CapturedPacket& packet) override {
    if (!time) time = packet.stamp.time;
  }
  void on_skipped(SkippedRecord, const Stamp&, std::uint64_t, std::uint64_t) override {}
  void on_secrets(std::uint32_t, std::string_view) override {}
  void report(Diagnostic) override {}  // told when the file is read in earnest

  std::optional<Timestamp> time;
};

/// What can be read twice: looking into a pipe would take its octets away.
bool is_regular_file(const std::string& name) noexcept {
  struct stat status{};
  return name != "-" && ::stat(name.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

std::optional<Timestamp> first_packet_time(const std::string& name) {
  if (!is_regular_file(name)) return std::nullopt;
  FirstTime first;
  auto input = Input::open(name, first);
  if (!input || (input->kind() != InputKind::pcap && input->kind() != InputKind::pcapng)) return std::nullopt;
  CaptureFileReader reader(first, first);
  while (!first.time) {
    const auto block = input->read();
    if (!block || block->empty()) break;
    reader.feed(*block);
  }
  return first.time;
}

std::vector<std::size_t> reading_order(std::span<const std::string> names) {
  std::vector<std::size_t> order(names.size());
  std::vector<std::size_t> places;
  std::vector<std::pair<Timestamp, std::size_t>> captures;
  for (std::size_t i = 0; i < names.size(); ++i) {
    order[i] = i;
    if (names.size() < 2) break;
    if (const auto time = first_packet_time(names[i])) {
      places.push_back(i);
      captures.emplace_back(*time, i);
    }
  }
  std::ranges::sort(captures);
  for (std::size_t i = 0; i < captures.size(); ++i) order[places[i]] = captures[i].second;
  return order;
}

}  // namespace mailparse
