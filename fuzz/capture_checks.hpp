// What must hold for any capture file, however it is cut.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/source/capture_file.hpp>

#include "require.hpp"

namespace mailparse::fuzzing {

using fuzz::require;

/// Everything a reader tells, as one string, with what must hold for each call checked.
class Telling final : public PacketSink, public DiagnosticSink {
 public:
  explicit Telling(std::uint64_t file_size) : file_size_(file_size) {}

  void on_packet(const CapturedPacket& packet) override {
    in_order(packet.stamp.frame, packet.file_offset);
    require(packet.octets_offset > packet.file_offset);
    require(packet.octets_offset + packet.octets.size() <= file_size_);
    number(packet.stamp.frame);
    number(packet.file_offset);
    number(packet.original_length);
    number(packet.interface);
    number(packet.stamp.time ? static_cast<std::uint64_t>(packet.stamp.time->time_since_epoch().count()) : 1);
    text.append(packet.octets);
  }
  void on_skipped(SkippedRecord why, const Stamp& stamp, std::uint64_t file_offset, std::uint64_t octets) override {
    in_order(stamp.frame, file_offset);
    number(static_cast<std::uint64_t>(why));
    number(octets);
  }
  void on_secrets(std::uint32_t type, std::string_view octets) override {
    number(type);
    text.append(octets);
  }
  void report(Diagnostic diagnostic) override {
    require(diagnostic.offset <= file_size_);
    number(static_cast<std::uint64_t>(diagnostic.code));
    number(diagnostic.offset);
    number(diagnostic.length);
    number(diagnostic.count);
  }

  std::string text;

 private:
  void in_order(std::uint64_t frame, std::uint64_t offset) {
    require(frame == frame_ + 1);
    require(frame_ == 0 || offset > offset_);
    frame_ = frame;
    offset_ = offset;
  }
  void number(std::uint64_t value) { text.append(reinterpret_cast<const char*>(&value), sizeof value); }

  std::uint64_t file_size_;
  std::uint64_t frame_ = 0;
  std::uint64_t offset_ = 0;
};

/// Reads `file` in cuts of the sizes that `seed` makes, up to `most` octets each.
inline std::string told(std::string_view file, std::uint64_t seed, std::size_t most) {
  Telling telling(file.size());
  CaptureFileReader reader(telling, telling);
  for (std::size_t at = 0; at < file.size();) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    const std::size_t size = std::min(file.size() - at, 1 + static_cast<std::size_t>(seed >> 33) % most);
    // A copy of exact size, so that the sanitizer sees every read beyond the cut.
    const std::vector<char> cut(file.data() + at, file.data() + at + size);
    reader.feed({cut.data(), cut.size()});
    at += size;
    const CaptureFileAccount& account = reader.account();
    require(account.framing_octets + account.packet_octets + account.damaged_octets <= account.file_octets);
  }
  reader.finish();
  const CaptureFileAccount& account = reader.account();
  require(account.file_octets == file.size());
  require(account.framing_octets + account.packet_octets + account.damaged_octets == file.size());
  return std::move(telling.text);
}

/// Whole, in small pieces and in larger ones, a file tells the same.
inline void check_capture_file(std::string_view file) {
  std::uint64_t seed = 1469598103934665603U;
  for (const char octet : file.substr(0, 256)) seed = (seed ^ static_cast<unsigned char>(octet)) * 1099511628211U;
  const std::string whole = told(file, 0, SIZE_MAX / 2);
  require(told(file, seed, 7) == whole);
  require(told(file, seed, 400) == whole);
}

}  // namespace mailparse::fuzzing
