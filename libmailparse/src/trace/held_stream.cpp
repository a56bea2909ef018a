#include "trace/held_stream.hpp"

#include <utility>

namespace mailparse {

void HeldStream::hold(const Chunk& chunk) {
  calls_.emplace_back(HeldChunk{chunk, octets_.size(), chunk.octets.size()});
  octets_ += chunk.octets;
}

void HeldStream::release_to(StreamSink& sink) {
  const std::vector<Call> calls = std::exchange(calls_, {});
  const std::string octets = std::exchange(octets_, {});
  struct Repeat {
    StreamSink& sink;
    std::string_view octets;
    void operator()(const HeldChunk& held) const {
      Chunk chunk = held.chunk;
      chunk.octets = octets.substr(held.begin, held.size);
      sink.on_chunk(chunk);
    }
    void operator()(const Gap& gap) const { sink.on_gap(gap); }
    void operator()(const Elided& elided) const { sink.on_elided(elided); }
    void operator()(const End& end) const { sink.on_end(end.side, end.end, end.stamp); }
    void operator()(const Diagnostic& diagnostic) const { sink.report(diagnostic); }
  };
  for (const Call& call : calls) std::visit(Repeat{sink, octets}, call);
}

void HeldStream::drop_octets() {
  std::erase_if(calls_, [](const Call& call) {
    return !std::holds_alternative<End>(call) && !std::holds_alternative<Diagnostic>(call);
  });
  octets_.clear();
}

}  // namespace mailparse
