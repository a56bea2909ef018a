// CMS containers: with and without certificates to trust a container says the same but for the verdict, and a verdict
// is given only where one was asked for. Input: two octets, low one first, give the length of a CMS structure; content
// that it may have signed stands behind it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <mailparse/message/protection.hpp>

#include "require.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

/// The certificate of corpus/make_signed.py.
constexpr std::string_view authority = R"(-----BEGIN CERTIFICATE-----
MIIBRDCB7KADAgECAgISNDAKBggqhkjOPQQDAjAbMRkwFwYDVQQDDBBtYWlscGFy
c2UgY29ycHVzMB4XDTI1MDEwMTAwMDAwMFoXDTM1MDEwMTAwMDAwMFowGzEZMBcG
A1UEAwwQbWFpbHBhcnNlIGNvcnB1czBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA
BPpRLviKYikTcKipcQ5GYZEuXrL23rOwLOnhDmSr2dVQ2iqOtfJZM9VB45F0/O6u
QaPF8m0vscY8NSta+EuyqWyjIDAeMBwGA1UdEQQVMBOBEWFsaWNlQGV4YW1wbGUu
bmV0MAoGCCqGSM49BAMCA0cAMEQCIDDurONDD2o7cXffXBcB/fArp22JUtj3EzCq
50scVg3YAiBVXW0fkEd3GKJFj3NnXPoWuB6UpWMwRmAZlFo3uSZkxw==
-----END CERTIFICATE-----
)";

const TrustAnchors& anchors() {
  static const TrustAnchors known = [] {
    auto read = TrustAnchors::from_pem(authority);
    require(read.has_value());
    return std::move(*read);
  }();
  return known;
}

void require_same(const Protection& asked, const Protection& unasked) {
  require(!unasked.signature || *unasked.signature == SignatureOutcome::unchecked);
  require(asked.kind == unasked.kind && asked.format == unasked.format);
  require(asked.signers.size() == unasked.signers.size() && asked.recipients.size() == unasked.recipients.size());
  for (std::size_t i = 0; i < asked.signers.size(); ++i)
    require(asked.signers[i].certificate.serial == unasked.signers[i].certificate.serial);
  if (asked.signature == SignatureOutcome::valid) require(!asked.signers.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view all(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t length = std::min<std::size_t>(data[0] | static_cast<std::size_t>(data[1]) << 8, all.size());
  const std::string_view cms = all.substr(0, length), content = all.substr(length);

  const CmsContent asked = read_cms(cms, &anchors()), unasked = read_cms(cms);
  require_same(asked.protection, unasked.protection);
  require(asked.content == unasked.content && asked.content.size() <= cms.size());

  require_same(read_cms_signature(cms, content, &anchors()), read_cms_signature(cms, content, nullptr));
  // What was read as PEM must not change what is trusted.
  static_cast<void>(TrustAnchors::from_pem(content));
  return 0;
}
