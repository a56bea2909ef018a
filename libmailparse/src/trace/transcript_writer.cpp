#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>
#include <vector>

#include <mailparse/base/octets.hpp>
#include <mailparse/source/transcript.hpp>
#include <mailparse/trace/transcript_writer.hpp>

#include "trace/record_text.hpp"
#include "trace/words_alone.hpp"

namespace mailparse {
namespace {

/// What swaks puts in the place of a secret.
constexpr std::string_view swaks_mask = "UFJPVklERURfQlVUX1JFTU9WRUQ=";
/// What other programs put there.
constexpr std::string_view stars_mask = "********";

/// Octets of one side, or a note of their absence, in the order of the source.
struct Turn {
  enum class Kind : std::uint8_t { octets, gap, elided } kind = Kind::octets;
  Side side = Side::client;
  Elision what = Elision::body;
  std::uint64_t offset = 0;  ///< in the stream of the side
  std::uint64_t length = 0;
  std::size_t begin = 0;  ///< of the kept octets
};

std::size_t index(Side side) noexcept {
  return side == Side::client ? 0 : 1;
}

constexpr std::uint64_t no_end = ~std::uint64_t{0};

bool has_mask(std::string_view text) noexcept {
  return text.find(secret_mask) != std::string_view::npos;
}

std::string quantity(std::uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace

struct TranscriptWriter::Shared {
  ConversationFactory& conversations;
  TranscriptWriterOptions options;
  std::uint64_t kept = 0;          ///< octets of all conversations that are open
  const Keeper* ending = nullptr;  ///< the one whose record is being told
};

/// Keeps what is told of one conversation and hands it on.
class TranscriptWriter::Keeper final : public ConversationListener {
 public:
  Keeper(std::shared_ptr<Shared> shared, const ConversationStart& start)
      : shared_(std::move(shared)), start_(start), next_(shared_->conversations.open(start)) {}

  ~Keeper() override { shared_->kept -= octets_.size(); }

  void on_chunk(const Chunk& chunk) override {
    keep(chunk);
    next_->on_chunk(chunk);
  }
  void on_gap(const Gap& gap) override {
    turns_.push_back({Turn::Kind::gap, gap.side, {}, gap.offset, gap.length, 0});
    next_->on_gap(gap);
  }
  void on_elided(const Elided& elided) override {
    turns_.push_back({Turn::Kind::elided, elided.side, elided.what, elided.offset, elided.octets.value_or(0), 0});
    next_->on_elided(elided);
  }
  void on_end(Side side, StreamEnd end, const Stamp& stamp) override {
    closed_ = closed_ || end != StreamEnd::cut;
    next_->on_end(side, end, stamp);
  }
  void report(Diagnostic diagnostic) override { next_->report(std::move(diagnostic)); }
  void finish(const ConversationEnd& end) override {
    const auto* before = std::exchange(shared_->ending, this);
    next_->finish(end);
    shared_->ending = before;
  }

  [[nodiscard]] const std::vector<Turn>& turns() const noexcept { return turns_; }
  [[nodiscard]] std::string_view octets(const Turn& turn) const noexcept {
    return std::string_view(octets_).substr(turn.begin, turn.length);
  }
  [[nodiscard]] bool closed() const noexcept { return closed_; }
  [[nodiscard]] std::uint64_t left_out() const noexcept { return left_out_; }
  [[nodiscard]] const ConversationStart& start() const noexcept { return start_; }

 private:
  void keep(const Chunk& chunk) {
    const auto& options = shared_->options;
    const auto size = chunk.octets.size();
    if (octets_.size() + size > options.conversation_octets || shared_->kept + size > options.total_octets) {
      left_out_ += size;
      turns_.push_back({Turn::Kind::gap, chunk.side, {}, chunk.offset, size, 0});
      return;
    }
    turns_.push_back({Turn::Kind::octets, chunk.side, {}, chunk.offset, size, octets_.size()});
    octets_ += chunk.octets;
    shared_->kept += size;
  }

  std::shared_ptr<Shared> shared_;
  ConversationStart start_;
  std::unique_ptr<ConversationListener> next_;
  std::vector<Turn> turns_;
  std::string octets_;
  std::uint64_t left_out_ = 0;
  bool closed_ = false;
};

namespace {

/// What the record of a session says about the octets of one side.
class Knowledge {
 public:
  /// The line at `offset` holds a secret: `shown` stands for all octets up to the next line that the record knows.
  void hide(std::uint64_t offset, std::string shown) { hidden_[offset] = {std::move(shown), no_end}; }
  /// The record knows of a line at `offset`, which has `lines` of the log. Any order.
  void know(std::uint64_t offset, std::size_t lines) {
    starts_.push_back(offset);
    if (known_ && offset < *known_) return;
    known_ = offset;
    last_lines_ = lines;
  }
  /// A chunk of BDAT ends at `offset`, at the end of a line or within one.
  void cut(std::uint64_t offset) { cuts_.push_back(offset); }
  /// The first end of a chunk behind `offset`.
  [[nodiscard]] std::uint64_t next_cut(std::uint64_t offset) const {
    const auto next = std::ranges::upper_bound(cuts_, offset);
    return next == cuts_.end() ? no_end : *next;
  }
  /// The record begins with the first line that it knows; what stands before (a proxy's preface) is not of it.
  void begin() noexcept { begins_ = true; }
  [[nodiscard]] bool before(std::uint64_t offset) const {
    return begins_ && !starts_.empty() && offset < starts_.front();
  }
  /// Nothing behind the last known line can be read.
  void end() noexcept { ends_ = true; }
  /// All is told.
  void settle() {
    std::ranges::sort(starts_);
    std::ranges::sort(cuts_);
    for (auto& [offset, hidden] : hidden_) {
      const auto next = std::ranges::upper_bound(starts_, offset);
      if (next != starts_.end()) hidden.end = *next;
    }
  }

  struct Hidden {
    std::string shown;
    std::uint64_t end = no_end;  ///< no octet before it is shown
  };
  [[nodiscard]] const Hidden* hidden(std::uint64_t offset) const {
    const auto found = hidden_.find(offset);
    return found == hidden_.end() ? nullptr : &found->second;
  }
  /// Whether the line at `offset` lies behind the last one that can be read; each line is asked about once.
  [[nodiscard]] bool beyond(std::uint64_t offset) {
    if (!ends_ || (known_ && offset < *known_)) return false;
    return !known_ || last_lines_ == 0 || last_lines_-- == 0;
  }

 private:
  std::map<std::uint64_t, Hidden> hidden_;
  std::vector<std::uint64_t> starts_;  ///< of the lines that the record knows
  std::vector<std::uint64_t> cuts_;
  std::optional<std::uint64_t> known_;
  std::size_t last_lines_ = 0;
  bool begins_ = false;
  bool ends_ = false;
};

std::string masked_reply(const ReplyRecord& reply) {
  std::string text;
  for (std::size_t i = 0; i < reply.text.size(); ++i) {
    if (i > 0) text += '\n';
    if (reply.code) {
      text.append(std::to_string(*reply.code)).append(i + 1 < reply.text.size() ? "-" : " ");
    } else if (i == 0) {
      // The tag of a continuation request is its status too.
      if (!reply.tag.empty() && reply.tag != reply.status) text.append(reply.tag).append(" ");
      if (!reply.status.empty()) text.append(reply.status).append(" ");
    }
    text += reply.text[i];
  }
  return text;
}

/// Where the octets of a BDAT command end.
std::optional<std::uint64_t> end_of_chunk(const CommandRecord& command) {
  if (command.verb != "BDAT") return std::nullopt;
  const auto text = trim_blanks(std::string_view(command.text).substr(command.verb.size()));
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  constexpr std::uint64_t most = std::uint64_t{1} << 40;
  if (error != std::errc{} || size > most) return std::nullopt;
  return command.place.offset + command.text.size() + 2 + size;
}

std::array<Knowledge, 2> knowledge_of(const SessionRecord& session, bool show_secrets) {
  std::array<Knowledge, 2> sides;
  if (session.tls && session.tls->decrypted.value_or(false)) {
    // The record is of what TLS carried; the source's octets are not.
    for (auto& side : sides) side.end();
    return sides;
  }
  const auto know = [&](const ReplyRecord& reply) {
    auto& server = sides[index(Side::server)];
    server.know(reply.place.offset, reply.text.size());
    if (!show_secrets && std::ranges::any_of(reply.text, has_mask))
      server.hide(reply.place.offset, masked_reply(reply));
  };
  for (const Exchange& exchange : session.exchanges) {
    if (exchange.command && exchange.command->observed) {
      auto& client = sides[index(Side::client)];
      client.know(exchange.command->place.offset, 1);
      if (const auto end = end_of_chunk(*exchange.command)) client.cut(*end);
      if ((!show_secrets || exchange.command->elided) && has_mask(exchange.command->text))
        client.hide(exchange.command->place.offset, std::string(exchange.command->text));
    }
    if (exchange.reply) know(*exchange.reply);
    for (const ReplyRecord& reply : exchange.more_replies) know(reply);
  }
  sides[index(Side::client)].begin();
  if (session.greeting) {
    know(*session.greeting);
    sides[index(Side::server)].begin();
  }
  const bool unread =
      session.ending == Ending::tls || session.exchanges_left_out > 0 || session.protocol == Protocol::unknown;
  for (auto& side : sides) {
    if (unread) side.end();
    side.settle();
  }
  return sides;
}

/// Writes lines in one form.
class Printer {
 public:
  /// `names_speakers`: where the form is plain, a line of its own says who speaks from there on.
  Printer(TranscriptForm form, bool names_speakers, std::string& out)
      : form_(form), names_speakers_(names_speakers), out_(out) {}

  /// What was said, as reads_back() takes it; empty where a mark tells who says it.
  [[nodiscard]] const std::string& said() const noexcept { return said_; }

  void heading(const SessionRecord& session) {
    const auto& start = session.start;
    std::string text = std::string(transcript_session) + session.id + ", " + std::string(to_string(session.protocol));
    if (start.client && start.server) text += ", " + endpoint(*start.client) + " -> " + endpoint(*start.server);
    if (start.first.time) text += ", " + rfc3339(*start.first.time);
    if (form_ != TranscriptForm::swaks) return own(transcript_heading, text);
    own("=== ", text);
    own("=== Trying ", start.server ? endpoint(*start.server) + "..." : "an unknown server...");
  }

  void line(Side side, std::string_view text) {
    if (side == Side::server) tell_notes();
    constexpr std::array<std::array<std::string_view, 2>, 3> marks{{{" -> ", "<-  "}, {"", ""}, {"C: ", "S: "}}};
    if (form_ == TranscriptForm::plain) append_said(said_, side, text);
    if (names_speakers_ && std::exchange(speaker_, side) != side)
      own(transcript_heading, side == Side::client ? transcript_client : transcript_server);
    own(marks[static_cast<std::size_t>(form_)][index(side)], text);
  }

  /// A line with a secret in it, in the form's own way to hide one.
  void masked(Side side, std::string_view text) {
    const auto at = text.find(secret_mask);
    const bool ends = at != std::string_view::npos && at + secret_mask.size() == text.size();
    if (!ends || side == Side::server || form_ == TranscriptForm::plain) return line(side, text);
    line(side, std::string(text.substr(0, at)).append(form_ == TranscriptForm::swaks ? swaks_mask : stars_mask));
  }

  void left_out(Side side, std::string_view what) {
    const std::string text = std::string(what) + " left out";
    if (form_ == TranscriptForm::c_s) return line(side, "<" + text + ">");
    note(text);
  }

  /// Notes wait for the end of a message, of which they would be lines.
  void note(std::string text) { notes_.push_back(std::move(text)); }

  void end(bool closed) {
    // A note before the end would be a line of a message that is still open.
    if (form_ != TranscriptForm::swaks) {
      own(transcript_heading, closed ? transcript_closed : transcript_cut);
    } else if (closed) {
      own("=== ", "Connection closed with remote host.");
    }
    tell_notes();
    out_ += '\n';
  }

 private:
  void own(std::string_view mark, std::string_view text) { out_.append(mark).append(text).push_back('\n'); }

  void tell_notes() {
    const auto mark = form_ == TranscriptForm::swaks ? "=== " : names_speakers_ ? transcript_heading : "# ";
    if (!notes_.empty()) speaker_.reset();
    for (const auto& note : std::exchange(notes_, {})) own(mark, note);
  }

  static std::string endpoint(const Endpoint& endpoint) {
    const bool colons = endpoint.ip.find(':') != std::string::npos;
    auto text = colons ? "[" + endpoint.ip + "]" : endpoint.ip;
    if (endpoint.port != 0) text += ":" + std::to_string(endpoint.port);
    return text;
  }

  TranscriptForm form_;
  bool names_speakers_;
  std::string& out_;
  std::string said_;
  std::optional<Side> speaker_;  ///< the one named last
  std::vector<std::string> notes_;
};

/// Puts the octets of one side together to lines and prints them.
class SidePrinter {
 public:
  SidePrinter(Side side, Knowledge knowledge, Printer& printer)
      : side_(side), knowledge_(std::move(knowledge)), printer_(printer) {}

  [[nodiscard]] bool spoke() const noexcept { return spoke_; }

  void octets(std::string_view octets, std::uint64_t offset) {
    spoke_ = true;
    while (!octets.empty()) {
      if (line_.empty()) at_ = offset;
      const auto end = octets.find('\n');
      auto piece = octets.substr(0, end == std::string_view::npos ? end : end + 1);
      const auto cut = knowledge_.next_cut(offset);
      piece = piece.substr(0, cut - offset);
      line_ += piece;
      offset += piece.size();
      octets.remove_prefix(piece.size());
      if (offset == cut && !line_.ends_with('\n')) {
        line_ += "\r\n";
        finish_line();
      } else if (piece.ends_with('\n')) {
        finish_line();
      }
    }
  }

  void gap(std::uint64_t length) {
    finish_line();
    printer_.left_out(side_, quantity(length, "octet"));
  }

  void end() {
    finish_line();
    if (unread_ > 0)
      printer_.note(quantity(unread_, "octet").append(speaker()).append("cannot be read and are left out"));
    if (bare_lf_ > 0) printer_.note(quantity(bare_lf_, "line").append(speaker()).append("end in a bare LF"));
    if (bare_cr_ > 0) printer_.note(quantity(bare_cr_, "line").append(speaker()).append("have a CR that ends no line"));
    if (unended_ > 0) printer_.note(quantity(unended_, "line").append(speaker()).append("have no end"));
    if (nul_ > 0) printer_.note(quantity(nul_, "line").append(speaker()).append("have NUL octets"));
  }

 private:
  [[nodiscard]] std::string_view speaker() const noexcept {
    return side_ == Side::client ? " of the client " : " of the server ";
  }

  void finish_line() {
    if (line_.empty()) return;
    print(line_);
    line_.clear();
  }

  void print(std::string_view line) {
    const auto size = line.size();
    if (hidden_until_ > at_) return;
    if (const auto* hidden = knowledge_.hidden(at_)) {
      (void)knowledge_.beyond(at_);
      hidden_until_ = hidden->end;
      return print_masked(hidden->shown);
    }
    if (knowledge_.before(at_) || knowledge_.beyond(at_)) {
      unread_ += size;
      return;
    }
    if (line.ends_with("\r\n")) {
      line.remove_suffix(2);
    } else if (line.ends_with('\n')) {
      line.remove_suffix(1);
      ++bare_lf_;
    } else {
      ++unended_;
    }
    if (line.find('\r') != std::string_view::npos) ++bare_cr_;
    if (line.find('\0') != std::string_view::npos) ++nul_;
    printer_.line(side_, line);
  }

  void print_masked(std::string_view lines) {
    while (true) {
      const auto end = lines.find('\n');
      printer_.masked(side_, lines.substr(0, end));
      if (end == std::string_view::npos) return;
      lines.remove_prefix(end + 1);
    }
  }

  Side side_;
  Knowledge knowledge_;
  Printer& printer_;
  bool spoke_ = false;
  std::string line_;
  std::uint64_t at_ = 0;  ///< offset of line_
  std::uint64_t hidden_until_ = 0;
  std::uint64_t unread_ = 0;
  std::uint64_t bare_lf_ = 0;
  std::uint64_t bare_cr_ = 0;
  std::uint64_t unended_ = 0;
  std::uint64_t nul_ = 0;
};

std::string_view name_of(Elision what) noexcept {
  switch (what) {
    case Elision::body:
      return "message";
    case Elision::secret:
      return "secret";
    case Elision::reply:
      break;
  }
  return "reply";
}

}  // namespace

TranscriptWriter::TranscriptWriter(ConversationFactory& conversations, const TranscriptWriterOptions& options)
    : shared_(std::make_shared<Shared>(Shared{conversations, options})) {}

TranscriptWriter::~TranscriptWriter() = default;

std::unique_ptr<ConversationListener> TranscriptWriter::open(const ConversationStart& start) {
  return std::make_unique<Keeper>(shared_, start);
}

void TranscriptWriter::write(const SessionRecord& session, std::string& out) {
  const Keeper* const keeper = shared_->ending;
  if (keeper == nullptr) return;
  // The record tells who spoke as the client; the source may have had it the other way round.
  const bool swapped = session.start.client != keeper->start().client && session.start.client == keeper->start().server;
  const auto knowledge = knowledge_of(session, shared_->options.show_secrets);
  const auto print = [&](bool names_speakers, std::string_view note) {
    Printer printer(shared_->options.form, names_speakers, out);
    std::array<SidePrinter, 2> sides{SidePrinter(Side::client, knowledge[0], printer),
                                     SidePrinter(Side::server, knowledge[1], printer)};
    printer.heading(session);
    for (const Turn& turn : keeper->turns()) {
      const Side side = swapped ? other(turn.side) : turn.side;
      auto& speaker = sides[index(side)];
      if (turn.kind == Turn::Kind::octets) {
        speaker.octets(keeper->octets(turn), turn.offset);
      } else if (turn.kind == Turn::Kind::gap) {
        speaker.gap(turn.length);
      } else if (turn.what != Elision::secret) {
        printer.left_out(side, name_of(turn.what));
      }
    }
    for (auto& side : sides) side.end();
    if (!note.empty()) printer.note(std::string(note));
    if (keeper->left_out() > 0) printer.note("more than is kept of a conversation");
    printer.end(keeper->closed());
    return printer.said();
  };
  const auto begin = out.size();
  const auto told = [&](const std::string& said) { return reads_back(std::string_view(out).substr(begin), said); };
  if (auto said = print(false, {}); shared_->options.form != TranscriptForm::plain || told(said)) return;
  out.resize(begin);
  if (auto said = print(true, {}); told(said)) return;
  out.resize(begin);
  print(true, "some lines do not tell who says them");
}

}  // namespace mailparse
