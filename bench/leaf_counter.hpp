// The work that message parsers are compared by: find the structure, decode every leaf, count.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <mailparse/message/content_decoder.hpp>
#include <mailparse/message/mime_reader.hpp>

namespace mailparse::bench {

class LeafCounter final : public MimeSink {
 public:
  explicit LeafCounter(bool decodes) : decodes_(decodes) {}

  void on_entity(const MimeEntity&) override {}
  void on_header(const MimeEntity& entity, const Header&, const EntityHead& head) override {
    if (entity.kind == EntityKind::multipart || entity.kind == EntityKind::message) return;
    ++leaves;
    decoder_.reset();
    if (decodes_) decoder_.emplace(head.encoding);
  }
  void on_octets(const MimeEntity&, MimeRange range, std::uint64_t, std::string_view text) override {
    if (range == MimeRange::body) octets += decoder_ ? decoder_->feed(text).size() : text.size();
  }
  void on_entity_end(const MimeEntity&, std::uint64_t, EntityEnd, const RunTally&) override {
    if (decoder_) octets += decoder_->finish().size();
    decoder_.reset();
  }
  void report(Diagnostic) override {}

  std::uint64_t leaves = 0;
  std::uint64_t octets = 0;

 private:
  bool decodes_;
  std::optional<ContentDecoder> decoder_;  ///< of the open leaf: leaves hold no leaves
};

}  // namespace mailparse::bench
