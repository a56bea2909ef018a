#include "source/tcp/stream_buffer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mailparse::tcp {

std::uint64_t StreamBuffer::insert(Position begin, std::string_view octets, const PieceOrigin& origin,
                                   SecondCopySink& copies) {
  const Position end = begin + octets.size();
  const auto part = [&](Position from, Position to) { return octets.substr(from - begin, to - from); };
  std::uint64_t fresh = 0;
  auto next = first_ending_behind(begin);
  for (Position at = begin; at < end;) {
    if (next == pieces_.end() || next->first > at) {
      const Position stop = next == pieces_.end() ? end : std::min(end, next->first);
      add(next, at, stop, part(at, stop), origin);
      fresh += stop - at;
      at = stop;
      continue;
    }
    const Piece& piece = next->second;
    const Position stop = std::min(end, piece.end);
    if (piece.octets.empty()) {
      next = fill_cut(next, at, part(at, stop), origin);
      fresh += stop - at;
    } else {
      const std::string_view first = std::string_view(piece.octets).substr(at - next->first, stop - at);
      copies.on_second_copy({FirstCopy::Kind::octets, at, first, piece.origin.stamp.frame, piece.origin.ttl},
                            part(at, stop));
      ++next;
    }
    at = stop;
  }
  return fresh;
}

void StreamBuffer::insert_cut(Position begin, Position end, const PieceOrigin& origin) {
  auto next = first_ending_behind(begin);
  for (Position at = begin; at < end; ++next) {
    const Position stop = next == pieces_.end() ? end : std::min(end, std::max(at, next->first));
    if (stop > at) add(next, at, stop, {}, origin);
    if (next == pieces_.end()) return;
    at = next->second.end;
  }
}

Piece StreamBuffer::take_first() {
  const auto first = pieces_.begin();
  Piece piece = std::move(first->second);
  const std::uint64_t cost = piece_cost + piece.octets.size();
  cost_ -= cost;
  total_ -= cost;
  pieces_.erase(first);
  return piece;
}

std::uint64_t StreamBuffer::drop_syn_octets() {
  std::uint64_t dropped = 0;
  for (auto at = pieces_.begin(); at != pieces_.end();) {
    if (!at->second.origin.in_syn) {
      ++at;
      continue;
    }
    dropped += at->second.octets.size();
    at = drop(at);
  }
  return dropped;
}

std::uint64_t StreamBuffer::drop_all() {
  std::uint64_t dropped = 0;
  for (auto at = pieces_.begin(); at != pieces_.end(); at = drop(at)) dropped += at->second.octets.size();
  return dropped;
}

void StreamBuffer::add(Pieces::iterator hint, Position begin, Position end, std::string_view octets,
                       const PieceOrigin& origin) {
  pieces_.emplace_hint(hint, begin, Piece{end, std::string(octets), origin});
  const std::uint64_t cost = piece_cost + octets.size();
  cost_ += cost;
  total_ += cost;
}

StreamBuffer::Pieces::iterator StreamBuffer::drop(Pieces::iterator at) {
  const std::uint64_t cost = piece_cost + at->second.octets.size();
  cost_ -= cost;
  total_ -= cost;
  return pieces_.erase(at);
}

/// Octets that another packet shows in full; what is left of `cut` before and behind them stays cut.
StreamBuffer::Pieces::iterator StreamBuffer::fill_cut(Pieces::iterator cut, Position begin, std::string_view octets,
                                                      const PieceOrigin& origin) {
  const Position cut_begin = cut->first;
  const Position cut_end = cut->second.end;
  const Position end = begin + octets.size();
  const PieceOrigin cut_origin = cut->second.origin;
  const auto behind = drop(cut);
  if (begin > cut_begin) add(behind, cut_begin, begin, {}, cut_origin);
  add(behind, begin, end, octets, origin);
  if (end < cut_end) add(behind, end, cut_end, {}, cut_origin);
  return pieces_.lower_bound(end);
}

StreamBuffer::Pieces::iterator StreamBuffer::first_ending_behind(Position begin) {
  // Most segments that must wait come behind all others.
  if (!pieces_.empty() && pieces_.rbegin()->second.end <= begin) return pieces_.end();
  auto next = pieces_.upper_bound(begin);
  if (next != pieces_.begin() && std::prev(next)->second.end > begin) --next;
  return next;
}

}  // namespace mailparse::tcp
