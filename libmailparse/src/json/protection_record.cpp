#include "json/protection_record.hpp"

#include <mailparse/json/names.hpp>

namespace mailparse {
namespace {

/// Into the object that is open.
void write_certificate(JsonWriter& writer, const CertificateName& certificate) {
  writer.string_if(names::issuer, certificate.issuer);
  writer.string_if(names::serial, certificate.serial);
  writer.string_if(names::subject, certificate.subject);
  writer.strings_if(names::addresses, certificate.addresses);
  writer.string_if(names::not_before, certificate.not_before);
  writer.string_if(names::not_after, certificate.not_after);
}

}  // namespace

void write_protection(JsonWriter& writer, const Protection& protection) {
  writer.begin_object(names::protection);
  writer.string(names::format, to_string(protection.format));
  writer.string(names::kind, to_string(protection.kind));
  if (!protection.signers.empty()) {
    writer.begin_array(names::signers);
    for (const Signer& signer : protection.signers) {
      writer.begin_object();
      write_certificate(writer, signer.certificate);
      writer.string_if(names::digest, signer.digest);
      writer.string_if(names::signing_time, signer.signing_time);
      writer.end_object();
    }
    writer.end_array();
  }
  if (!protection.recipients.empty()) {
    writer.begin_array(names::recipients);
    for (const CertificateName& recipient : protection.recipients) {
      writer.begin_object();
      write_certificate(writer, recipient);
      writer.end_object();
    }
    writer.end_array();
  }
  if (protection.signature) writer.string(names::signature, to_string(*protection.signature));
  writer.end_object();
}

}  // namespace mailparse
