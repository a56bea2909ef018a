// One packet as a capture file or a live interface gives it, and who listens.
// Layer: source. https://www.tcpdump.org/linktypes.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <mailparse/base/provenance.hpp>

namespace mailparse {

/// Name of a LINKTYPE_ number without its prefix ("ETHERNET"), or the number in digits where this project has no name.
[[nodiscard]] std::string linktype_name(std::uint32_t linktype);

/// One record of a capture.
struct CapturedPacket {
  Stamp stamp;                        ///< frame: number of the record in its file from 1, as Wireshark counts
  std::uint64_t file_offset = 0;      ///< of the record's header
  std::uint64_t octets_offset = 0;    ///< of the packet's first octet
  std::uint32_t original_length = 0;  ///< octets of the packet on the wire
  std::uint32_t linktype = 0;         ///< LINKTYPE_ number
  std::uint32_t interface = 0;        ///< index among the interfaces of the file, over all sections
  std::uint32_t snaplen = 0;          ///< limit of the interface, 0: none
  std::uint8_t fcs_octets = 0;  ///< length of the frame check sequence that ends the octets, when the file tells it
  std::string_view octets;      ///< as captured; live during the call only
};

/// Why a record that is no packet to decode was passed over.
enum class SkippedRecord : std::uint8_t {
  no_interface,  ///< names an interface that is not described (capfile.interface-missing)
  too_many,      ///< of an interface beyond the limit (limit.interfaces)
  inconsistent,  ///< its captured length does not fit its block (capfile.caplen-gt-block)
};

/// Receives the records of one capture in file order.
class PacketSink {
 public:
  virtual ~PacketSink() = default;
  virtual void on_packet(const CapturedPacket& packet) = 0;
  /// A record that has a frame number but cannot be read as a packet: it stands at `file_offset` in the file and holds
  /// `octets` packet octets.
  virtual void on_skipped(SkippedRecord why, const Stamp& stamp, std::uint64_t file_offset, std::uint64_t octets) = 0;
  /// A decryption secrets block: `type` is its four-octet secrets type (0x544c534b: a TLS key log).
  virtual void on_secrets(std::uint32_t type, std::string_view octets) = 0;
};

/// A decision about packets before they are decoded.
class PacketFilter {
 public:
  virtual ~PacketFilter() = default;
  [[nodiscard]] virtual bool keep(const CapturedPacket& packet) = 0;
};

}  // namespace mailparse
