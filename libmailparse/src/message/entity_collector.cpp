#include <algorithm>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/content_type.hpp>
#include <mailparse/message/encoded_word.hpp>
#include <mailparse/message/mime_tree.hpp>

#include "message/message_assembly.hpp"
#include "message/message_body.hpp"

namespace mailparse {
namespace {

// Enclosed messages that are digested as a whole, counted from the outermost: each level digests all octets below it
// once more, so that without a limit a hundred of them would cost a hundredfold.
constexpr std::size_t hashed_messages_limit = 8;
// How much of a preamble or epilogue is looked at for a hidden entity.
constexpr std::size_t margin_limit = 64 * 1024;

/// An entity's header and some text behind an empty line, in text that should be none: offset of its first field.
std::optional<std::size_t> find_entity(std::string_view text) noexcept {
  std::optional<std::size_t> field;
  bool header_over = false;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const std::string_view name = trim_blanks(line.substr(0, std::min(line.find(':'), line.size())));
    const bool tells =
        name.size() < line.size() && (iequals(name, "content-type") || iequals(name, "content-disposition") ||
                                      iequals(name, "content-transfer-encoding"));
    if (tells && !header_over && !field) field = at;
    if (field && header_over && !trim_blanks(line).empty()) return field;
    if (line.empty() && field) header_over = true;
    at = end + 1;
  }
  return std::nullopt;
}

}  // namespace

EntityCollector::EntityCollector(MessageAssembly& assembly, const std::uint32_t* container, std::uint32_t nesting)
    : assembly_(&assembly),
      container_(container != nullptr ? *container : 0),
      nested_(container != nullptr),
      nesting_(nesting) {}

EntityCollector::~EntityCollector() = default;

MessagePart& EntityCollector::part(const Open& open) {
  return assembly_->message().parts[open.part];
}

void EntityCollector::on_entity(const MimeEntity& entity) {
  Open open;
  const bool root = open_.empty();
  const std::uint32_t parent = root ? container_ : part_of_entity_[entity.parent];
  open.part = assembly_->add_part(parent);
  if (!root) {
    const Open& around = open_.back();
    open.returned = around.returned || (around.report && entity.number > 1);
  }
  MessagePart& self = assembly_->message().parts[open.part];
  if (root && !nested_) self.parent = open.part;
  open.number = entity.number;
  self.offset = entity.offset;
  self.origin = nested_ ? PartOrigin::decoded : PartOrigin::message;
  part_of_entity_.push_back(open.part);
  prefixes_.emplace_back();
  open_.push_back(std::move(open));
}

void EntityCollector::on_header(const MimeEntity& entity, const Header& header, const EntityHead& head) {
  Open& open = open_.back();
  MessagePart& self = part(open);
  const bool root = open_.size() == 1;
  const std::string top_prefix = nested_ ? assembly_->message().parts[container_].path + "." : std::string();
  self.path = section_path(entity, root ? std::string_view(top_prefix) : prefixes_[entity.parent]);
  prefixes_[entity.index] = section_prefix(entity, self.path);
  self.kind = entity.kind;
  self.type = head.type;
  self.params = head.parameters;
  self.charset = head.charset;
  self.encoding = head.encoding;
  self.encoding_name = head.encoding_name;
  self.body_offset = header.offset() + header.length();
  // Of a separator of blanks only the line end stands between header and body.
  self.header_length = header.length() - std::min<std::uint64_t>(header.separator_length(), 2);
  if (entity.kind == EntityKind::multipart) open.boundary = head.boundary;
  open.report = head.type == "multipart/report";
  open.is_signed = head.type == "multipart/signed" && entity.kind == EntityKind::multipart;
  if (open.is_signed) ++signed_;
  open.header_empty = header.fields().empty();
  open.header_read = true;
  for (Diagnostic& held : std::exchange(open.before_header, {})) report(std::move(held));
  if (root && !nested_) assembly_->on_message_header(header, head);
  if (entity.number == 0 && self.parent != open.part && assembly_->is_returned(self.parent))
    assembly_->add_returned(self.parent, read_returned_message(header, assembly_->options().limits));
  if (entity.number == 0 && (nested_ || !root) && !open.returned) check_enclosed_fields(header);
  assembly_->note_line_ends(header.line_ends(), root && !nested_ ? std::string() : self.path);
  read_names(header, head, self);
  if (PartSink* const sink = assembly_->options().parts; sink != nullptr) {
    sink->on_part(self);
    sink->on_part_header(self, header);
  }
  if (entity.kind == EntityKind::message && hashed_messages_ < hashed_messages_limit) {
    open.digests = std::make_unique<ContentDigests>(assembly_->options().digests);
    ++hashed_messages_;
  }
  const bool leaf = entity.kind != EntityKind::multipart && entity.kind != EntityKind::message;
  if (!leaf) return;
  open.body = std::make_unique<Body>(*assembly_, open.part, head, nesting_, entity.depth);
  if (is_identity(head.encoding)) return;
  for (const Open& around : open_) {
    if (!around.boundary.empty()) open.body->watch_for("--" + around.boundary);
  }
}

/// An enclosed message misleads those who open it as the message around it would.
void EntityCollector::check_enclosed_fields(const Header& header) {
  Arena arena;
  FieldsOptions fields;
  fields.outermost = false;
  fields.limits = assembly_->options().limits;
  static_cast<void>(read_message_fields(header, arena, *this, fields));
  if (const HeaderField* const version = header.first(FieldName::mime_version))
    check_mime_version(version->body(), *this, fields.limits);
}

void EntityCollector::read_names(const Header& header, const EntityHead& head, MessagePart& self) {
  Arena arena;
  ContentDisposition disposition;
  const HeaderField* field = header.first(FieldName::content_disposition);
  if (field != nullptr)
    disposition = read_content_disposition(field->body(), arena, *this, assembly_->options().limits);
  self.disposition = disposition.type;

  const Parameter* filename = disposition.parameters.find("filename");
  const MimeParameter* name = head.parameter("name");
  std::uint64_t offset = 0, length = 0;
  if (filename != nullptr) {
    self.names.push_back({std::string(filename->value), FileNameSource::disposition});
    offset = filename->value_offset;
    length = filename->value_length;
  }
  if (name != nullptr) {
    if (filename == nullptr) {
      offset = name->offset;
      length = name->length;
    }
    self.names.push_back({name->value, FileNameSource::type_name});
  }
  // Names that would be opened by different programs.
  const std::string chosen = self.names.empty() ? std::string() : self.names.front().name;
  const auto conflicts = [&](std::string_view other) {
    const std::string a = file_extension(chosen), b = file_extension(other);
    return !a.empty() && !b.empty() && a != b;
  };
  const auto tell_conflict = [&](std::uint64_t at, std::uint64_t octets, bool same_field, std::string_view other) {
    Diagnostic diagnostic = make_diagnostic(Code::attach_filename_conflict, at, octets);
    if (same_field) diagnostic.severity = Severity::error;
    diagnostic.part = self.path;
    diagnostic.detail = std::string(other);
    assembly_->report(std::move(diagnostic));
  };
  bool told = false;
  for (const Parameter& other : disposition.parameters.items) {
    if (told || other.name != "filename" || &other == filename || !conflicts(other.value)) continue;
    tell_conflict(other.value_offset, other.value_length, filename->form == other.form, other.value);
    told = true;
  }
  if (!told && filename != nullptr && name != nullptr && conflicts(name->value)) {
    tell_conflict(name->offset, name->length, false, name->value);
    told = true;
  }
  if (!told && head.other_name)
    tell_conflict(head.other_name->offset, head.other_name->length, head.other_name_repeats, head.other_name->value);

  self.filename = chosen;
  if (!self.names.empty()) assembly_->check_name(chosen, offset, length, self.path);
  if (const HeaderField* id = header.first(FieldName::content_id)) {
    self.content_id = trim_blanks(id->value);
    static_cast<void>(read_message_ids(id->body(), arena, *this, assembly_->options().limits));
    if (self.names.empty()) {
      DiagnosticList found;
      std::string_view bare = self.content_id;
      if (bare.starts_with('<')) bare.remove_prefix(1);
      if (bare.ends_with('>')) bare.remove_suffix(1);
      check_identifier_path(bare, id->value_offset, id->value.size(), found);
      for (Diagnostic& diagnostic : found.take()) {
        diagnostic.part = self.path;
        assembly_->report(std::move(diagnostic));
      }
    }
  }
  const bool structural = head.is_multipart() || head.type == "message/delivery-status" ||
                          head.type == "message/partial" || head.type == "message/disposition-notification" ||
                          head.type == "message/feedback-report" || head.type == "message/external-body";
  const bool plain = head.type.starts_with("text/") || structural || head.is_message();
  self.attachment = self.disposition == "attachment" ||
                    (!head.is_multipart() &&
                     (!self.filename.empty() || (!plain && self.disposition != "inline" && self.content_id.empty())));
}

void EntityCollector::on_octets(const MimeEntity& entity, MimeRange range, std::uint64_t offset,
                                std::string_view octets) {
  Open& open = open_.back();
  if (hashed_messages_ > 0) {
    for (Open& around : open_) {
      // The message's own header stands outside of it.
      if (around.digests == nullptr || &around == &open) continue;
      around.digests->update(octets);
      if (assembly_->options().parts != nullptr) assembly_->options().parts->on_part_octets(part(around), octets);
    }
  }
  if (signed_ > 0 && assembly_->options().anchors != nullptr) keep_signed(octets);
  if (range == MimeRange::header && open_.size() == 1 && !nested_) assembly_->on_header_octets(octets);
  if (range == MimeRange::body && open.body != nullptr) return open.body->raw(octets, offset);
  if (range != MimeRange::preamble && range != MimeRange::epilogue) return;
  static_cast<void>(entity);
  Margin& margin = range == MimeRange::preamble ? open.preamble : open.epilogue;
  if (margin.length == 0) margin.offset = offset;
  margin.length += octets.size();
  if (margin.text.size() < margin_limit) margin.text.append(octets.substr(0, margin_limit - margin.text.size()));
}

void EntityCollector::on_entity_end(const MimeEntity& entity, std::uint64_t end, EntityEnd, const RunTally& tally) {
  Open& open = open_.back();
  {
    MessagePart& self = part(open);
    self.body_length = end - self.body_offset;
    self.decoded_size = self.body_length;
  }
  if (open.body != nullptr) open.body->end(tally, open.header_empty, open.returned);
  MessagePart& self = part(open);
  if (open.digests != nullptr) {
    open.digests->finish(self);
    --hashed_messages_;
    if (assembly_->options().parts != nullptr) assembly_->options().parts->on_part_end(self);
  }
  protect(open);
  if (entity.kind == EntityKind::multipart) {
    tell_margin(open, open.preamble, Code::mime_multipart_entity_in_preamble);
    tell_margin(open, open.epilogue, Code::mime_multipart_entity_in_epilogue);
    tell_margin_octets(open, tally);
  }
  open_.pop_back();
}

/// Octets of the first part of each multipart/signed around them, as they stand.
void EntityCollector::keep_signed(std::string_view octets) {
  for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
    Open& around = open_[i];
    if (!around.is_signed || open_[i + 1].number != 1) continue;
    const std::size_t room = protection_octets_read + 1 - around.signed_octets.size();
    around.signed_octets.append(octets.substr(0, room));
  }
}

/// Names what a multipart/signed or multipart/encrypted is. RFC 1847, RFC 3156, RFC 8551 3.5.
void EntityCollector::protect(Open& open) {
  MessagePart& self = part(open);
  if (self.kind != EntityKind::multipart || (!open.is_signed && self.type != "multipart/encrypted")) return;
  if (open.is_signed) --signed_;
  Protection protection;
  const std::string signature = open.is_signed ? assembly_->take_signature(open.part) : std::string();
  const auto protocol = std::ranges::find(self.params, "protocol", &MimeParameter::name);
  const bool pgp = protocol != self.params.end() && istarts_with(protocol->value, "application/pgp-");
  if (!signature.empty()) {
    const bool whole = open.signed_octets.size() <= protection_octets_read;
    const TrustAnchors* const anchors = assembly_->options().anchors;
    protection = read_cms_signature(signature, open.signed_octets, whole ? anchors : nullptr);
    if (!whole && anchors != nullptr) protection.signature = SignatureOutcome::unchecked;
  } else {
    protection.format = pgp ? ProtectionFormat::pgp : ProtectionFormat::cms;
    protection.kind = open.is_signed ? ProtectionKind::detached_signature : ProtectionKind::encrypted;
  }
  self.protection = std::make_shared<const Protection>(std::move(protection));
}

void EntityCollector::tell_margin(const Open& open, const Margin& margin, Code code) {
  const auto at = find_entity(margin.text);
  if (!at) return;
  Diagnostic diagnostic = make_diagnostic(code, margin.offset + *at, margin.length - *at);
  diagnostic.part = part(open).path;
  assembly_->report(std::move(diagnostic));
}

/// What preamble and epilogue hold beside text.
void EntityCollector::tell_margin_octets(const Open& open, const RunTally& tally) {
  const auto tell = [&](Code code, const Occurrences& found) {
    if (found.count == 0) return;
    Diagnostic diagnostic = make_diagnostic(code, found.first, 1);
    diagnostic.count = found.count;
    diagnostic.part = part(open).path;
    assembly_->report(std::move(diagnostic));
  };
  tell(Code::msg_nul, tally.nul);
  if (!assembly_->cr_line_ends()) tell(Code::mime_line_too_long, tally.long_lines);
  assembly_->note_line_ends(open.part, tally, {});
}

/// The path of a part is known once its header is read; findings of the message's own header name no part.
void EntityCollector::report(Diagnostic diagnostic) {
  if (open_.empty()) return assembly_->report(std::move(diagnostic));
  Open& open = open_.back();
  if (!open.header_read) {
    open.before_header.push_back(std::move(diagnostic));
    return;
  }
  if (diagnostic.part.empty() && (open_.size() > 1 || nested_)) diagnostic.part = part(open).path;
  assembly_->report(std::move(diagnostic));
}

}  // namespace mailparse
