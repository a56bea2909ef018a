#include "source/tcp/flow_table.hpp"

#include <cstring>
#include <random>

namespace mailparse::tcp {

namespace {

constexpr std::size_t initial_slots = 1024;

/// Multiplies to 128 bits and folds: every bit of both factors reaches every bit of the result.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

}  // namespace

unsigned FlowKey::direction(const TcpSegment& segment) noexcept {
  const auto order = segment.source <=> segment.destination;
  const bool lower = order == 0 ? segment.source_port <= segment.destination_port : order < 0;
  return lower ? 0 : 1;
}

FlowKey::FlowKey(const TcpSegment& segment, unsigned direction) noexcept {
  const bool swapped = direction == 1;
  const IpAddress& low = swapped ? segment.destination : segment.source;
  const IpAddress& high = swapped ? segment.source : segment.destination;
  const std::uint64_t low_port = swapped ? segment.destination_port : segment.source_port;
  const std::uint64_t high_port = swapped ? segment.source_port : segment.destination_port;
  std::memcpy(words_.data(), low.octets.data(), 16);
  std::memcpy(words_.data() + 2, high.octets.data(), 16);
  words_[4] = low_port | high_port << 16 | static_cast<std::uint64_t>(low.family) << 32 |
              static_cast<std::uint64_t>(high.family) << 40;
}

IpAddress FlowKey::address(unsigned direction) const noexcept {
  IpAddress address;
  std::memcpy(address.octets.data(), words_.data() + (direction == 0 ? 0 : 2), 16);
  address.family = static_cast<IpAddress::Family>((words_[4] >> (direction == 0 ? 32 : 40)) & 0xFF);
  return address;
}

std::uint16_t FlowKey::port(unsigned direction) const noexcept {
  return static_cast<std::uint16_t>(words_[4] >> (direction == 0 ? 0 : 16));
}

std::uint64_t FlowKey::hash(std::uint64_t seed) const noexcept {
  std::uint64_t mixed = seed;
  for (const std::uint64_t word : words_) mixed = fold(mixed ^ word, 0x9E37'79B9'7F4A'7C15U ^ seed);
  return fold(mixed, 0xD6E8'FEB8'6659'FD93U);
}

FlowTable::FlowTable() : seed_(random_seed()) {}

FlowTable::Id FlowTable::find(const FlowKey& key) const noexcept {
  if (slots_.empty()) return none;
  const std::uint32_t tag = tag_of(key);
  for (std::size_t at = tag & mask(); slots_[at].id != none; at = (at + 1) & mask()) {
    if (slots_[at].tag == tag && keys_[slots_[at].id] == key) return slots_[at].id;
  }
  return none;
}

FlowTable::Id FlowTable::insert(const FlowKey& key) {
  if ((size_ + 1) * 4 > slots_.size() * 3) grow();
  Id id = 0;
  if (unused_.empty()) {
    id = static_cast<Id>(keys_.size());
    keys_.push_back(key);
  } else {
    id = unused_.back();
    unused_.pop_back();
    keys_[id] = key;
  }
  place({tag_of(key), id});
  ++size_;
  return id;
}

void FlowTable::erase(Id id) noexcept {
  std::size_t hole = tag_of(keys_[id]) & mask();
  while (slots_[hole].id != id) hole = (hole + 1) & mask();
  // Later entries of the same run move up, so that no search ends early and no marker of the deleted is needed.
  for (std::size_t next = (hole + 1) & mask(); slots_[next].id != none; next = (next + 1) & mask()) {
    const std::size_t home = slots_[next].tag & mask();
    if (((next - home) & mask()) >= ((next - hole) & mask())) {
      slots_[hole] = slots_[next];
      hole = next;
    }
  }
  slots_[hole] = Slot{};
  unused_.push_back(id);
  --size_;
}

void FlowTable::place(Slot slot) noexcept {
  std::size_t at = slot.tag & mask();
  while (slots_[at].id != none) at = (at + 1) & mask();
  slots_[at] = slot;
}

void FlowTable::grow() {
  std::vector<Slot> old(slots_.empty() ? initial_slots : slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.id != none) place(slot);
  }
}

}  // namespace mailparse::tcp
