#include <mailparse/json/finding.hpp>
#include <mailparse/json/names.hpp>
#include <mailparse/json/session_record.hpp>
#include <mailparse/json/summary.hpp>

namespace mailparse {
namespace {

void write_input_members(JsonWriter& writer, const InputRecord& input) {
  writer.string(names::file, input.file);
  writer.string_if(names::format, input.format);
  writer.string_if(names::wrapping, input.wrapping);
  writer.uint(names::size, input.size);
  writer.string_if(names::sha256, input.sha256);
}

void write_frames(JsonWriter& writer, const CaptureAccount& capture) {
  writer.begin_object(names::frames);
  writer.uint(names::read, capture.frames);
  writer.uint(names::decoded, capture.decoded_frames());
  writer.begin_object(names::skipped);
  for (std::size_t index = 0; index < frame_fates; ++index) {
    const auto fate = static_cast<FrameFate>(index);
    const bool decoded = fate == FrameFate::tcp || fate == FrameFate::ip_fragment;
    if (!decoded && capture[fate].frames != 0) writer.uint(to_string(fate), capture[fate].frames);
  }
  writer.end_object();
  writer.end_object();
}

void write_file_octets(JsonWriter& writer, const CaptureAccount& capture) {
  writer.begin_object(names::captures);
  writer.uint(names::total, capture.file_octets);
  writer.uint(names::framing, capture.framing_octets);
  writer.uint(names::damaged, capture.damaged_octets);
  writer.uint(names::packets, capture.packet_octets);
  writer.end_object();
}

void write_packet_octets(JsonWriter& writer, const CaptureAccount& capture) {
  writer.begin_object(names::packets);
  writer.uint(names::total, capture.packet_octets);
  for (std::size_t index = 0; index < frame_fates; ++index) {
    const auto fate = static_cast<FrameFate>(index);
    if (capture[fate].octets != 0) writer.uint(to_string(fate), capture[fate].octets);
  }
  writer.end_object();
}

/// Segments made whole from IP fragments bring payload that no single frame of fate tcp holds.
void write_tcp_octets(JsonWriter& writer, const CaptureAccount& capture) {
  writer.begin_object(names::tcp);
  writer.uint(names::total, capture[FrameFate::tcp].octets);
  writer.uint(names::headers, capture.tcp_header_octets);
  writer.uint(names::payload, capture.tcp_payload_octets);
  writer.end_object();
}

void write_payload_octets(JsonWriter& writer, const CaptureAccount& capture, const ReassemblyTotals& totals) {
  writer.begin_object(names::payload);
  writer.uint(names::total, totals.payload_octets);
  writer.uint(names::from_fragments, capture.reassembled_tcp_payload_octets);
  writer.uint(names::delivered, totals.delivered);
  writer.uint(names::repeated, totals.repeated);
  writer.uint(names::conflicting, totals.conflicting);
  writer.uint(names::keep_alive, totals.keep_alive);
  writer.uint(names::before_start, totals.before_start);
  writer.uint(names::after_fin, totals.after_fin);
  writer.uint(names::out_of_window, totals.out_of_window);
  writer.uint(names::refused, totals.refused);
  writer.uint(names::late, totals.late);
  writer.uint(names::stray, totals.stray);
  writer.end_object();
}

void write_octets(JsonWriter& writer, const RunRecord& run) {
  writer.begin_object(names::octets);
  write_file_octets(writer, run.capture);
  write_packet_octets(writer, run.capture);
  write_tcp_octets(writer, run.capture);
  write_payload_octets(writer, run.capture, run.reassembly);
  writer.uint(names::transcripts, run.transcript_octets);
  writer.uint(names::missing, run.reassembly.missing);
  writer.end_object();
}

void write_flows(JsonWriter& writer, const RunRecord& run) {
  writer.begin_object(names::flows);
  for (std::size_t index = 0; index < traffic_kinds; ++index) {
    const FlowCount& count = run.flows[index];
    if (count.flows == 0) continue;
    writer.begin_object(to_string(static_cast<TrafficKind>(index)));
    writer.uint(names::count, count.flows);
    writer.uint(names::octets, count.octets);
    writer.uint(names::missing, count.missing);
    writer.end_object();
  }
  writer.end_object();
}

void write_connections(JsonWriter& writer, const ReassemblyTotals& totals) {
  writer.begin_object(names::connections);
  writer.uint(names::total, totals.connections);
  writer.uint(names::conversations, totals.conversations);
  writer.uint(names::half_open, totals.half_open);
  writer.uint(names::without_octets, totals.without_octets);
  writer.uint(names::evicted, totals.evicted);
  writer.end_object();
}

}  // namespace

void write_input(JsonWriter& writer, const InputRecord& input) {
  writer.begin_object();
  writer.string(names::record, "input");
  writer.uint(names::schema, schema_version);
  write_input_members(writer, input);
  writer.begin_array(names::findings);
  for (const Diagnostic& finding : input.findings) write_finding(writer, finding);
  writer.end_array();
  if (input.findings_left_out != 0) writer.uint(names::findings_left_out, input.findings_left_out);
  writer.end_object();
  writer.end_line();
}

void write_summary(JsonWriter& writer, const RunRecord& run) {
  writer.begin_object();
  writer.string(names::record, "summary");
  writer.uint(names::schema, schema_version);
  writer.begin_array(names::inputs);
  for (const InputRecord& input : run.inputs) {
    writer.begin_object();
    write_input_members(writer, input);
    writer.end_object();
  }
  writer.end_array();
  write_frames(writer, run.capture);
  writer.uint(names::lines, run.transcript_lines);
  write_connections(writer, run.reassembly);
  write_flows(writer, run);
  write_octets(writer, run);
  writer.uint(names::sessions, run.sessions);
  writer.uint(names::messages, run.messages);
  writer.end_object();
  writer.end_line();
}

}  // namespace mailparse
