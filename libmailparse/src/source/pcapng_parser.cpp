#include "source/pcapng_parser.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <mailparse/source/decapsulation.hpp>

#include "source/network_order.hpp"

namespace mailparse {
namespace {

enum BlockType : std::uint32_t {
  interface_description = 1,
  old_packet = 2,
  simple_packet = 3,
  name_resolution = 4,
  interface_statistics = 5,
  enhanced_packet = 6,
  decryption_secrets = 10,
  custom_copied = 0x00000BAD,
  custom_not_copied = 0x40000BAD,
  section_header = 0x0A0D0D0A,
};

constexpr std::uint32_t byte_order_magic = 0x1A2B3C4D;
constexpr std::size_t header_octets = 8;    // type and total length
constexpr std::size_t smallest_block = 12;  // these and the length at the end
/// What the search behind damage believes without more proof than the length at the block's end.
constexpr std::uint32_t plausible_block_octets = 1024 * 1024;
constexpr std::size_t most_interfaces = 10'000;

enum InterfaceOption : std::uint16_t { if_tsresol = 9, if_fcslen = 13, if_tsoffset = 14 };

bool known_type(std::uint32_t type) noexcept {
  constexpr std::array<std::uint32_t, 9> types{interface_description, old_packet,           simple_packet,
                                               name_resolution,       interface_statistics, enhanced_packet,
                                               decryption_secrets,    custom_copied,        custom_not_copied};
  return std::ranges::find(types, type) != types.end();
}

bool possible_length(std::uint32_t total) noexcept {
  return total >= smallest_block && total % 4 == 0 && total <= most_record_octets;
}

constexpr std::size_t padded(std::size_t octets) noexcept {
  return (octets + 3) & ~std::size_t{3};
}

}  // namespace

bool is_pcapng_magic(std::string_view head) noexcept {
  return head.size() >= 4 && load<std::uint32_t>(head.data(), false) == section_header;
}

bool PcapngParser::begins_section(std::string_view head) noexcept {
  if (head.size() < smallest_block || !is_pcapng_magic(head)) return false;
  const auto magic = load<std::uint32_t>(head.data() + header_octets, false);
  return magic == byte_order_magic || std::byteswap(magic) == byte_order_magic;
}

std::uint16_t PcapngParser::u16(const char* octets) const noexcept {
  return load<std::uint16_t>(octets, swapped_);
}
std::uint32_t PcapngParser::u32(const char* octets) const noexcept {
  return load<std::uint32_t>(octets, swapped_);
}
std::uint64_t PcapngParser::u64(const char* octets) const noexcept {
  return load<std::uint64_t>(octets, swapped_);
}

/// Reads type and length of a block from eight octets, of a section header from twelve; false where the latter has no
/// byte-order magic.
bool PcapngParser::read_header(std::string_view window, Header& header) const noexcept {
  header.swapped = swapped_;
  if (is_pcapng_magic(window)) {
    if (!begins_section(window)) return false;
    header.swapped = load<std::uint32_t>(window.data() + header_octets, false) != byte_order_magic;
  }
  header.type = load<std::uint32_t>(window.data(), header.swapped);
  header.total = load<std::uint32_t>(window.data() + 4, header.swapped);
  return true;
}

ParseStep PcapngParser::parse(std::string_view window, std::uint64_t offset, bool last) {
  std::size_t at = 0;
  const auto damaged_here = [&] {
    searching_ = true;
    ++at;
    ++sinks_.account.damaged_octets;
  };
  while (true) {
    if (searching_) {
      std::size_t wanted = 0;
      const std::size_t skipped = search(window.substr(at), last, wanted);
      sinks_.account.damaged_octets += skipped;
      at += skipped;
      if (searching_) return {at, wanted};
    }
    const std::string_view rest = window.substr(at);
    if (rest.empty() && last) return {at, 0};
    Header header;
    // A length may be impossible before there are twelve octets; only a section header needs them to be understood.
    std::size_t wanted = is_pcapng_magic(rest) ? smallest_block : header_octets;
    if (rest.size() >= wanted) {
      if (!read_header(rest, header) || !possible_length(header.total)) {
        report_each(Code::capfile_block_length, {offset + at + 4, 4, 0});
        damaged_here();
        continue;
      }
      wanted = header.total;
    }
    if (rest.size() < wanted) {
      if (!last) return {at, wanted};
      truncated(offset + at, rest.size(), sections_ == 0);
      damaged_here();
      continue;
    }
    const std::size_t trailer = header.total - 4;
    if (load<std::uint32_t>(rest.data() + trailer, header.swapped) != header.total) {
      // One of the two lengths lies: the first is right if a block follows where it points.
      if (rest.size() < header.total + smallest_block && !last) return {at, header.total + smallest_block};
      report_each(Code::capfile_block_trailer, {offset + at + trailer, 4, 0});
      const std::string_view behind = rest.substr(header.total);
      if (!behind.empty() && !begins_block(behind, most_record_octets)) {
        damaged_here();
        continue;
      }
    }
    swapped_ = header.swapped;
    on_block({header.type, rest.substr(header_octets, header.total - smallest_block), offset + at});
    at += header.total;
  }
}

/// Whether the octets can be the beginning of a block, by type and length alone.
bool PcapngParser::begins_block(std::string_view window, std::uint32_t most_octets) const noexcept {
  Header header;
  if (window.size() < smallest_block || !read_header(window, header)) return false;
  return (known_type(header.type) || header.type == section_header) && possible_length(header.total) &&
         header.total <= most_octets;
}

/// Octets to pass over; no longer searching_ when a block with two equal lengths begins behind them.
std::size_t PcapngParser::search(std::string_view window, bool last, std::size_t& wanted) {
  wanted = smallest_block;
  for (std::size_t at = 0; at < window.size(); ++at) {
    const std::string_view rest = window.substr(at);
    if (rest.size() < smallest_block) return last ? window.size() : at;
    if (!begins_block(rest, plausible_block_octets)) continue;
    Header header;
    if (!read_header(rest, header)) continue;
    if (rest.size() < header.total) {
      if (last) continue;
      wanted = header.total;
      return at;
    }
    if (load<std::uint32_t>(rest.data() + header.total - 4, header.swapped) == header.total) {
      searching_ = false;
      return at;
    }
  }
  return window.size();
}

void PcapngParser::on_block(const Block& block) {
  const std::uint64_t packet_octets_before = sinks_.account.packet_octets;
  switch (block.type) {
    case section_header:
      on_section(block);
      break;
    case interface_description:
      on_interface(block);
      break;
    case enhanced_packet:
    case old_packet:
      on_enhanced_packet(block);
      break;
    case simple_packet:
      on_simple_packet(block);
      break;
    case interface_statistics:
      on_statistics(block);
      break;
    case decryption_secrets:
      on_secrets(block);
      break;
    default:  // name resolution and whatever is not known carry no packets
      break;
  }
  sinks_.account.framing_octets +=
      block.body.size() + smallest_block - (sinks_.account.packet_octets - packet_octets_before);
}

void PcapngParser::end_section() {
  for (std::size_t i = 0; i < interfaces_.size(); ++i) {
    const Interface& interface = interfaces_[i];
    if (interface.packets == 0 || linktype_supported(interface.linktype)) continue;
    tallies_.add(Code::capfile_linktype_unsupported, {interface.linktype_offset, 2, 0}, first_interface_ + i,
                 interface.packets);
  }
  first_interface_ += described_interfaces_;
  described_interfaces_ = 0;
  interfaces_.clear();
}

void PcapngParser::finish() {
  end_section();
  RecordParser::finish();
}

/// Calls `visit(code, value, offset of the option)` for each option up to the end-of-options one.
template <typename Visit>
void PcapngParser::each_option(std::string_view options, std::uint64_t offset, Visit visit) {
  while (options.size() >= 4) {
    const std::uint16_t code = u16(options.data());
    const std::size_t length = u16(options.data() + 2);
    if (code == 0) return;
    if (length > options.size() - 4) {
      report_each(Code::capfile_option_length, {offset, 4, 0});
      return;
    }
    visit(code, options.substr(4, length), offset);
    const std::size_t step = std::min(options.size(), 4 + padded(length));
    options.remove_prefix(step);
    offset += step;
  }
}

void PcapngParser::on_section(const Block& block) {
  end_section();
  if (sections_ != 0 && section_swapped_ != swapped_) {
    report_each(Code::capfile_section_endian, {block.offset + header_octets, 4, 0});
  }
  section_swapped_ = swapped_;
  ++sections_;
  constexpr std::size_t fixed = 16;
  if (block.body.size() < fixed) return;
  each_option(block.body.substr(fixed), block.offset + header_octets + fixed,
              [](std::uint16_t, std::string_view, std::uint64_t) {});
}

void PcapngParser::on_interface(const Block& block) {
  constexpr std::size_t fixed = 8;
  if (block.body.size() < fixed) return report_each(Code::capfile_block_length, {block.offset + 4, 4, 0});
  ++described_interfaces_;
  if (interfaces_.size() >= most_interfaces) {
    tallies_.add(Code::limit_interfaces, {block.offset, block.body.size() + smallest_block, 0}, sections_);
    return;
  }
  Interface interface;
  interface.linktype = u16(block.body.data());
  interface.snaplen = u32(block.body.data() + 4);
  interface.linktype_offset = block.offset + header_octets;
  read_interface_options(block.body.substr(fixed), block.offset + header_octets + fixed, interface);
  interfaces_.push_back(interface);
}

void PcapngParser::read_interface_options(std::string_view options, std::uint64_t offset, Interface& interface) {
  each_option(options, offset, [&](std::uint16_t code, std::string_view value, std::uint64_t at) {
    if (code == if_tsresol && value.size() == 1) {
      if (!interface.clock.set_resolution(be8(value.data()))) report_each(Code::capfile_tsresol, {at, 5, 0});
    } else if (code == if_tsoffset && value.size() == 8) {
      interface.clock.set_offset(static_cast<std::int64_t>(u64(value.data())));
    } else if (code == if_fcslen && value.size() == 1) {
      interface.fcs_octets = be8(value.data());
    }
  });
}

void PcapngParser::on_statistics(const Block& block) {
  if (block.body.size() < 12) return report_each(Code::capfile_block_length, {block.offset + 4, 4, 0});
  const std::uint32_t interface = u32(block.body.data());
  if (interface >= described_interfaces_) missing_interface(block, interface);
}

void PcapngParser::missing_interface(const Block& block, std::uint32_t interface) {
  tallies_.add(Code::capfile_interface_missing, {block.offset, block.body.size() + smallest_block, 0},
               sections_ << 32 | interface);
}

void PcapngParser::on_secrets(const Block& block) {
  constexpr std::size_t fixed = 8;
  if (block.body.size() < fixed) return report_each(Code::capfile_block_length, {block.offset + 4, 4, 0});
  const std::uint32_t length = u32(block.body.data() + 4);
  sinks_.packets.on_secrets(u32(block.body.data()), block.body.substr(fixed, length));
}

void PcapngParser::on_enhanced_packet(const Block& block) {
  constexpr std::size_t fixed = 20;
  ++frames_;
  if (block.body.size() < fixed) {
    report_each(Code::capfile_block_length, {block.offset + 4, 4, frames_});
    return skip(block, SkippedRecord::inconsistent, 0);
  }
  const char* const body = block.body.data();
  const std::uint64_t ticks = std::uint64_t{u32(body + 4)} << 32 | u32(body + 8);
  // The obsolete packet block differs in its first word only: a shorter interface number and a count of drops.
  const std::uint32_t interface = block.type == old_packet ? u16(body) : u32(body);
  on_packet(block, {interface, u32(body + 12), u32(body + 16), fixed, true, ticks});
}

void PcapngParser::on_simple_packet(const Block& block) {
  constexpr std::size_t fixed = 4;
  ++frames_;
  if (block.body.size() < fixed) {
    report_each(Code::capfile_block_length, {block.offset + 4, 4, frames_});
    return skip(block, SkippedRecord::inconsistent, 0);
  }
  const std::uint32_t original = u32(block.body.data());
  const std::uint32_t snaplen = interfaces_.empty() ? 0 : interfaces_.front().snaplen;
  on_packet(block, {0, snaplen == 0 ? original : std::min(original, snaplen), original, fixed, false, 0});
}

void PcapngParser::on_packet(const Block& block, PacketFields fields) {
  const std::uint64_t room = block.body.size() - fields.octets_at;
  if (fields.interface >= described_interfaces_) {
    missing_interface(block, fields.interface);
    return skip(block, SkippedRecord::no_interface, std::min<std::uint64_t>(fields.captured, room));
  }
  if (fields.captured > room) {
    const std::uint64_t field = block.offset + header_octets + (fields.has_time ? 12 : 0);
    report_each(Code::capfile_caplen_gt_block, {field, 4, frames_});
    return skip(block, SkippedRecord::inconsistent, room);
  }
  if (fields.interface >= interfaces_.size()) return skip(block, SkippedRecord::too_many, fields.captured);
  deliver(block, fields, interfaces_[fields.interface]);
}

void PcapngParser::skip(const Block& block, SkippedRecord why, std::uint64_t octets) {
  sinks_.account.packet_octets += octets;
  sinks_.packets.on_skipped(why, {std::nullopt, frames_, sinks_.file}, block.offset, octets);
}

void PcapngParser::deliver(const Block& block, const PacketFields& fields, Interface& interface) {
  ++interface.packets;
  check(block, fields, interface);
  CapturedPacket packet;
  packet.stamp.frame = frames_;
  packet.stamp.file = sinks_.file;
  if (const auto time = fields.has_time ? interface.clock.nanoseconds(fields.ticks) : std::nullopt) {
    if (*time < interface.last_time) {
      tallies_.add(Code::capfile_timestamp_backwards, {block.offset, header_octets + fields.octets_at, frames_});
    }
    interface.last_time = *time;
    packet.stamp.time = Timestamp(std::chrono::nanoseconds(*time));
  }
  packet.file_offset = block.offset;
  packet.octets_offset = block.offset + header_octets + fields.octets_at;
  packet.original_length = fields.original;
  packet.linktype = interface.linktype;
  packet.interface = first_interface_ + fields.interface;
  packet.snaplen = interface.snaplen;
  packet.fcs_octets = interface.fcs_octets;
  packet.octets = block.body.substr(fields.octets_at, fields.captured);
  const std::size_t behind = std::min(block.body.size(), fields.octets_at + padded(fields.captured));
  if (fields.has_time && behind < block.body.size()) {
    constexpr std::uint16_t epb_flags = 2;  // the same number in both kinds of packet block
    each_option(block.body.substr(behind), block.offset + header_octets + behind,
                [&](std::uint16_t code, std::string_view value, std::uint64_t) {
                  if (code != epb_flags || value.size() != 4) return;
                  const std::uint32_t fcs = u32(value.data()) >> 5 & 0xFU;
                  if (fcs != 0) packet.fcs_octets = static_cast<std::uint8_t>(fcs);
                });
  }
  sinks_.account.packet_octets += packet.octets.size();
  sinks_.packets.on_packet(packet);
}

void PcapngParser::check(const Block& block, const PacketFields& fields, const Interface& interface) {
  const TalliedFindings::Place header{block.offset, header_octets + fields.octets_at, frames_};
  if (fields.captured == 0) tallies_.add(Code::capfile_empty_record, header);
  if (fields.captured > fields.original) tallies_.add(Code::capfile_caplen_gt_len, header);
  if (interface.snaplen != 0 && fields.captured > interface.snaplen)
    tallies_.add(Code::capfile_caplen_gt_snaplen, header);
}

}  // namespace mailparse
