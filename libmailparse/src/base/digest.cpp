// The functions below EVP, which OpenSSL 3 advises against: for EVP it starts as a whole, with its configuration file
// and the names of all its algorithms, which takes a fourth of a run on a small file, and each digest takes a context
// from its provider. The choice of providers that EVP is there for has no use where digests are names of contents.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <array>
#include <cstddef>
#include <type_traits>
#include <variant>

#include <openssl/md5.h>
#include <openssl/sha.h>

#include <mailparse/base/digest.hpp>
#include <mailparse/base/hex.hpp>

namespace mailparse {
namespace {

/// One of OpenSSL's digests: its context and the functions on it.
template <typename Context, auto init, auto add, auto finish, std::size_t digest_octets>
class Algorithm {
 public:
  static constexpr std::size_t octets = digest_octets;
  Algorithm() noexcept { begin(); }
  void begin() noexcept { init(&context_); }
  void update(std::string_view text) noexcept { add(&context_, text.data(), text.size()); }
  void finish_into(unsigned char* raw) noexcept { finish(raw, &context_); }

 private:
  Context context_;
};

using Md5 = Algorithm<MD5_CTX, MD5_Init, MD5_Update, MD5_Final, MD5_DIGEST_LENGTH>;
using Sha1 = Algorithm<SHA_CTX, SHA1_Init, SHA1_Update, SHA1_Final, SHA_DIGEST_LENGTH>;
using Sha256 = Algorithm<SHA256_CTX, SHA256_Init, SHA256_Update, SHA256_Final, SHA256_DIGEST_LENGTH>;
using Sha512 = Algorithm<SHA512_CTX, SHA512_Init, SHA512_Update, SHA512_Final, SHA512_DIGEST_LENGTH>;

}  // namespace

struct Digest::State {
  explicit State(DigestKind kind) {
    switch (kind) {
      case DigestKind::md5:
        algorithm.emplace<Md5>();
        break;
      case DigestKind::sha1:
        algorithm.emplace<Sha1>();
        break;
      case DigestKind::sha256:
        algorithm.emplace<Sha256>();
        break;
      case DigestKind::sha512:
        algorithm.emplace<Sha512>();
        break;
    }
  }
  std::variant<Md5, Sha1, Sha256, Sha512> algorithm;
};

Digest::Digest(DigestKind kind) : state_(std::make_unique<State>(kind)) {}
Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

void Digest::reset() {
  std::visit([](auto& algorithm) { algorithm.begin(); }, state_->algorithm);
}

void Digest::update(std::string_view octets) {
  std::visit([&](auto& algorithm) { algorithm.update(octets); }, state_->algorithm);
}

std::string Digest::finish_hex() {
  return std::visit(
      [](auto& algorithm) {
        std::array<unsigned char, std::remove_cvref_t<decltype(algorithm)>::octets> raw;
        algorithm.finish_into(raw.data());
        algorithm.begin();
        return hex_text({reinterpret_cast<const char*>(raw.data()), raw.size()});
      },
      state_->algorithm);
}

std::string digest_hex(DigestKind kind, std::string_view octets) {
  Digest digest(kind);
  digest.update(octets);
  return digest.finish_hex();
}

}  // namespace mailparse
