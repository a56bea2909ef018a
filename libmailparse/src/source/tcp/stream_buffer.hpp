// Octets of one side that cannot be delivered yet: behind a hole, or sent after something of the other side that is
// still to come.
// Layer: source.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include <mailparse/base/provenance.hpp>

#include "source/tcp/second_copy.hpp"
#include "source/tcp/sequence.hpp"

namespace mailparse::tcp {

/// Where octets came from; kept with every piece of them.
struct PieceOrigin {
  Position needs = 0;         ///< place in the other side's stream that its sender had received
  std::uint64_t arrival = 0;  ///< number of its segment among those of the connection
  Stamp stamp;
  std::uint8_t ttl = 0;
  bool in_syn = false;
};

/// A run of octets of one segment, or of octets that the capture cut off it.
struct Piece {
  Position end = 0;
  std::string octets;  ///< empty: cut off by the capture
  PieceOrigin origin;
};

/// Pieces by position, never overlapping: the first copy of an octet stays. Inserting costs the logarithm of the number
/// of pieces plus the octets compared.
class StreamBuffer {
 public:
  /// What a piece costs besides its octets, roughly: the node, two allocations. Counted, so that one-octet segments
  /// cannot take more memory than their limit says.
  static constexpr std::uint64_t piece_cost = 192;

  /// `total` is a sum over all buffers, to which this one adds what it holds.
  explicit StreamBuffer(std::uint64_t& total) noexcept : total_(total) {}
  ~StreamBuffer() { total_ -= cost_; }
  StreamBuffer(const StreamBuffer&) = delete;
  StreamBuffer& operator=(const StreamBuffer&) = delete;

  /// Keeps what is new of `octets`, tells `copies` of what is not; returns how many octets were new.
  std::uint64_t insert(Position begin, std::string_view octets, const PieceOrigin& origin, SecondCopySink& copies);
  /// Marks octets that were sent but cut off by the capture, where nothing else is known.
  void insert_cut(Position begin, Position end, const PieceOrigin& origin);

  [[nodiscard]] bool empty() const noexcept { return pieces_.empty(); }
  [[nodiscard]] Position first_begin() const noexcept { return pieces_.begin()->first; }
  [[nodiscard]] const Piece& first() const noexcept { return pieces_.begin()->second; }
  [[nodiscard]] Piece take_first();
  /// Drops what came in a SYN; returns its octets.
  std::uint64_t drop_syn_octets();
  /// Drops everything; returns its octets.
  std::uint64_t drop_all();
  /// Octets held and their bookkeeping.
  [[nodiscard]] std::uint64_t cost() const noexcept { return cost_; }

 private:
  using Pieces = std::map<Position, Piece>;
  void add(Pieces::iterator hint, Position begin, Position end, std::string_view octets, const PieceOrigin& origin);
  Pieces::iterator drop(Pieces::iterator at);
  Pieces::iterator fill_cut(Pieces::iterator cut, Position begin, std::string_view octets, const PieceOrigin& origin);
  [[nodiscard]] Pieces::iterator first_ending_behind(Position begin);

  std::uint64_t& total_;
  std::uint64_t cost_ = 0;
  Pieces pieces_;
};

}  // namespace mailparse::tcp
