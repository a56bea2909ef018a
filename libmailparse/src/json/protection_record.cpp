#include "json/protection_record.hpp"

#include <mailparse/json/names.hpp>

namespace mailparse {
namespace {

void string_if(JsonWriter& writer, std::string_view name, std::string_view value) {
  if (!value.empty()) writer.string(name, value);
}

/// Into the object that is open.
void write_certificate(JsonWriter& writer, const CertificateName& certificate) {
  string_if(writer, names::issuer, certificate.issuer);
  string_if(writer, names::serial, certificate.serial);
  string_if(writer, names::subject, certificate.subject);
  if (!certificate.addresses.empty()) {
    writer.begin_array(names::addresses);
    for (const std::string& address : certificate.addresses) writer.string(address);
    writer.end_array();
  }
  string_if(writer, names::not_before, certificate.not_before);
  string_if(writer, names::not_after, certificate.not_after);
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
      string_if(writer, names::digest, signer.digest);
      string_if(writer, names::signing_time, signer.signing_time);
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
