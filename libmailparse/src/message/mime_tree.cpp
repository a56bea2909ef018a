#include <utility>

#include <mailparse/message/mime_tree.hpp>

namespace mailparse {
namespace {

class TreeBuilder final : public MimeSink {
 public:
  TreeBuilder(DiagnosticSink& sink, bool with_spans) : sink_(&sink), with_spans_(with_spans) {}

  void on_entity(const MimeEntity& entity) override {
    MimeNode node;
    node.entity = entity;
    if (entity.index != 0) tree_.nodes[entity.parent].children.push_back(entity.index);
    tree_.nodes.push_back(std::move(node));
    prefixes_.emplace_back();
    open_.push_back(entity.index);
  }

  void on_header(const MimeEntity& entity, const Header& header, const EntityHead& head) override {
    MimeNode& node = tree_.nodes[entity.index];
    node.entity.kind = entity.kind;
    node.type = head.type;
    node.encoding = head.encoding;
    node.header_length = header.length();
    node.path = section_path(entity, entity.index == 0 ? std::string_view() : prefixes_[entity.parent]);
    prefixes_[entity.index] = section_prefix(entity, node.path);
    for (Diagnostic& held : std::exchange(before_header_, {})) report(std::move(held));
  }

  void on_octets(const MimeEntity& entity, MimeRange range, std::uint64_t offset, std::string_view octets) override {
    tree_.octets = offset + octets.size();
    if (!with_spans_) return;
    if (!tree_.spans.empty() && tree_.spans.back().entity == entity.index && tree_.spans.back().range == range) {
      tree_.spans.back().length += octets.size();
    } else {
      tree_.spans.push_back({entity.index, range, offset, octets.size()});
    }
  }

  void on_entity_end(const MimeEntity& entity, std::uint64_t end, EntityEnd, const RunTally&) override {
    tree_.nodes[entity.index].end = end;
    open_.pop_back();
  }

  /// The path of a part is known once its header is read.
  void report(Diagnostic diagnostic) override {
    const MimeNode& node = tree_.nodes[open_.back()];
    if (node.path.empty()) {
      before_header_.push_back(std::move(diagnostic));
      return;
    }
    if (diagnostic.part.empty()) diagnostic.part = node.path;
    sink_->report(std::move(diagnostic));
  }

  [[nodiscard]] MimeTree take() { return std::move(tree_); }

 private:
  DiagnosticSink* sink_;
  bool with_spans_;
  MimeTree tree_;
  std::vector<std::string> prefixes_;  ///< of the sections of each entity's children
  std::vector<std::uint32_t> open_;
  std::vector<Diagnostic> before_header_;
};

}  // namespace

std::string section_path(const MimeEntity& entity, std::string_view parent_prefix) {
  std::string path(parent_prefix);
  if (entity.number > 0) return path += std::to_string(entity.number);
  return path += entity.kind == EntityKind::multipart ? "0" : "1";
}

std::string section_prefix(const MimeEntity& entity, std::string_view path) {
  const bool whole = entity.number == 0 && entity.kind == EntityKind::multipart;
  if (whole) return std::string(path.substr(0, path.size() - 1));  // without the "0"
  return std::string(path) + ".";
}

MimeTree read_mime_tree(std::string_view message, DiagnosticSink& sink, bool with_spans, const MimeOptions& options) {
  TreeBuilder builder(sink, with_spans);
  MimeReader reader(builder, options);
  reader.feed(message);
  reader.finish();
  return builder.take();
}

}  // namespace mailparse
