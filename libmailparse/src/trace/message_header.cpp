#include "trace/message_header.hpp"

#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/encoded_word.hpp>

namespace mailparse {

MessageHeader::MessageHeader(const Limits& limits)
    : reader_(silence_, 0, HeaderOptions{.outermost = true, .cr_line_ends = false, .limits = limits}) {}

void MessageHeader::push(std::string_view octets) {
  if (taken_) return;
  (void)reader_.push(octets);
  if (reader_.done()) take();
}

void MessageHeader::finish(MessageFacts& facts) {
  if (!taken_) {
    reader_.finish();
    take();
  }
  facts.subject = std::move(found_.subject);
  facts.from = std::move(found_.from);
  facts.message_id = std::move(found_.message_id);
}

/// The fields point into octets that are gone after the push that ended the header.
void MessageHeader::take() {
  taken_ = true;
  Arena arena(1024);
  const auto text_of = [&](FieldName name, TextPlace place) -> std::optional<std::string> {
    const HeaderField* const field = reader_.header().first(name);
    if (field == nullptr) return std::nullopt;
    return std::string(decode_header_text(field->body(), place, arena, silence_));
  };
  found_.subject = text_of(FieldName::subject, TextPlace::unstructured);
  found_.from = text_of(FieldName::from, TextPlace::phrase);
  found_.message_id = text_of(FieldName::message_id, TextPlace::phrase);
}

}  // namespace mailparse
