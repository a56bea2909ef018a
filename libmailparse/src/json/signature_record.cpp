#include "json/signature_record.hpp"

#include <mailparse/json/names.hpp>

namespace mailparse {
namespace {

void text_if(JsonWriter& writer, std::string_view name, std::string_view text) {
  writer.string_if(name, text);
}

void write_signature(JsonWriter& writer, const SignatureRecord& signature) {
  writer.begin_object();
  writer.string(names::kind, to_string(signature.kind));
  if (signature.instance) writer.uint(names::instance, *signature.instance);
  text_if(writer, names::domain, signature.domain);
  text_if(writer, names::selector, signature.selector);
  text_if(writer, names::algorithm, signature.algorithm);
  text_if(writer, names::canonicalization, signature.canonicalization);
  writer.strings_if(names::headers, signature.headers);
  writer.string(names::result, to_string(signature.result));
  text_if(writer, names::reason, signature.reason);
  if (signature.body_matches) writer.boolean(names::body_matches, *signature.body_matches);
  if (signature.header_verifies) writer.boolean(names::header_verifies, *signature.header_verifies);
  if (signature.signed_octets) writer.uint(names::signed_octets, *signature.signed_octets);
  if (signature.unsigned_octets) writer.uint(names::unsigned_octets, *signature.unsigned_octets);
  if (signature.signed_at) writer.string(names::signed_at, rfc3339(*signature.signed_at));
  if (signature.expires) writer.string(names::expires, rfc3339(*signature.expires));
  if (signature.key) {
    writer.begin_object(names::key);
    writer.string(names::source, signature.key->source);
    writer.string(names::type, signature.key->type);
    writer.uint(names::bits, signature.key->bits);
    writer.end_object();
  }
  writer.uint(names::offset, signature.offset);
  writer.uint(names::length, signature.length);
  writer.end_object();
}

void write_arc(JsonWriter& writer, const ArcRecord& arc) {
  writer.begin_object(names::arc);
  writer.uint(names::instances, arc.instances);
  writer.string(names::result, to_string(arc.result));
  text_if(writer, names::reason, arc.reason);
  writer.end_object();
}

void write_spf(JsonWriter& writer, const SpfRecord& spf) {
  writer.begin_object(names::spf);
  writer.string(names::result, to_string(spf.result));
  writer.string(names::identity, spf.identity);
  writer.string(names::domain, spf.domain);
  writer.string(names::ip, spf.client_ip);
  text_if(writer, names::mechanism, spf.mechanism);
  text_if(writer, names::reason, spf.reason);
  writer.end_object();
}

void write_dmarc(JsonWriter& writer, const DmarcRecord& dmarc) {
  writer.begin_object(names::dmarc);
  writer.string(names::result, to_string(dmarc.result));
  writer.string(names::domain, dmarc.domain);
  writer.string(names::policy, dmarc.policy);
  writer.boolean(names::spf_aligned, dmarc.spf_aligned);
  writer.boolean(names::dkim_aligned, dmarc.dkim_aligned);
  text_if(writer, names::reason, dmarc.reason);
  writer.end_object();
}

}  // namespace

void write_signatures(JsonWriter& writer, const AnalyzedMessage& analyzed) {
  if (!analyzed.signatures.empty()) {
    writer.begin_array(names::signatures);
    for (const SignatureRecord& signature : analyzed.signatures) write_signature(writer, signature);
    writer.end_array();
  }
  if (analyzed.arc) write_arc(writer, *analyzed.arc);
  if (analyzed.spf) write_spf(writer, *analyzed.spf);
  if (analyzed.dmarc) write_dmarc(writer, *analyzed.dmarc);
}

}  // namespace mailparse
