#include <mailparse/message/encoded_word.hpp>
#include <mailparse/message/message_fields.hpp>

#include "message/field_checks.hpp"
#include "message/lexical.hpp"

namespace mailparse {
namespace {

class FieldsReader {
 public:
  FieldsReader(const Header& header, Arena& arena, DiagnosticSink& sink, const FieldsOptions& options)
      : header_(header), arena_(arena), sink_(sink), options_(options) {}

  MessageFields read() {
    for (const HeaderField& field : header_.fields()) read(field);
    check_occurrences(header_, options_.outermost, sink_);
    check_authors(header_, fields_, arena_, sink_);
    check_authentication_places(header_, fields_, sink_);
    return std::move(fields_);
  }

 private:
  void read(const HeaderField& field) {
    switch (kind_of(field.id)) {
      case FieldKind::unstructured:
      case FieldKind::phrases:
        return read_text(field);
      case FieldKind::addresses:
        return read_address_field(field);
      case FieldKind::date:
        if (field.id == FieldName::date && !fields_.date) fields_.date = read_date_field(field);
        if (field.id == FieldName::resent_date) resent_with(&ResentBlock::date) = read_date_field(field);
        return;
      case FieldKind::message_ids:
        return read_ids(field);
      case FieldKind::received:
        fields_.received.push_back({&field, read_received(field.body(), arena_, sink_, options_.limits)});
        return;
      case FieldKind::tags:
        fields_.signatures.push_back({&field, read_tag_list(field.body(), field.id, sink_)});
        return;
      case FieldKind::authentication_results:
        fields_.authentication.push_back(
            {&field, read_authentication_results(field.body(), arena_, sink_, options_.limits)});
        return;
      case FieldKind::path:
        return read_return_path(field);
      case FieldKind::list:
        fields_.list.push_back({&field, read_list_field(field.body(), arena_, sink_, options_.limits)});
        return;
      case FieldKind::content_type:
      case FieldKind::content_disposition:
      case FieldKind::token:
        return;
    }
  }

  DateField read_date_field(const HeaderField& field) {
    return {&field, lexical::trim(unfold(field.value, arena_)), read_date(field.body(), sink_, options_.limits)};
  }

  void read_return_path(const HeaderField& field) {
    std::string_view path = lexical::trim(unfold(field.value, arena_));
    if (path.starts_with('<')) path = path.substr(1, path.find('>') - 1);
    fields_.return_paths.push_back(lexical::trim(path));
  }

  /// The member of the resent block that a field belongs to: a block has each field once, so that one which is there
  /// begins the next block.
  template <typename Member>
  Member& resent_with(Member ResentBlock::* member) {
    const auto taken = [](const auto& value) {
      if constexpr (requires { value.has_value(); })
        return value.has_value();
      else
        return !value.empty();
    };
    if (fields_.resent.empty() || taken(fields_.resent.back().*member)) fields_.resent.emplace_back();
    return fields_.resent.back().*member;
  }

  void read_text(const HeaderField& field) {
    const bool is_subject = field.id == FieldName::subject && !fields_.subject;
    if (!is_subject && !field.encodable) return;
    const std::string_view text = decode_header_text(field.body(), TextPlace::unstructured, arena_, sink_);
    if (field.encodable) check_plain_text(field, text, sink_);
    if (is_subject) fields_.subject = lexical::trim(text);
  }

  void read_address_field(const HeaderField& field) {
    std::vector<AddressField>* const kept = kept_addresses(field.id);
    if (kept == nullptr && !field.encodable) return;
    AddressField read{&field, read_addresses(field.body(), arena_, sink_, options_.limits)};
    check_address_text(read, field.id == FieldName::from, sink_);
    if (kept != nullptr) kept->push_back(std::move(read));
  }

  std::vector<AddressField>* kept_addresses(FieldName name) {
    switch (name) {
      case FieldName::from:
        return &fields_.from;
      case FieldName::sender:
        return &fields_.sender;
      case FieldName::reply_to:
        return &fields_.reply_to;
      case FieldName::to:
        return &fields_.to;
      case FieldName::cc:
        return &fields_.cc;
      case FieldName::bcc:
        return &fields_.bcc;
      case FieldName::resent_from:
        return &resent_with(&ResentBlock::from);
      case FieldName::resent_sender:
        return &resent_with(&ResentBlock::sender);
      case FieldName::resent_to:
        return &resent_with(&ResentBlock::to);
      case FieldName::resent_cc:
        return &resent_with(&ResentBlock::cc);
      case FieldName::resent_bcc:
        return &resent_with(&ResentBlock::bcc);
      default:
        return nullptr;
    }
  }

  void read_ids(const HeaderField& field) {
    const auto ids = [&] { return read_message_ids(field.body(), arena_, sink_, options_.limits); };
    if (field.id == FieldName::message_id && !fields_.message_id) {
      if (const auto found = ids(); !found.empty()) fields_.message_id = found.front();
    } else if (field.id == FieldName::resent_message_id) {
      if (const auto found = ids(); !found.empty()) resent_with(&ResentBlock::message_id) = found.front();
    } else if (field.id == FieldName::in_reply_to && fields_.in_reply_to.empty()) {
      fields_.in_reply_to = ids();
    } else if (field.id == FieldName::references && fields_.references.empty()) {
      fields_.references = ids();
    }
  }

  const Header& header_;
  Arena& arena_;
  DiagnosticSink& sink_;
  const FieldsOptions& options_;
  MessageFields fields_;
};

}  // namespace

MessageFields read_message_fields(const Header& header, Arena& arena, DiagnosticSink& sink,
                                  const FieldsOptions& options) {
  return FieldsReader(header, arena, sink, options).read();
}

std::string_view display_value(const HeaderField& field, Arena& arena) {
  if (!field.folded && !field.encodable) return field.value;
  Silence silence;
  return lexical::trim(decode_header_text(field.body(), TextPlace::unstructured, arena, silence));
}

}  // namespace mailparse
