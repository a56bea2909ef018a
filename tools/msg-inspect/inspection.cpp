#include "msg-inspect/inspection.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <mailparse/json/foreign_message.hpp>
#include <mailparse/json/json_writer.hpp>
#include <mailparse/json/message_record.hpp>
#include <mailparse/message/partial.hpp>

#include "msg-inspect/message_index.hpp"
#include "msg-inspect/mimetic_opinion.hpp"

namespace mailparse::tools {
namespace {

// A larger message is no fragment: splitting is for gateways that take little.
constexpr std::size_t fragment_octets = 32 * 1024 * 1024;
// Most records are shorter.
constexpr std::size_t record_octets = 8 * 1024;

bool wants_contents(View view) noexcept {
  return view == View::eml_parser || view == View::mailparser;
}

MessageSource source_of(const FoundMessage& found) {
  MessageSource source;
  source.file = found.file;
  source.format = found.format;
  source.flags = found.flags;
  source.offset = found.offset;
  source.length = found.length;
  source.index = found.index;
  source.partial_id = found.partial_id;
  source.fragments = found.fragments;
  return source;
}

/// To describe content takes longer than all the rest: only what the record shows is described.
void describe_attachments(ContentMagic& magic, const Message& message, std::vector<PartContents>& contents) {
  for (PartContents& one : contents) {
    const auto part = std::ranges::find(message.parts, one.path, &MessagePart::path);
    if (part != message.parts.end() && !is_eml_parser_attachment(*part)) continue;
    auto [text, type] = magic.describe(one.octets);
    one.description = std::move(text);
    one.described_type = std::move(type);
  }
}

}  // namespace

/// Hands parts to everyone who wants them.
class Inspection::Parts final : public PartSink {
 public:
  void add(PartSink* sink) {
    if (sink != nullptr) sinks_.push_back(sink);
  }
  /// Whether the message may be a fragment: it is one, or its header is not read yet.
  [[nodiscard]] bool may_be_fragment() const noexcept { return !root_ || *root_ == Root::fragment; }

  void on_part(const MessagePart& part) override {
    if (!root_) root_ = part.type == "message/partial" ? Root::fragment : Root::other;
    for (PartSink* sink : sinks_) sink->on_part(part);
  }
  void on_part_header(const MessagePart& part, const Header& header) override {
    for (PartSink* sink : sinks_) sink->on_part_header(part, header);
  }
  void on_part_octets(const MessagePart& part, std::string_view octets) override {
    for (PartSink* sink : sinks_) sink->on_part_octets(part, octets);
  }
  void on_part_end(const MessagePart& part) override {
    for (PartSink* sink : sinks_) sink->on_part_end(part);
  }
  void on_part_dropped(const MessagePart& part) override {
    for (PartSink* sink : sinks_) sink->on_part_dropped(part);
  }

  TextCollector texts;
  ContentsCollector contents;

 private:
  enum class Root : std::uint8_t { fragment, other };
  std::optional<Root> root_;  ///< absent until the message's own header was read
  std::vector<PartSink*> sinks_;
};

Inspection::Inspection(const InspectionTools& tools) : tools_(&tools), parts_(std::make_unique<Parts>()) {
  const InspectOptions& options = *tools.options;
  if (options.view == View::text) parts_->add(&parts_->texts);
  if (wants_contents(options.view)) parts_->add(&parts_->contents);
  parts_->add(tools.files);
  parts_->add(tools.part);
  MessageOptions reading;
  reading.limits = options.resources.limits;
  reading.parts = parts_.get();
  reading.anchors = tools.anchors;
  analyzer_ = std::make_unique<MessageAnalyzer>(reading);
  if (tools.part != nullptr) tools.part->begin_message();
}

Inspection::~Inspection() = default;

void Inspection::feed(std::string_view octets) {
  analyzer_->feed(octets);
  if (tools_->part != nullptr) tools_->part->on_octets(octets);
  if (!tools_->options->second_opinion && !parts_->may_be_fragment()) {
    octets_.clear();
    return;
  }
  // One octet more than is wanted says that there are too many.
  const std::size_t wanted = tools_->options->second_opinion ? compared_octets : fragment_octets;
  octets_.append(octets.substr(0, wanted + 1 - std::min(wanted + 1, octets_.size())));
}

Inspected Inspection::finish(const FoundMessage& found) {
  const InspectOptions& options = *tools_->options;
  AnalyzedMessage analyzed = analyzer_->finish({.dns = tools_->dns});
  Message& message = analyzed.message;
  if (found.lone_in_mbox)
    message.findings.insert(message.findings.begin(), make_diagnostic(Code::hdr_mbox_from_line, 0, 0));
  Inspected inspected;
  inspected.wanted = options.message.empty() || is_selected(options.message, found.index, message.id);
  const MessageSource source = source_of(found);
  if (tools_->files != nullptr) tools_->files->end_message(message, source, inspected.wanted);
  if (tools_->part != nullptr) tools_->part->end_message(message, inspected.wanted);
  if (!inspected.wanted) {
    keep_fragment(inspected, std::move(message), found);
    return inspected;
  }
  const auto grave = [&](const Diagnostic& finding) { return finding.severity >= *options.fail_on; };
  inspected.grave = options.fail_on && std::ranges::any_of(message.findings, grave);
  if (!options.index.empty() && found.fragments.empty()) inspected.index_line = index_line(found, message.id);
  if (tools_->part == nullptr) show(inspected, analyzed, source);
  keep_fragment(inspected, std::move(message), found);
  return inspected;
}

/// What was joined is not joined again: fragments of fragments would nest as deep as the input likes.
void Inspection::keep_fragment(Inspected& inspected, Message&& message, const FoundMessage& found) {
  if (!found.fragments.empty() || octets_.size() > fragment_octets || !partial_place(message)) return;
  inspected.fragment = std::make_unique<FoundFragment>(std::move(message), std::move(octets_), found.file);
}

void Inspection::show(Inspected& inspected, const AnalyzedMessage& analyzed, const MessageSource& source) {
  const InspectOptions& options = *tools_->options;
  const Message& message = analyzed.message;
  SecondOpinion opinion;
  MessageStyle style{.defang = options.defang};
  if (options.second_opinion) {
    opinion = ask_mimetic(message, octets_);
    style.second_opinion = &opinion;
  }
  if (!is_record(options.view)) {
    const Shown shown{message, source, parts_->texts.take(), style.second_opinion};
    return show_message(inspected.text, options.view, shown, tools_->style);
  }
  inspected.text.reserve(record_octets);
  JsonWriter writer(inspected.text);
  if (options.view == View::json) return write_message(writer, analyzed, source, style);
  std::vector<PartContents> contents = parts_->contents.take();
  if (options.view == View::mailparser) return write_mailparser(writer, message, contents);
  if (tools_->magic != nullptr) describe_attachments(*tools_->magic, message, contents);
  write_eml_parser(writer, message, contents, style);
}

}  // namespace mailparse::tools
