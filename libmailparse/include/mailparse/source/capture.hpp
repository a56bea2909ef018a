// A capture from its octets to conversations: file reader, decapsulation and reassembly in one.
// Layer: source.
//
//   Capture capture(factory, {}, file_findings);
//   for (each file, in time order) {
//     capture.begin_file(index);
//     while (octets) capture.feed(octets);
//     capture.end_file();
//   }
//   capture.finish();
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/limits.hpp>
#include <mailparse/source/capture_account.hpp>
#include <mailparse/source/captured_packet.hpp>
#include <mailparse/source/conversation.hpp>
#include <mailparse/source/dns.hpp>
#include <mailparse/source/reassembly.hpp>
#include <mailparse/source/tls_decryption.hpp>

namespace mailparse {

struct CaptureOptions {
  Limits limits;
  std::shared_ptr<PacketFilter> filter;  ///< null: every packet; compile_bpf() of bpf.hpp makes one
  bool verify_checksums = true;          ///< TCP checksums, for tcp.bad-checksum
  DnsSink* dns = nullptr;                ///< null, or where DNS messages in UDP go; must outlive the capture
  TlsKeyLog* keys = nullptr;             ///< learns the key logs that pcapng files carry, as they are met
};

/// Keys for encrypted conversations that a pcapng file carries with it.
struct CaptureSecrets {
  std::uint32_t type = 0;  ///< 0x544c534b: an NSS key log
  std::string octets;
};

/// Reads pcap and pcapng files, or packets of a live interface, and tells `factory` of each TCP conversation.
/// The findings of the file itself (capfile.*, ip.*, limit.encapsulation, limit.interfaces) go to `sink`; their offsets
/// count octets of the file after decompression. What belongs to a conversation goes to its listener.
class Capture {
 public:
  /// Keeps references to both for its lifetime.
  Capture(ConversationFactory& factory, CaptureOptions options, DiagnosticSink& sink);
  ~Capture();
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  /// Begins a file; `index` becomes Stamp::file. Where its first packet is no earlier than the last packet before it,
  /// the file is the next piece of one rotated capture and conversations go on; otherwise those of the files before
  /// are finished first.
  void begin_file(std::uint32_t index);
  /// Octets of the file in any cut.
  void feed(std::string_view octets);
  /// The file is over; an incomplete record is reported. Gives the account of this file.
  CaptureAccount end_file();

  /// Takes packets that come from no file, such as those of a LiveCapture; needs no begin_file(). Lives as long as
  /// this.
  [[nodiscard]] PacketSink& live();

  /// See TcpReassembly::on_silence().
  void on_silence();
  /// Ends the file, if it is open, and every conversation.
  void finish();

  /// Totals of all files so far, the one being read included.
  [[nodiscard]] CaptureAccount account() const;
  /// "pcap" or "pcapng", "live" after live(); empty until the first octets tell.
  [[nodiscard]] std::string_view format() const noexcept;
  /// Decryption secrets found so far, 64 MiB at most.
  [[nodiscard]] const std::vector<CaptureSecrets>& secrets() const noexcept;
  /// What became of the segments.
  [[nodiscard]] const ReassemblyTotals& conversations() const noexcept;

 private:
  class Reading;
  std::unique_ptr<Reading> reading_;
};

}  // namespace mailparse
