#include <algorithm>

#include <mailparse/source/capture_file.hpp>

#include "source/pcap_parser.hpp"
#include "source/pcapng_parser.hpp"

namespace mailparse {
namespace {

/// Octets of a file whose format is not known: nothing in it is a record.
class NoParser final : public RecordParser {
 public:
  using RecordParser::RecordParser;
  ParseStep parse(std::string_view window, std::uint64_t, bool) override {
    sinks_.account.damaged_octets += window.size();
    return {window.size(), 0};
  }
};

/// A byte-order magic needs this many octets before a pcapng file is one.
constexpr std::size_t section_head_octets = 12;

}  // namespace

CaptureFileReader::CaptureFileReader(PacketSink& packets, DiagnosticSink& findings, std::uint32_t file)
    : packets_(&packets), findings_(&findings), file_(file) {}
CaptureFileReader::~CaptureFileReader() = default;

void CaptureFileReader::feed(std::string_view octets) {
  account_.file_octets += octets.size();
  while (!octets.empty()) {
    if (kept_.empty()) {
      octets.remove_prefix(parse(octets, false));
      kept_.assign(octets);
      return;
    }
    const std::size_t have = kept_.size() - kept_begin_;
    const std::size_t take = std::min(octets.size(), wanted_ - have);
    kept_.append(octets.substr(0, take));
    octets.remove_prefix(take);
    if (have + take < wanted_) return;
    drop_kept(parse(std::string_view(kept_).substr(kept_begin_), false));
  }
}

/// Octets done with go only when they are the greater part, so that each is moved at most once on average.
void CaptureFileReader::drop_kept(std::size_t octets) {
  kept_begin_ += octets;
  if (kept_begin_ == kept_.size()) {
    kept_.clear();
    kept_begin_ = 0;
  } else if (kept_begin_ > kept_.size() / 2) {
    kept_.erase(0, kept_begin_);
    kept_begin_ = 0;
  }
}

void CaptureFileReader::finish() {
  if (account_.file_octets == 0) findings_->report(make_diagnostic(Code::capfile_empty, 0, 0));
  if (!kept_.empty()) drop_kept(parse(std::string_view(kept_).substr(kept_begin_), true));
  if (parser_) parser_->finish();
}

std::size_t CaptureFileReader::parse(std::string_view window, bool last) {
  if (!parser_) recognise(window, last);
  if (!parser_) return 0;
  const ParseStep step = parser_->parse(window, offset_, last);
  offset_ += step.consumed;
  wanted_ = step.wanted;
  return step.consumed;
}

void CaptureFileReader::recognise(std::string_view window, bool last) {
  const RecordSinks sinks{*packets_, *findings_, account_, file_};
  if (window.size() >= 4 && is_pcap_magic(window)) {
    format_ = "pcap";
    parser_ = std::make_unique<PcapParser>(sinks);
  } else if (is_pcapng_magic(window) &&
             (window.size() < section_head_octets ? last : PcapngParser::begins_section(window))) {
    format_ = "pcapng";
    parser_ = std::make_unique<PcapngParser>(sinks);
  } else if (last || (window.size() >= 4 && !is_pcapng_magic(window)) || window.size() >= section_head_octets) {
    findings_->report(make_diagnostic(Code::capfile_unknown_format, 0, std::min<std::size_t>(window.size(), 4)));
    parser_ = std::make_unique<NoParser>(sinks);
  } else {
    wanted_ = window.size() < 4 ? 4 : section_head_octets;
  }
}

}  // namespace mailparse
