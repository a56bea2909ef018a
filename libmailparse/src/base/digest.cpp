#include <new>
#include <stdexcept>
#include <utility>

#include <openssl/evp.h>

#include <mailparse/base/digest.hpp>

namespace mailparse {
namespace {

/// Fetched once a process: a fetch for every digest costs more than hashing a short message.
const EVP_MD* algorithm(DigestKind kind) {
  static const std::array<EVP_MD*, 4> fetched{
      EVP_MD_fetch(nullptr, "MD5", nullptr), EVP_MD_fetch(nullptr, "SHA1", nullptr),
      EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_fetch(nullptr, "SHA512", nullptr)};
  const EVP_MD* const md = fetched[static_cast<std::size_t>(kind)];
  if (md == nullptr) throw std::runtime_error("OpenSSL offers no such digest here");
  return md;
}

}  // namespace

struct Digest::State {
  const EVP_MD* md = nullptr;
  EVP_MD_CTX* context = nullptr;
  bool begun = false;  ///< to begin anew takes as long as a short text: not before octets come
  ~State() { EVP_MD_CTX_free(context); }
};

Digest::Digest(DigestKind kind) : state_(std::make_unique<State>()) {
  state_->md = algorithm(kind);
  state_->context = EVP_MD_CTX_new();
  if (state_->context == nullptr) throw std::bad_alloc();
}

Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

void Digest::reset() {
  state_->begun = false;
}

void Digest::begin() {
  if (std::exchange(state_->begun, true)) return;
  if (EVP_DigestInit_ex2(state_->context, state_->md, nullptr) != 1)
    throw std::runtime_error("EVP_DigestInit_ex2 failed");
}

void Digest::update(std::string_view octets) {
  begin();
  EVP_DigestUpdate(state_->context, octets.data(), octets.size());
}

std::string Digest::finish_hex() {
  begin();
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned size = 0;
  EVP_DigestFinal_ex(state_->context, raw.data(), &size);
  std::string hex(std::size_t{size} * 2, '0');
  for (std::size_t i = 0; i < size; ++i) {
    hex[2 * i] = "0123456789abcdef"[raw[i] >> 4];
    hex[2 * i + 1] = "0123456789abcdef"[raw[i] & 15];
  }
  reset();
  return hex;
}

std::string digest_hex(DigestKind kind, std::string_view octets) {
  Digest digest(kind);
  digest.update(octets);
  return digest.finish_hex();
}

}  // namespace mailparse
