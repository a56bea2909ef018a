// The digests of a message and of the content inside it. Most of what a message costs is digesting, MD5 above all;
// where the processor can, the octets of the message go along with those of the content, in the time that MD5 leaves
// unused. Layer: message, private.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <mailparse/base/digest.hpp>
#include <mailparse/message/message.hpp>

#include "scan/digest_lanes.hpp"

namespace mailparse {

/// Who digests: the lanes where the processor has them, or always the library below.
enum class DigestRoad : std::uint8_t { lanes_first, library };

/// Octets cut into blocks: what is no whole block waits for more.
class DigestBlocks {
 public:
  /// What is left in the buffer with the padding of a digest behind it: one block, or two.
  struct Padded {
    std::array<char, 2 * digest_block> octets{};
    std::size_t blocks = 0;
  };

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] const char* block() const noexcept { return block_.data(); }
  /// Moves octets from the front of `octets` into the block that is begun. True: it is whole; the next one is begun.
  bool fill(std::string_view& octets) noexcept;
  /// For `octets` octets in all. MD5 writes their number in bits in little-endian, SHA-256 in big-endian order.
  [[nodiscard]] Padded padded(std::uint64_t octets, bool big_endian) const noexcept;

 private:
  std::array<char, digest_block> block_;  // the first `size_` are known
  std::size_t size_ = 0;
};

/// SHA-256 of a message while it passes.
class MessageDigest {
 public:
  explicit MessageDigest(DigestRoad road = DigestRoad::lanes_first);
  /// `octets` stay where they are until settle().
  void update(std::string_view octets);
  /// Digests what no content has taken along.
  void settle();
  /// Lower-case hexadecimal; behind it the digest is used up.
  [[nodiscard]] std::string finish_hex();

 private:
  friend class ContentDigests;
  [[nodiscard]] std::size_t waiting_blocks() const noexcept { return waiting_.size() / digest_block; }
  /// The next `blocks` of those that wait, to be compressed now.
  Sha256Lane take(std::size_t blocks) noexcept;

  std::uint64_t size_ = 0;
  Sha256State state_;
  DigestBlocks blocks_;
  std::string_view waiting_;
  std::optional<Digest> library_;
};

/// MD5 and SHA-256 of the same octets, and their number.
class ContentDigests {
 public:
  /// Not `wanted`: the number alone. `message` is the one that the octets are of.
  ContentDigests(bool wanted, MessageDigest& message, DigestRoad road = DigestRoad::lanes_first);
  void update(std::string_view octets);
  /// Writes size and digests into `part`.
  void finish(MessagePart& part);

 private:
  struct Library {
    Digest md5{DigestKind::md5};
    Digest sha256{DigestKind::sha256};
  };
  void compress_blocks(const char* md5_octets, const char* sha256_octets, std::size_t blocks) noexcept;

  MessageDigest* message_;
  std::uint64_t size_ = 0;
  bool wanted_;
  Md5State md5_;
  Sha256State sha256_;
  DigestBlocks blocks_;
  std::optional<Library> library_;
};

}  // namespace mailparse
