// The machine inside MimeReader.
// Layer: message, private. RFC 2046 5.1.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/message/mime_reader.hpp>

namespace mailparse {

class MimeReader::Scanner {
 public:
  Scanner(MimeSink& sink, const MimeOptions& options);

  void feed(std::string_view octets);
  void finish();

  [[nodiscard]] std::uint64_t octets() const noexcept { return fed_; }
  [[nodiscard]] bool cr_line_ends() const noexcept { return cr_line_ends_; }
  [[nodiscard]] const StructureLineEnds& line_ends() const noexcept { return line_ends_; }

 private:
  /// Lines of one kind met inside an entity, told together when it ends.
  struct Noticed {
    std::uint64_t count = 0;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    void add(std::uint64_t at, std::uint64_t octets) noexcept {
      if (count++ == 0) {
        offset = at;
        length = octets;
      }
    }
  };

  /// An entity that is not over. The last frame is the one that is being read.
  struct Frame {
    MimeEntity entity;
    std::string default_type;
    std::string boundary;        ///< empty unless the kind is multipart
    std::string other_boundary;  ///< of another reading of Content-Type
    std::uint64_t boundary_offset = 0;
    std::uint64_t boundary_length = 0;
    MimeRange range = MimeRange::header;  ///< what its next octet is
    bool digest = false;                  ///< multipart/digest: parts are messages by default
    bool report = false;                  ///< multipart/report
    bool closed = false;                  ///< its close delimiter was met
    bool returned = false;                ///< inside the original that a multipart/report returns
    std::uint32_t parts = 0;
    std::uint64_t last_delimiter = 0;
    std::uint64_t last_delimiter_length = 0;
    RunTally tally;
    Noticed prefix_lines;
    Noticed lookalikes;
    Noticed after_close;
    std::uint64_t other_delimiters = 0;
  };

  /// A line that begins with "--" as the open multiparts see it.
  struct Match {
    std::size_t frame = 0;
    bool found = false;
    bool close = false;
  };

  void decide_line_ends(std::string_view octets, bool at_end);
  void drain(std::string_view octets);
  std::size_t step(std::string_view octets);
  std::size_t step_header(std::string_view octets);
  std::size_t step_body(std::string_view octets);
  std::size_t step_candidate(std::string_view octets);

  void begin_entity(std::uint32_t number, std::string default_type);
  void header_done(std::string_view pushed, std::size_t taken);
  void begin_body(const EntityHead& head);
  EntityKind decide_kind(const EntityHead& head);
  void end_frames_above(std::size_t frame, EntityEnd how);
  void end_top(EntityEnd how);
  void close_header(EntityEnd how);

  void text(std::string_view octets);
  void flush_line_end();
  void emit(MimeRange range, std::string_view octets);
  void restart_scan(std::uint64_t offset, LineBreak before);
  void keep_tally();
  [[nodiscard]] std::uint64_t position() const noexcept;

  std::size_t line_size(std::string_view octets, std::size_t limit) const noexcept;
  std::size_t candidate_limit() const noexcept;
  Match match(std::string_view line) const noexcept;
  std::size_t resolve(std::string_view line, bool whole);
  void notice(std::string_view line, bool whole);
  void report_bare_cr(std::uint64_t offset);
  std::size_t delimiter(const Match& met, std::string_view line);
  void note_line_end(std::string_view line_end, std::uint64_t offset);
  void report(Code code, std::uint64_t offset, std::uint64_t length, std::uint64_t count = 1, std::string detail = {});

  Frame& top() noexcept { return frames_.back(); }

  MimeSink* sink_;
  MimeOptions options_;
  HeaderReader header_reader_;
  RunScanner scanner_{'-'};
  std::vector<Frame> frames_;
  std::set<std::string, std::less<>> boundaries_;  ///< of every multipart met so far

  std::string undecided_;  ///< octets before it is known whether CR ends lines
  bool decided_ = false;
  bool cr_line_ends_ = false;

  std::string header_octets_;  ///< of a header that comes in pieces, not handed on yet
  std::string candidate_;      ///< beginning of a line that may be a delimiter
  std::string backlog_;        ///< octets to be read before those that are fed
  char line_end_[3]{};         ///< a line end that belongs to a delimiter if one follows
  std::size_t line_end_size_ = 0;
  LineBreak candidate_after_ = LineBreak::none;

  std::uint64_t fed_ = 0;
  std::uint64_t emitted_ = 0;  ///< offset of the next octet to hand on
  std::uint64_t entities_ = 0;
  std::size_t longest_boundary_ = 0;
  std::size_t multiparts_ = 0;  ///< frames with a boundary
  bool in_header_ = true;
  bool unread_ = false;  ///< the part limit was reached
  bool depth_reported_ = false;
  bool finished_ = false;
  StructureLineEnds line_ends_;
};

}  // namespace mailparse
