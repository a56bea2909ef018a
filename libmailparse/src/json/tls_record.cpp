#include "json/tls_record.hpp"

#include <string>

#include <mailparse/json/names.hpp>

namespace mailparse {
namespace {

void write_client_hello(JsonWriter& writer, const TlsClientHello& hello) {
  writer.string_if(names::sni, hello.server_name);
  writer.strings_if(names::alpn_offered, hello.alpn);
  writer.string(names::version_offered, tls_version_name(hello.version));
  writer.begin_array(names::ciphers_offered);
  for (const std::uint16_t cipher : hello.ciphers) writer.string(tls_cipher_name(cipher));
  writer.end_array();
  writer.string(names::ja3, hello.ja3);
  writer.string(names::ja4, hello.ja4);
}

void write_certificate(JsonWriter& writer, const TlsCertificate& certificate) {
  writer.begin_object(names::certificate);
  writer.string(names::subject, certificate.subject);
  writer.string_if(names::issuer, certificate.issuer);
  writer.strings(names::sans, certificate.names);
  if (certificate.not_before) writer.string(names::not_before, rfc3339(*certificate.not_before));
  if (certificate.not_after) writer.string(names::not_after, rfc3339(*certificate.not_after));
  writer.string(names::sha256, certificate.sha256);
  writer.end_object();
}

}  // namespace

void write_tls(JsonWriter& writer, const TlsRecord& tls) {
  writer.begin_object(names::tls);
  writer.boolean(names::offered, tls.offered);
  writer.boolean(names::requested, tls.requested);
  writer.boolean(names::accepted, tls.accepted);
  if (tls.implicit) writer.boolean(names::implicit, true);
  if (tls.decrypted) writer.boolean(names::decrypted, *tls.decrypted);
  if (tls.trouble != TlsTrouble::none) writer.string(names::undecrypted, to_string(tls.trouble));
  if (tls.server_hello) {
    writer.string(names::version, tls_version_name(tls.server_hello->version));
    writer.string(names::cipher, tls_cipher_name(tls.server_hello->cipher));
    writer.string_if(names::alpn, tls.server_hello->alpn);
  }
  if (tls.client_hello) write_client_hello(writer, *tls.client_hello);
  if (tls.certificate) write_certificate(writer, *tls.certificate);
  writer.end_object();
}

}  // namespace mailparse
