#include "source/tcp/recent_octets.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace mailparse::tcp {

namespace {
constexpr std::size_t smallest_buffer = 256;
/// One that grows to this size takes a whole buffer, where one is to be had.
constexpr std::size_t whole_buffer_from = 8 * 1024;
}  // namespace

void RecentPool::touch(RecentOctets& member) noexcept {
  octets_ += member.memory() - member.counted_;
  member.counted_ = member.memory();
  if (newest_ != &member) {
    const std::uint64_t counted = member.counted_;
    leave(member);
    octets_ += counted;
    member.counted_ = counted;
    member.pooled_ = true;
    member.older_ = newest_;
    (newest_ == nullptr ? oldest_ : newest_->newer_) = &member;
    newest_ = &member;
  }
  shrink(member);
}

void RecentPool::leave(RecentOctets& member) noexcept {
  octets_ -= member.counted_;
  member.counted_ = 0;
  if (!member.pooled_) return;
  (member.older_ == nullptr ? oldest_ : member.older_->newer_) = member.newer_;
  (member.newer_ == nullptr ? newest_ : member.newer_->older_) = member.older_;
  member.older_ = member.newer_ = nullptr;
  member.pooled_ = false;
}

void RecentPool::shrink(const RecentOctets& spared) noexcept {
  while (octets_ > limit_ && (!spares_.empty() || oldest_ != &spared)) {
    if (!take_spare()) oldest_->release();
  }
}

std::unique_ptr<char[]> RecentPool::take_spare() noexcept {
  if (spares_.empty()) return nullptr;
  auto buffer = std::move(spares_.back());
  spares_.pop_back();
  octets_ -= RecentOctets::octets_limit;
  return buffer;
}

void RecentPool::keep_spare(std::unique_ptr<char[]> buffer) noexcept {
  if (spares_.size() == most_spares || octets_ + RecentOctets::octets_limit > limit_) return;
  spares_.push_back(std::move(buffer));
  octets_ += RecentOctets::octets_limit;
}

void RecentOctets::append(Position begin, std::string_view octets, std::uint64_t frame, std::uint8_t ttl) {
  if (octets.size() > octets_limit) {
    begin += octets.size() - octets_limit;
    octets.remove_prefix(octets.size() - octets_limit);
  }
  store({begin, begin + octets.size(), 0, frame, ttl, false}, octets);
  pool_.touch(*this);
}

void RecentOctets::append_missing(Position begin, Position end, std::uint64_t frame) {
  add({begin, end, written_, frame, 0, true});
  pool_.touch(*this);
}

/// Octets of one record lie in one piece: one that would wrap begins at the start of the buffer instead.
void RecentOctets::store(const Record& record, std::string_view octets) {
  reserve(octets.size());
  const std::size_t left = capacity_ - (written_ & (capacity_ - 1));
  if (left < octets.size()) written_ += left;
  Record placed = record;
  placed.stored = written_;
  std::memcpy(octets_.get() + (written_ & (capacity_ - 1)), octets.data(), octets.size());
  written_ += octets.size();
  forget_overwritten();
  add(placed);
}

void RecentOctets::add(Record record) {
  if (records_.size() == records_limit) records_.pop_front();
  records_.push_back(record);
}

void RecentOctets::forget_overwritten() noexcept {
  while (!records_.empty() && written_ - records_.front().stored > capacity_) records_.pop_front();
}

/// Doubles the buffer while the next octets would overwrite others and the limit is not reached.
void RecentOctets::reserve(std::size_t octets) {
  if (written_ + octets <= capacity_ || capacity_ == octets_limit) return;
  const std::size_t wanted = std::bit_ceil(std::max(smallest_buffer, static_cast<std::size_t>(written_) + octets));
  std::size_t capacity = std::min(octets_limit, wanted);
  auto wider = capacity >= whole_buffer_from ? pool_.take_spare() : nullptr;
  if (wider) {
    capacity = octets_limit;
  } else {
    wider = std::make_unique_for_overwrite<char[]>(capacity);
  }
  // While it grows the buffer has never wrapped, so that everything keeps its place.
  if (octets_) std::memcpy(wider.get(), octets_.get(), static_cast<std::size_t>(written_));
  octets_ = std::move(wider);
  capacity_ = capacity;
}

void RecentOctets::compare(Position begin, std::string_view octets, SecondCopySink& sink) const {
  const Position end = begin + octets.size();
  std::size_t low = 0;
  std::size_t high = records_.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (records_[middle].end <= begin)
      low = middle + 1;
    else
      high = middle;
  }
  Position at = begin;
  const Position known = low < records_.size() ? std::min(end, std::max(begin, records_[low].begin)) : end;
  if (known > at) {
    sink.on_second_copy({FirstCopy::Kind::forgotten, at, {}, 0, 0}, octets.substr(0, known - at));
    at = known;
  }
  for (std::size_t i = low; at < end && i < records_.size(); ++i) {
    const Record& record = records_[i];
    const Position stop = std::min(end, record.end);
    FirstCopy first{
        record.missing ? FirstCopy::Kind::missing : FirstCopy::Kind::octets, at, {}, record.frame, record.ttl};
    if (!record.missing) {
      const std::size_t place = static_cast<std::size_t>(record.stored & (capacity_ - 1));
      first.octets = {octets_.get() + place + (at - record.begin), static_cast<std::size_t>(stop - at)};
    }
    sink.on_second_copy(first, octets.substr(at - begin, stop - at));
    at = stop;
  }
}

void RecentOctets::release() noexcept {
  pool_.leave(*this);
  records_.release();
  if (capacity_ == octets_limit) pool_.keep_spare(std::move(octets_));
  octets_.reset();
  capacity_ = 0;
  written_ = 0;
}

}  // namespace mailparse::tcp
