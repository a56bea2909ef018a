// A header cut into fields: whole and in pieces alike, every field where it is said to be, body octets given back.
#include <cstdint>
#include <string>

#include <mailparse/message/header.hpp>
#include <mailparse/message/message_fields.hpp>

#include "fields_fuzz.hpp"

namespace {

using namespace mailparse;

void check_places(const Header& header, std::string_view octets) {
  std::uint64_t end = 0;
  for (const HeaderField& f : header.fields()) {
    fuzz::require(f.offset >= end && f.offset + f.length <= header.length());
    fuzz::require(octets.substr(f.offset, f.raw.size()) == f.raw);
    fuzz::require(octets.substr(f.value_offset, f.value.size()) == f.value);
    end = f.offset + f.length;
  }
  fuzz::require(header.length() <= octets.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  HeaderOptions options;
  options.outermost = (data[0] & 1) != 0;
  options.cr_line_ends = (data[0] & 2) != 0;
  if ((data[0] & 4) != 0) {
    options.limits.header_field_octets = 40;
    options.limits.header_fields = 5;
    options.limits.header_octets = 300;
  }
  const std::size_t step = 1 + data[1];
  const std::string_view octets(reinterpret_cast<const char*>(data) + 2, size - 2);

  DiagnosticList whole_findings;
  const Header whole = read_header(octets, whole_findings, 0, options);
  check_places(whole, octets);

  DiagnosticList findings;
  HeaderReader reader(findings, 0, options);
  std::string body;
  bool ended = false;
  for (std::size_t at = 0; at < octets.size() && !ended; at += step) {
    const std::string piece(octets.substr(at, step));
    const std::size_t taken = reader.push(piece);
    ended = reader.done();
    if (!ended) {
      fuzz::require(taken == piece.size());
      continue;
    }
    body = std::string(reader.body_start()) + piece.substr(taken);
    body += octets.substr(std::min(at + piece.size(), octets.size()));
    fuzz::require(reader.header().fields().size() == whole.fields().size());
    for (std::size_t i = 0; i < whole.fields().size(); ++i)
      fuzz::require(reader.header().fields()[i] == whole.fields()[i]);
  }
  if (!ended) {
    reader.finish();
    body = reader.body_start();
  }
  fuzz::require(reader.header().length() == whole.length() && reader.header().end() == whole.end());
  fuzz::require(reader.header().separator_length() == whole.separator_length());
  fuzz::require(reader.header().line_ends() == whole.line_ends());
  fuzz::require(reader.header().gaps().size() == whole.gaps().size());
  fuzz::require(findings.items().size() == whole_findings.items().size());
  fuzz::require(body == octets.substr(whole.length()));

  Arena arena;
  DiagnosticList field_findings;
  (void)read_message_fields(whole, arena, field_findings);
  for (const Diagnostic& d : field_findings.items()) fuzz::require(d.offset + d.length <= octets.size());
  return 0;
}
