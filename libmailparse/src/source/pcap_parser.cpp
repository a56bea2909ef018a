#include "source/pcap_parser.hpp"

#include <algorithm>
#include <utility>

#include <mailparse/source/decapsulation.hpp>

#include "source/network_order.hpp"

namespace mailparse {
namespace {

constexpr std::size_t file_header_octets = 24;
constexpr std::size_t linktype_field = 20;

constexpr std::uint32_t magic_microseconds = 0xA1B2C3D4;
constexpr std::uint32_t magic_nanoseconds = 0xA1B23C4D;
/// Kuznetzov's libpcap patch for Linux 2.2: an interface index, a protocol and a packet type in each record header.
constexpr std::uint32_t magic_modified = 0xA1B2CD34;

/// Two records in one capture are rarely further apart; only the search behind damage asks.
constexpr std::uint32_t plausible_seconds_apart = 30 * 86'400;
constexpr std::uint32_t plausible_original_octets = 1024 * 1024;

bool is_magic(std::uint32_t magic) noexcept {
  return magic == magic_microseconds || magic == magic_nanoseconds || magic == magic_modified;
}

}  // namespace

bool is_pcap_magic(std::string_view head) noexcept {
  return head.size() >= 4 &&
         (is_magic(load<std::uint32_t>(head.data(), false)) || is_magic(load<std::uint32_t>(head.data(), true)));
}

void PcapParser::read_file_header(std::string_view header) {
  swapped_ = !is_magic(load<std::uint32_t>(header.data(), false));
  const auto magic = load<std::uint32_t>(header.data(), swapped_);
  nanoseconds_ = magic == magic_nanoseconds;
  if (magic == magic_modified) record_header_octets_ = 24;
  const auto major = load<std::uint16_t>(header.data() + 4, swapped_);
  const auto minor = load<std::uint16_t>(header.data() + 6, swapped_);
  // 543 is what tcpdump of DG/UX wrote.
  if (major == 543 || (major == 2 && minor < 3)) lengths_ = LengthOrder::original_first;
  if (major == 2 && minor == 3) lengths_ = LengthOrder::smaller_is_captured;
  snaplen_ = load<std::uint32_t>(header.data() + 16, swapped_);
  if (snaplen_ > INT32_MAX) snaplen_ = 0;
  const auto link = load<std::uint32_t>(header.data() + linktype_field, swapped_);
  linktype_ = link & 0x03FFFFFF;
  if ((link & 0x04000000) != 0) fcs_octets_ = static_cast<std::uint8_t>((link >> 28) * 2);
  sinks_.account.framing_octets += file_header_octets;
}

PcapParser::Record PcapParser::record_at(const char* header) const noexcept {
  Record record{load<std::uint32_t>(header, swapped_), load<std::uint32_t>(header + 4, swapped_),
                load<std::uint32_t>(header + 8, swapped_), load<std::uint32_t>(header + 12, swapped_)};
  if (lengths_ == LengthOrder::original_first ||
      (lengths_ == LengthOrder::smaller_is_captured && record.captured > record.original)) {
    std::swap(record.captured, record.original);
  }
  return record;
}

bool PcapParser::too_large(std::uint32_t captured) const noexcept {
  return captured > std::max(usual_packet_octets, snaplen_) || captured > most_record_octets;
}

ParseStep PcapParser::parse(std::string_view window, std::uint64_t offset, bool last) {
  std::size_t at = 0;
  if (state_ == State::file_header) {
    if (window.size() < file_header_octets) {
      if (!last) return {0, file_header_octets};
      truncated(offset, window.size(), true);
      sinks_.account.damaged_octets += window.size();
      return {window.size(), 0};
    }
    read_file_header(window);
    at = file_header_octets;
    state_ = State::record;
  }
  while (true) {
    if (state_ == State::searching) {
      std::size_t wanted = 0;
      const std::size_t skipped = search(window.substr(at), last, wanted);
      sinks_.account.damaged_octets += skipped;
      at += skipped;
      if (state_ == State::searching) return {at, wanted};
    }
    const std::size_t left = window.size() - at;
    std::size_t wanted = record_header_octets_;
    Record record;
    if (left >= wanted) {
      record = record_at(window.data() + at);
      if (too_large(record.captured)) {
        report_each(Code::capfile_record_too_large, {offset + at, record_header_octets_, 0});
        state_ = State::searching;
        ++at;
        ++sinks_.account.damaged_octets;
        continue;
      }
      wanted += record.captured;
    }
    if (left < wanted) {
      if (!last) return {at, wanted};
      if (left == 0) return {at, 0};
      // Either the file was cut, or this length is damaged and records follow: the search tells.
      truncated(offset + at, left, false);
      state_ = State::searching;
      ++at;
      ++sinks_.account.damaged_octets;
      continue;
    }
    emit(record, window.substr(at + record_header_octets_, record.captured), offset + at);
    at += wanted;
  }
}

void PcapParser::emit(const Record& record, std::string_view octets, std::uint64_t offset) {
  ++frames_;
  const std::int64_t time =
      std::int64_t{record.seconds} * 1'000'000'000 + std::int64_t{record.fraction} * (nanoseconds_ ? 1 : 1'000);
  check(record, offset);
  if (time < last_time_) tallies_.add(Code::capfile_timestamp_backwards, {offset, record_header_octets_, frames_});
  last_time_ = time;
  last_seconds_ = record.seconds;
  sinks_.account.framing_octets += record_header_octets_;
  sinks_.account.packet_octets += octets.size();
  CapturedPacket packet;
  packet.stamp = {Timestamp(std::chrono::nanoseconds(time)), frames_, sinks_.file};
  packet.file_offset = offset;
  packet.octets_offset = offset + record_header_octets_;
  packet.original_length = record.original;
  packet.linktype = linktype_;
  packet.snaplen = snaplen_;
  packet.fcs_octets = fcs_octets_;
  packet.octets = octets;
  sinks_.packets.on_packet(packet);
}

void PcapParser::check(const Record& record, std::uint64_t offset) {
  const TalliedFindings::Place header{offset, record_header_octets_, frames_};
  if (record.captured == 0) tallies_.add(Code::capfile_empty_record, header);
  if (record.captured > record.original) tallies_.add(Code::capfile_caplen_gt_len, header);
  if (snaplen_ != 0 && record.captured > snaplen_) tallies_.add(Code::capfile_caplen_gt_snaplen, header);
  if (record.fraction >= (nanoseconds_ ? 1'000'000'000U : 1'000'000U)) {
    tallies_.add(Code::capfile_timestamp_range, {offset + 4, 4, frames_});
  }
}

bool PcapParser::plausible(const Record& record) const noexcept {
  if (record.captured == 0 || too_large(record.captured)) return false;
  if (record.original < record.captured || record.original > std::max(record.captured, plausible_original_octets))
    return false;
  if (record.fraction >= (nanoseconds_ ? 1'000'000'000U : 1'000'000U)) return false;
  if (!last_seconds_) return record.seconds != 0;
  const std::uint32_t apart =
      record.seconds > *last_seconds_ ? record.seconds - *last_seconds_ : *last_seconds_ - record.seconds;
  return apart <= plausible_seconds_apart;
}

/// A record header is believed when the one behind its packet is plausible too, or the file ends there.
PcapParser::Verdict PcapParser::begins_record(std::string_view window, bool last, std::size_t& wanted) const noexcept {
  if (window.size() < record_header_octets_) {
    wanted = record_header_octets_;
    return last ? Verdict::no : Verdict::unclear;
  }
  const Record record = record_at(window.data());
  if (!plausible(record)) return Verdict::no;
  const std::size_t next = record_header_octets_ + std::size_t{record.captured};
  wanted = next + record_header_octets_;
  if (window.size() >= wanted) return plausible(record_at(window.data() + next)) ? Verdict::yes : Verdict::no;
  if (!last) return Verdict::unclear;
  return window.size() >= next ? Verdict::yes : Verdict::no;
}

/// Octets to pass over; State::record when a record begins behind them.
std::size_t PcapParser::search(std::string_view window, bool last, std::size_t& wanted) {
  for (std::size_t at = 0; at < window.size(); ++at) {
    switch (begins_record(window.substr(at), last, wanted)) {
      case Verdict::yes:
        state_ = State::record;
        return at;
      case Verdict::unclear:
        return at;
      case Verdict::no:
        break;
    }
  }
  wanted = record_header_octets_;
  return window.size();
}

void PcapParser::finish() {
  if (frames_ != 0 && !linktype_supported(linktype_)) {
    tallies_.add(Code::capfile_linktype_unsupported, {linktype_field, 4, 0}, 0, frames_);
  }
  RecordParser::finish();
}

}  // namespace mailparse
