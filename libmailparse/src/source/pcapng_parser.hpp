// Blocks of a pcapng file.
// Layer: source. draft-ietf-opsawg-pcapng 3, 4.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "source/pcapng_time.hpp"
#include "source/record_parser.hpp"

namespace mailparse {

/// Whether four octets begin a section header block, the same in both byte orders.
[[nodiscard]] bool is_pcapng_magic(std::string_view head) noexcept;

class PcapngParser final : public RecordParser {
 public:
  using RecordParser::RecordParser;
  ParseStep parse(std::string_view window, std::uint64_t offset, bool last) override;
  void finish() override;

  /// Whether the block at the start of the file has a byte-order magic; needs twelve octets.
  [[nodiscard]] static bool begins_section(std::string_view head) noexcept;

 private:
  struct Interface {
    std::uint32_t linktype = 0;
    std::uint32_t snaplen = 0;
    std::uint8_t fcs_octets = 0;
    PcapngClock clock;
    std::int64_t last_time = INT64_MIN;
    std::uint64_t linktype_offset = 0;  ///< of the field in the file
    std::uint64_t packets = 0;
  };
  /// A block as it stands in the window.
  struct Block {
    std::uint32_t type = 0;
    std::string_view body;     ///< between the two length fields
    std::uint64_t offset = 0;  ///< of the block in the file
  };
  /// The fields of a packet block of any kind.
  struct PacketFields {
    std::uint32_t interface = 0;
    std::uint32_t captured = 0;
    std::uint32_t original = 0;
    std::size_t octets_at = 0;  ///< in the body
    bool has_time = true;
    std::uint64_t ticks = 0;
  };
  struct Header {
    std::uint32_t type = 0;
    std::uint32_t total = 0;
    bool swapped = false;
  };

  [[nodiscard]] bool read_header(std::string_view window, Header& header) const noexcept;
  [[nodiscard]] bool begins_block(std::string_view window, std::uint32_t most_octets) const noexcept;
  std::size_t search(std::string_view window, bool last, std::size_t& wanted);

  void on_block(const Block& block);
  void on_section(const Block& block);
  void end_section();
  void on_interface(const Block& block);
  void read_interface_options(std::string_view options, std::uint64_t offset, Interface& interface);
  void on_statistics(const Block& block);
  void on_enhanced_packet(const Block& block);
  void on_simple_packet(const Block& block);
  void on_secrets(const Block& block);
  void on_packet(const Block& block, PacketFields fields);
  void deliver(const Block& block, const PacketFields& fields, Interface& interface);
  void skip(const Block& block, SkippedRecord why, std::uint64_t octets);
  void missing_interface(const Block& block, std::uint32_t interface);
  void check(const Block& block, const PacketFields& fields, const Interface& interface);
  template <typename Visit>
  void each_option(std::string_view options, std::uint64_t offset, Visit visit);

  [[nodiscard]] std::uint16_t u16(const char* octets) const noexcept;
  [[nodiscard]] std::uint32_t u32(const char* octets) const noexcept;
  [[nodiscard]] std::uint64_t u64(const char* octets) const noexcept;

  bool searching_ = false;
  bool swapped_ = false;
  bool section_swapped_ = false;  ///< byte order of the section before, while a new one begins
  std::uint64_t sections_ = 0;
  std::uint32_t first_interface_ = 0;       ///< number in the file of this section's first interface
  std::uint32_t described_interfaces_ = 0;  ///< in this section, those beyond the limit included
  std::vector<Interface> interfaces_;       ///< of this section
};

}  // namespace mailparse
