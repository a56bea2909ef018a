// What a run read and what became of it: records of single inputs and of the whole.
// Layer: json. docs/schema/input.json, docs/schema/summary.json
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/json/json_writer.hpp>
#include <mailparse/source/capture_account.hpp>
#include <mailparse/source/reassembly.hpp>
#include <mailparse/trace/traffic_kind.hpp>

namespace mailparse {

/// One input that was read, to its end or as far as could be.
struct InputRecord {
  std::string file;
  std::string format;      ///< "pcap", "pcapng", "text"; empty where nothing was recognised
  std::string wrapping;    ///< "gzip" or "zstd"; empty otherwise
  std::uint64_t size = 0;  ///< octets read, as they lie on disk
  std::string sha256;      ///< of these; empty where it was not asked for, or the end was not reached
  std::vector<Diagnostic> findings;
  std::uint64_t findings_left_out = 0;
};

/// Conversations of one kind.
struct FlowCount {
  std::uint64_t flows = 0;
  std::uint64_t octets = 0;   ///< delivered, both sides
  std::uint64_t missing = 0;  ///< known to be missing, both sides
};

/// A whole run. The parts add up:
///   every equation of CaptureAccount and ReassemblyTotals;
///   octets of all flows = those that reassembly delivered + those that transcripts showed.
struct RunRecord {
  std::vector<InputRecord> inputs;  ///< their findings are not repeated
  CaptureAccount capture;
  ReassemblyTotals reassembly;
  std::uint64_t transcript_lines = 0;
  std::uint64_t transcript_octets = 0;  ///< of the conversations in them
  std::array<FlowCount, traffic_kinds> flows{};
  std::uint64_t sessions = 0;  ///< conversations that make a session record
  std::uint64_t messages = 0;
};

/// One line.
void write_input(JsonWriter& writer, const InputRecord& input);
/// One line.
void write_summary(JsonWriter& writer, const RunRecord& run);

}  // namespace mailparse
