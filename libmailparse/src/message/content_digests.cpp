#include "message/content_digests.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>
#include <utility>

namespace mailparse {
namespace {

bool on_lanes(DigestRoad road) noexcept {
  return road == DigestRoad::lanes_first && has_digest_lanes();
}

/// Words in hexadecimal, each from its highest digit on.
std::string hex_of(std::span<const std::uint32_t> words) {
  std::string hex;
  hex.reserve(words.size() * 8);
  for (const std::uint32_t word : words) {
    for (int shift = 28; shift >= 0; shift -= 4) hex += "0123456789abcdef"[word >> shift & 15];
  }
  return hex;
}

std::string hex_of(const Md5State& state) {
  std::array<std::uint32_t, 4> words{};
  // MD5 gives each word from its lowest octet on.
  std::ranges::transform(state.words, words.begin(), [](std::uint32_t word) { return std::byteswap(word); });
  return hex_of(std::span<const std::uint32_t>(words));
}

}  // namespace

bool DigestBlocks::fill(std::string_view& octets) noexcept {
  const std::size_t size = std::min(digest_block - size_, octets.size());
  if (size == 0) return false;
  std::memcpy(block_.data() + size_, octets.data(), size);
  octets.remove_prefix(size);
  size_ = (size_ + size) % digest_block;
  return size_ == 0;
}

DigestBlocks::Padded DigestBlocks::padded(std::uint64_t octets, bool big_endian) const noexcept {
  Padded padded;
  std::memcpy(padded.octets.data(), block_.data(), size_);
  padded.octets[size_] = '\x80';
  padded.blocks = size_ + 1 + sizeof(octets) > digest_block ? 2 : 1;
  char* const length = padded.octets.data() + padded.blocks * digest_block - sizeof(octets);
  for (std::size_t i = 0; i < sizeof(octets); ++i) {
    const std::size_t shift = 8 * (big_endian ? sizeof(octets) - 1 - i : i);
    length[i] = static_cast<char>(octets * 8 >> shift & 0xFF);
  }
  return padded;
}

MessageDigest::MessageDigest(DigestRoad road) {
  if (!on_lanes(road)) library_.emplace(DigestKind::sha256);
}

void MessageDigest::update(std::string_view octets) {
  if (library_) return library_->update(octets);
  size_ += octets.size();
  if (!blocks_.empty()) {
    if (!blocks_.fill(octets)) return;
    compress({state_, blocks_.block()}, 1);
  }
  waiting_ = octets;
}

Sha256Lane MessageDigest::take(std::size_t blocks) noexcept {
  const char* const octets = waiting_.data();
  waiting_.remove_prefix(blocks * digest_block);
  return {state_, octets};
}

void MessageDigest::settle() {
  if (const std::size_t blocks = waiting_blocks(); blocks > 0) compress(take(blocks), blocks);
  blocks_.fill(waiting_);
}

std::string MessageDigest::finish_hex() {
  if (library_) return library_->finish_hex();
  const DigestBlocks::Padded last = blocks_.padded(size_, true);
  compress({state_, last.octets.data()}, last.blocks);
  return hex_of(std::span<const std::uint32_t>(state_.words));
}

ContentDigests::ContentDigests(bool wanted, MessageDigest& message, DigestRoad road)
    : message_(&message), wanted_(wanted) {
  if (wanted && !on_lanes(road)) library_.emplace();
}

void ContentDigests::compress_blocks(const char* md5_octets, const char* sha256_octets, std::size_t blocks) noexcept {
  // At first as much of the message as waits goes along, then the rest goes without.
  if (const std::size_t beside = std::min(blocks, message_->waiting_blocks()); beside > 0) {
    compress({md5_, md5_octets}, {sha256_, sha256_octets}, message_->take(beside), beside);
    md5_octets += beside * digest_block;
    sha256_octets += beside * digest_block;
    blocks -= beside;
  }
  if (blocks > 0) compress({md5_, md5_octets}, {sha256_, sha256_octets}, blocks);
}

void ContentDigests::update(std::string_view octets) {
  size_ += octets.size();
  if (!wanted_) return;
  if (library_) {
    library_->md5.update(octets);
    library_->sha256.update(octets);
    return;
  }
  if (!blocks_.empty()) {
    if (!blocks_.fill(octets)) return;
    compress_blocks(blocks_.block(), blocks_.block(), 1);
  }
  const std::size_t blocks = octets.size() / digest_block;
  compress_blocks(octets.data(), octets.data(), blocks);
  octets.remove_prefix(blocks * digest_block);
  blocks_.fill(octets);
}

void ContentDigests::finish(MessagePart& part) {
  part.decoded_size = size_;
  if (!wanted_) return;
  if (library_) {
    part.md5 = library_->md5.finish_hex();
    part.sha256 = library_->sha256.finish_hex();
    return;
  }
  const DigestBlocks::Padded md5 = blocks_.padded(size_, false);
  const DigestBlocks::Padded sha256 = blocks_.padded(size_, true);
  compress_blocks(md5.octets.data(), sha256.octets.data(), md5.blocks);
  part.md5 = hex_of(md5_);
  part.sha256 = hex_of(std::span<const std::uint32_t>(sha256_.words));
}

}  // namespace mailparse
