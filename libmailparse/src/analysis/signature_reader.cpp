#include "analysis/signature_reader.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <mailparse/base/hex.hpp>
#include <mailparse/base/octets.hpp>

#include "analysis/arc_chain.hpp"
#include "analysis/body_hash.hpp"
#include "analysis/canonical_header.hpp"
#include "analysis/public_key.hpp"
#include "analysis/signature_checks.hpp"
#include "analysis/signature_parts.hpp"
#include "analysis/tag_values.hpp"

namespace mailparse {
namespace {

/// More signatures than any mail has; each costs a digest of the body. They are told as unchecked.
constexpr std::size_t most_signatures = 32;
/// What a header reader leaves undecided may turn out to be the body's first lines: one as long as a field may be, and
/// a few short ones.
constexpr std::size_t kept_octets = 1024 * 1024 + 64 * 1024;

std::optional<Timestamp> time_of(const std::optional<std::uint64_t>& seconds) {
  if (!seconds || !std::in_range<std::int64_t>(*seconds)) return std::nullopt;
  return timestamp(std::chrono::sys_seconds(std::chrono::seconds(static_cast<std::int64_t>(*seconds))));
}

std::vector<std::string> split_names(std::string_view list) {
  std::vector<std::string> names;
  while (true) {
    const std::size_t colon = std::min(list.size(), list.find(':'));
    names.push_back(lower_case(list.substr(0, colon)));
    if (colon == list.size()) return names;
    list.remove_prefix(colon + 1);
  }
}

SignatureKind kind_of_field(FieldName name) noexcept {
  if (name == FieldName::arc_message_signature) return SignatureKind::arc_message;
  return name == FieldName::arc_seal ? SignatureKind::arc_seal : SignatureKind::dkim;
}

bool known_algorithm(std::string_view algorithm) noexcept {
  constexpr auto known = std::to_array<std::string_view>({"ed25519-sha256", "rsa-sha1", "rsa-sha256"});
  return std::ranges::find(known, algorithm) != known.end();
}

/// "simple", "relaxed", "relaxed/simple"; of one word the other half is simple. RFC 6376 3.5
std::optional<std::pair<Canonical, Canonical>> forms_of(std::string_view text) {
  const auto form = [](std::string_view word) -> std::optional<Canonical> {
    if (word == "simple") return Canonical::simple;
    return word == "relaxed" ? std::optional(Canonical::relaxed) : std::nullopt;
  };
  const std::size_t slash = std::min(text.size(), text.find('/'));
  const auto header = form(text.substr(0, slash));
  const auto body = slash == text.size() ? Canonical::simple : form(text.substr(slash + 1));
  if (!header || !body) return std::nullopt;
  return std::pair(*header, *body);
}

/// What must be there for a signature to be one. A clause that says what is wrong; empty where nothing is.
std::string fault_of(const ReadSignature& signature) {
  const SignatureRecord& record = signature.record;
  const bool seal = record.kind == SignatureKind::arc_seal;
  if (has_duplicates(signature.tags)) return "a tag stands twice";
  if (record.domain.empty() || record.selector.empty()) return "d= or s= is missing";
  if (!known_algorithm(record.algorithm)) return "the algorithm is none that is known";
  if (signature.value.empty()) return "b= is missing or no base64";
  if (record.kind == SignatureKind::dkim && tag_value(signature.tags, "v").value_or("") != "1") return "v= is not 1";
  if (record.kind != SignatureKind::dkim && !record.instance) return "i= is missing";
  if (seal) return signature.tags.find("h") != nullptr ? "a seal has no h=" : "";
  if (signature.tags.find("bh") == nullptr || record.headers.empty()) return "bh= or h= is missing";
  if (!signature.forms) return "the canonicalisation is none that is known";
  if (signature.tags.find("l") != nullptr && !record.signed_octets) return "l= is no number";
  const bool signs_from = std::ranges::find(record.headers, "from") != record.headers.end();
  if (!signs_from) return "h= does not list From";
  return {};
}

ReadSignature read_signature(const HeaderField& field) {
  Silence silence;
  ReadSignature read;
  read.field = &field;
  read.tags = read_tag_list(field.body(), field.id, silence);
  SignatureRecord& record = read.record;
  record.kind = kind_of_field(field.id);
  record.offset = field.offset;
  record.length = field.length;
  record.domain = lower_case(tag_value(read.tags, "d").value_or(""));
  record.selector = tag_value(read.tags, "s").value_or("");
  record.algorithm = lower_case(tag_value(read.tags, "a").value_or(""));
  record.signed_at = time_of(tag_number(read.tags, "t"));
  record.expires = time_of(tag_number(read.tags, "x"));
  read.value = base64_octets(tag_value(read.tags, "b").value_or("")).value_or("");
  if (record.kind != SignatureKind::dkim) {
    const auto instance = tag_number(read.tags, "i");
    if (instance && *instance >= 1 && *instance <= most_arc_sets)
      record.instance = static_cast<std::uint32_t>(*instance);
  }
  if (record.kind != SignatureKind::arc_seal) {
    record.canonicalization = lower_case(tag_value(read.tags, "c").value_or("simple/simple"));
    if (!record.canonicalization.contains('/')) record.canonicalization += "/simple";
    read.forms = forms_of(record.canonicalization);
    record.signed_octets = tag_number(read.tags, "l");
    if (const auto names = tag_value(read.tags, "h")) record.headers = split_names(*names);
  }
  record.reason = fault_of(read);
  if (!record.reason.empty()) record.result = SignatureResult::permerror;
  return read;
}

/// A message that was stored with LF or CR for line ends was signed with CRLF.
LoneLineEnd lone_line_end(const LineEnds& ends) noexcept {
  if (ends.crlf.count > 0) return LoneLineEnd::none;
  if (ends.lf.count > 0) return LoneLineEnd::lf;
  return ends.cr.count > 0 ? LoneLineEnd::cr : LoneLineEnd::none;
}

}  // namespace

class SignatureReader::Work {
 public:
  void feed(std::string_view octets, const Header* header);
  Signatures finish(const Message& message, const SignatureContext& context, DiagnosticSink& sink);

 private:
  /// One hash for all signatures that want the same: mail that went on from one provider to the next bears several.
  struct Body {
    BodyHash::Options options;
    BodyHash hash;
    std::string digest{};  ///< once it is finished
  };

  void keep(std::string_view octets);
  void begin_bodies(const Header& header);
  void begin_body(std::size_t signature, const BodyHash::Options& options, std::uint64_t offset);
  void end_bodies(const Message& message, DiagnosticSink& sink);

  bool header_done_ = false;
  std::uint64_t fed_ = 0;
  std::string last_;  ///< octets fed last while the header was not over
  std::vector<ReadSignature> signatures_;
  std::vector<Body> bodies_;
  std::vector<std::pair<std::size_t, std::size_t>> body_of_;  ///< indices of signatures that want one, and of theirs
};

void SignatureReader::Work::feed(std::string_view octets, const Header* header) {
  if (!header_done_) {
    if (header == nullptr) return keep(octets);
    begin_bodies(*header);
    // Where the body begins is known behind it at times: the octets of before are those that were kept.
    const std::uint64_t begin = header->offset() + header->length();
    if (begin > fed_) {
      octets.remove_prefix(std::min<std::uint64_t>(begin - fed_, octets.size()));
    } else {
      const std::string_view last(last_);
      const std::string_view start = last.substr(last.size() - std::min<std::uint64_t>(fed_ - begin, last.size()));
      for (Body& body : bodies_) body.hash.feed(start);
    }
  }
  for (Body& body : bodies_) body.hash.feed(octets);
}

void SignatureReader::Work::keep(std::string_view octets) {
  fed_ += octets.size();
  last_ += octets;
  if (last_.size() > 2 * kept_octets) last_.erase(0, last_.size() - kept_octets);
}

void SignatureReader::Work::begin_bodies(const Header& header) {
  header_done_ = true;
  const LoneLineEnd line_end = lone_line_end(header.line_ends());
  const std::uint64_t body = header.offset() + header.length();
  for (const HeaderField& field : header.fields()) {
    if (kind_of(field.id) != FieldKind::tags || signatures_.size() == most_signatures) continue;
    signatures_.push_back(read_signature(field));
    const ReadSignature& read = signatures_.back();
    const bool wanted = read.record.kind != SignatureKind::arc_seal && read.forms && read.tags.find("bh") != nullptr;
    if (!wanted) continue;
    const DigestKind digest = read.record.algorithm == "rsa-sha1" ? DigestKind::sha1 : DigestKind::sha256;
    begin_body(signatures_.size() - 1, {read.forms->second, digest, read.record.signed_octets, line_end}, body);
  }
}

void SignatureReader::Work::begin_body(std::size_t signature, const BodyHash::Options& options, std::uint64_t offset) {
  const auto same = std::ranges::find(bodies_, options, &Body::options);
  body_of_.emplace_back(signature, static_cast<std::size_t>(same - bodies_.begin()));
  if (same == bodies_.end()) bodies_.push_back({options, BodyHash(options, offset)});
}

void SignatureReader::Work::end_bodies(const Message& message, DiagnosticSink& sink) {
  for (Body& body : bodies_) body.digest = body.hash.finish();
  for (const auto& [signature, index] : body_of_) {
    ReadSignature& read = signatures_[signature];
    const Body& body = bodies_[index];
    const auto told = base64_octets(tag_value(read.tags, "bh").value_or(""));
    read.record.body_matches = told && hex_text(*told) == body.digest;
    const std::optional<std::uint64_t>& limit = read.record.signed_octets;
    if (!limit) continue;
    if (*limit > body.hash.octets()) {
      read.record.body_matches = false;  // RFC 6376 3.5: l= must not exceed the body
    } else if (*limit < body.hash.octets()) {
      read.record.unsigned_octets = body.hash.octets() - *limit;
      report_unsigned_body(body.hash.uncounted().value_or(message.size), message.size, *read.record.unsigned_octets,
                           sink);
    }
  }
}

Signatures SignatureReader::Work::finish(const Message& message, const SignatureContext& context,
                                         DiagnosticSink& sink) {
  // In UTF-16 nothing was signed that could be verified here.
  const bool utf16 =
      std::ranges::find(message.findings, Code::msg_encoding_utf16, &Diagnostic::code) != message.findings.end();
  if (!header_done_ && !utf16) feed({}, &message.header);
  if (context.complete) end_bodies(message, sink);
  Signatures found;
  KeyRing keys(context.dns, context.received);
  for (ReadSignature& read : signatures_) {
    if (read.record.kind != SignatureKind::arc_seal) verify(read, message.header, keys);
    check_signature(read, message, sink);
  }
  found.arc = verify_arc(signatures_, message.header, keys);
  for (ReadSignature& read : signatures_) found.records.push_back(std::move(read.record));
  return found;
}

SignatureReader::SignatureReader() : work_(std::make_unique<Work>()) {}
SignatureReader::~SignatureReader() = default;
SignatureReader::SignatureReader(SignatureReader&&) noexcept = default;
SignatureReader& SignatureReader::operator=(SignatureReader&&) noexcept = default;

void SignatureReader::feed(std::string_view octets, const Header* header) {
  work_->feed(octets, header);
}

Signatures SignatureReader::finish(const Message& message, const SignatureContext& context, DiagnosticSink& sink) {
  return work_->finish(message, context, sink);
}

}  // namespace mailparse
