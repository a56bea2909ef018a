// What the readers of pcap and pcapng have in common.
// Layer: source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/source/capture_file.hpp>
#include <mailparse/source/captured_packet.hpp>

#include "source/tallied_findings.hpp"

namespace mailparse {

/// Captured octets that libpcap takes for possible in one packet; more needs a larger snapshot length to be believed.
inline constexpr std::uint32_t usual_packet_octets = 262'144;
/// What is ever put together for one record or block; libpcap's limit for a pcapng block.
inline constexpr std::uint32_t most_record_octets = 16 * 1024 * 1024;

/// Where a parser reports to.
struct RecordSinks {
  PacketSink& packets;
  DiagnosticSink& findings;
  CaptureFileAccount& account;
  std::uint32_t file = 0;
};

/// How far a window onto the file was read.
struct ParseStep {
  std::size_t consumed = 0;  ///< octets of the window done with
  std::size_t wanted = 0;    ///< octets behind them without which it cannot go on; more than the window still has
};

/// Reads records out of a window that begins where the last step ended.
class RecordParser {
 public:
  explicit RecordParser(RecordSinks sinks) : sinks_(sinks) {}
  RecordParser(const RecordParser&) = delete;
  RecordParser& operator=(const RecordParser&) = delete;
  virtual ~RecordParser() = default;

  /// Consumes the records that `window` holds whole; all of it when the file ends with the window (`last`).
  virtual ParseStep parse(std::string_view window, std::uint64_t offset, bool last) = 0;
  /// Reports what was counted.
  virtual void finish() { tallies_.report(sinks_.findings); }

 protected:
  /// The file ends inside a record at `offset` of which `left` octets are there.
  void truncated(std::uint64_t offset, std::uint64_t left, bool nothing_readable) {
    if (truncation_told_) return;
    truncation_told_ = true;
    Diagnostic diagnostic = make_diagnostic(Code::capfile_truncated, offset, left);
    if (nothing_readable) diagnostic.severity = Severity::error;
    sinks_.findings.report(std::move(diagnostic));
  }

  /// Reports a fault that is told each time, up to a number that no file meets by accident; then only counts.
  void report_each(Code code, const TalliedFindings::Place& place) {
    if (told_each_ >= most_told_each) return tallies_.add(code, place);
    ++told_each_;
    Diagnostic diagnostic = make_diagnostic(code, place.offset, place.length);
    diagnostic.frame = place.frame;
    sinks_.findings.report(std::move(diagnostic));
  }

  RecordSinks sinks_;
  TalliedFindings tallies_;
  std::uint64_t frames_ = 0;

 private:
  static constexpr std::uint32_t most_told_each = 1000;
  std::uint32_t told_each_ = 0;
  bool truncation_told_ = false;
};

}  // namespace mailparse
