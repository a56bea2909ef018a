// Push reader for pcap and pcapng files.
// Layer: source. draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.
//
// The octets of a file come in any cut. A record that lies whole within one cut is handed on without a copy; only one
// that spans two is put together first. A damaged file is read on from the next place that can only be a record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/source/captured_packet.hpp>

namespace mailparse {

class RecordParser;

/// Where the octets of a file went. file = framing + packet + damaged, and those of a record that is not complete yet.
struct CaptureFileAccount {
  std::uint64_t file_octets = 0;
  std::uint64_t framing_octets = 0;
  std::uint64_t packet_octets = 0;
  std::uint64_t damaged_octets = 0;
};

/// Reads one pcap or pcapng file: both byte orders, micro- and nanoseconds, the modified pcap of 0xa1b2cd34, the length
/// fields of pcap before 2.4, sections and interfaces of any number, resolution and order. Reports capfile.* and
/// limit.interfaces with offsets in the file; those told together are reported by finish().
class CaptureFileReader {
 public:
  /// Keeps references to the sinks. `file` becomes Stamp::file.
  CaptureFileReader(PacketSink& packets, DiagnosticSink& findings, std::uint32_t file = 0);
  ~CaptureFileReader();
  CaptureFileReader(const CaptureFileReader&) = delete;
  CaptureFileReader& operator=(const CaptureFileReader&) = delete;

  void feed(std::string_view octets);
  /// The file ends here. Nothing may be fed afterwards.
  void finish();

  /// "pcap", "pcapng", or empty while the first four octets have not come or are neither's.
  [[nodiscard]] std::string_view format() const noexcept { return format_; }
  [[nodiscard]] const CaptureFileAccount& account() const noexcept { return account_; }

 private:
  std::size_t parse(std::string_view window, bool last);
  void recognise(std::string_view window, bool last);
  void drop_kept(std::size_t octets);

  PacketSink* packets_;
  DiagnosticSink* findings_;
  std::uint32_t file_;
  std::string_view format_;
  CaptureFileAccount account_;
  std::unique_ptr<RecordParser> parser_;
  std::uint64_t offset_ = 0;    ///< in the file, of the next octet to parse
  std::size_t wanted_ = 4;      ///< octets from there without which parsing cannot go on
  std::string kept_;            ///< the beginning of a record whose rest has not come
  std::size_t kept_begin_ = 0;  ///< octets at its start that are done with
};

}  // namespace mailparse
