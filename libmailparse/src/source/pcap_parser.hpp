// Records of a pcap file.
// Layer: source. draft-ietf-opsawg-pcap 4, 5.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "source/record_parser.hpp"

namespace mailparse {

/// Whether four octets begin a pcap file in any order and variant that PcapParser reads.
[[nodiscard]] bool is_pcap_magic(std::string_view head) noexcept;

class PcapParser final : public RecordParser {
 public:
  using RecordParser::RecordParser;
  ParseStep parse(std::string_view window, std::uint64_t offset, bool last) override;
  void finish() override;

 private:
  /// The fields of a record header that count.
  struct Record {
    std::uint32_t seconds = 0;
    std::uint32_t fraction = 0;
    std::uint32_t captured = 0;
    std::uint32_t original = 0;
  };
  enum class Verdict : std::uint8_t { yes, no, unclear };

  void read_file_header(std::string_view header);
  [[nodiscard]] Record record_at(const char* header) const noexcept;
  [[nodiscard]] bool too_large(std::uint32_t captured) const noexcept;
  void emit(const Record& record, std::string_view octets, std::uint64_t offset);
  void check(const Record& record, std::uint64_t offset);

  [[nodiscard]] bool plausible(const Record& record) const noexcept;
  [[nodiscard]] Verdict begins_record(std::string_view window, bool last, std::size_t& wanted) const noexcept;
  std::size_t search(std::string_view window, bool last, std::size_t& wanted);

  enum class State : std::uint8_t {
    file_header,  ///< the 24 octets before the first record
    record,       ///< at a record header
    searching,    ///< behind damage: looking for the next record header
  };
  State state_ = State::file_header;
  bool swapped_ = false;
  bool nanoseconds_ = false;
  /// pcap before 2.4 had the two length fields the other way round, and 2.3 was written both ways.
  enum class LengthOrder : std::uint8_t {
    captured_first,
    original_first,
    smaller_is_captured
  } lengths_ = LengthOrder::captured_first;
  std::uint8_t record_header_octets_ = 16;
  std::uint8_t fcs_octets_ = 0;
  std::uint32_t snaplen_ = 0;
  std::uint32_t linktype_ = 0;
  std::int64_t last_time_ = INT64_MIN;  ///< nanoseconds, of the record before
  std::optional<std::uint32_t> last_seconds_;
};

}  // namespace mailparse
