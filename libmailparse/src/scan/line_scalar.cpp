#include "scan/line_scalar.hpp"

#include "scan/line_flags.hpp"

namespace mailparse::scalar {

LineIndex::Result index_lines(LineState& state, std::string_view block, std::span<Line> out) noexcept {
  std::size_t records = 0;
  const auto piece = [&](std::uint64_t begin, std::string_view content, LineEnd end) {
    out[records++] = Line{begin, static_cast<std::uint32_t>(content.size()),
                          state.open.add(content, content_flags(content), end), end};
  };

  const std::uint64_t base = state.offset;
  std::size_t begin = 0;  // of the content not told yet
  for (std::size_t i = 0; i < block.size(); ++i) {
    if (records == out.size()) {
      // Only a line end or a held CR was told: nothing of the block behind it is.
      state.offset = base + begin;
      return {begin, records};
    }
    if (state.held_cr) {
      state.held_cr = false;
      if (block[i] == '\n') {
        piece(base - 1, {}, LineEnd::crlf);
        begin = 1;
        continue;
      }
      piece(base - 1, "\r", LineEnd::none);
      if (records == out.size()) return {0, records};
    }
    if (block[i] != '\n') continue;
    const bool crlf = i > begin && block[i - 1] == '\r';
    piece(base + begin, block.substr(begin, i - begin - (crlf ? 1 : 0)), crlf ? LineEnd::crlf : LineEnd::lf);
    begin = i + 1;
  }
  if (begin == block.size() || records == out.size()) {
    state.offset = base + begin;
    return {begin, records};
  }
  state.held_cr = block.back() == '\r';
  const std::string_view content = block.substr(begin, block.size() - begin - (state.held_cr ? 1 : 0));
  if (!content.empty()) piece(base + begin, content, LineEnd::none);
  state.offset = base + block.size();
  return {block.size(), records};
}

Run next_run(RunState& state, RunScanner::Markers markers, std::string_view octets) noexcept {
  RunTally& tally = state.tally;
  const auto met = [](Occurrences& what, std::uint64_t offset) {
    if (what.count++ == 0) what.first = offset;
  };
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const char octet = octets[i];
    const std::uint64_t offset = state.base + tally.octets;
    if (state.before == LineBreak::cr && octet != '\n' && tally.octets > 0) met(tally.bare_cr, offset - 1);
    if (state.before != LineBreak::none && octet != '\n' && (octet == markers.first || octet == markers.second)) {
      const LineBreak after = state.before;
      state.before = LineBreak::none;
      return {i, after};
    }
    if (octet == '\n') {
      ++tally.lines;
      const bool crlf = state.before == LineBreak::cr;
      if (!crlf) met(tally.bare_lf, offset);
      if (offset > state.line_begin + line_content_limit + (crlf ? 1 : 0)) met(tally.long_lines, state.line_begin);
      state.line_begin = offset + 1;
      state.before = crlf ? LineBreak::crlf : LineBreak::lf;
    } else {
      state.before = octet == '\r' ? LineBreak::cr : LineBreak::none;
    }
    if (octet == '\0') met(tally.nul, offset);
    if (static_cast<unsigned char>(octet) >= 0x80) met(tally.eight_bit, offset);
    ++tally.octets;
  }
  return {octets.size(), LineBreak::none};
}

}  // namespace mailparse::scalar
