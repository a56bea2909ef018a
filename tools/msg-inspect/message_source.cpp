#include "msg-inspect/message_source.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>

#include <mailparse/message/mailbox.hpp>
#include <mailparse/source/input.hpp>

namespace mailparse::tools {
namespace {

namespace fs = std::filesystem;

/// Files of mail programs beside the messages: indexes, sequences, locks.
bool is_message_file(const fs::path& path) {
  const std::string name = path.filename().string();
  if (name.empty() || name[0] == '.' || name[0] == ',' || name.ends_with('~')) return false;
  for (const char* index : {"maildirfolder", "maildirsize", "courierimapsubscribed", "subscriptions"}) {
    if (name == index) return false;
  }
  for (const char* prefix : {"dovecot", "courierimap"}) {
    if (name.starts_with(prefix)) return false;
  }
  return path.parent_path().filename() != "tmp" || !fs::exists(path.parent_path().parent_path() / "cur");
}

/// One message after the other out of one stream of octets.
class Splitter final : private MboxSink {
 public:
  Splitter(const std::string& file, MessageVisitor& visitor, const Limits& limits)
      : file_(file), visitor_(visitor), limits_(limits) {}

  void feed(std::string_view octets) {
    if (!decided_) {
      start_.append(octets);
      if (start_.size() < look_octets && start_.find('\n') == std::string::npos) return;
      const std::string start = decide();
      return route(start);
    }
    route(octets);
  }

  void finish() {
    if (!decided_) {
      const std::string start = decide();
      route(start);
    }
    if (mbox_ != nullptr) {
      finishing_ = true;
      mbox_->finish();
    } else {
      end(total_);
    }
  }

 private:
  static constexpr std::size_t look_octets = 4096;

  std::string decide() {
    decided_ = true;
    std::string start = std::move(start_);
    if (looks_like_mbox(start)) {
      mbox_ = std::make_unique<MboxReader>(static_cast<MboxSink&>(*this));
    } else {
      begin(0);
    }
    return start;
  }

  void route(std::string_view octets) {
    total_ += octets.size();
    if (mbox_ != nullptr) {
      mbox_->feed(octets);
    } else {
      message_octets(octets);
    }
  }

  void begin(std::uint64_t offset) {
    MessageOptions options;
    options.limits = limits_;
    options.parts = visitor_.begin_message();
    analyzer_ = std::make_unique<MessageAnalyzer>(options);
    begin_ = offset;
  }

  void message_octets(std::string_view octets) {
    visitor_.on_octets(octets);
    analyzer_->feed(octets);
  }

  void end(std::uint64_t offset) {
    AnalyzedMessage analyzed = analyzer_->finish();
    analyzer_.reset();
    std::vector<Diagnostic>& findings = analyzed.message.findings;
    // An mbox of one message is more likely a message that was cut out of one.
    if (finishing_ && index_ == 0) findings.insert(findings.begin(), make_diagnostic(Code::hdr_mbox_from_line, 0, 0));
    MessageSource source;
    source.file = file_;
    source.format = mbox_ != nullptr ? to_string(mbox_->variant()) : "message";
    source.offset = begin_;
    source.length = offset - begin_;
    source.index = index_++;
    visitor_.end_message(std::move(analyzed), source);
  }

  void on_message_begin(std::uint64_t offset, std::string_view) override { begin(offset); }
  void on_message_octets(std::string_view octets) override { message_octets(octets); }
  void on_message_end(std::uint64_t offset) override { end(offset); }
  void on_from_line(const MboxLine&) override {}

  const std::string& file_;
  MessageVisitor& visitor_;
  const Limits& limits_;
  std::string start_;
  std::unique_ptr<MboxReader> mbox_;
  std::unique_ptr<MessageAnalyzer> analyzer_;
  std::uint64_t total_ = 0;
  std::uint64_t begin_ = 0;
  std::uint64_t index_ = 0;
  bool decided_ = false;
  bool finishing_ = false;
};

}  // namespace

std::vector<std::string> expand_input(const std::string& name) {
  std::error_code error;
  if (name == "-" || !fs::is_directory(name, error)) return {name};
  std::vector<std::string> files;
  for (auto it = fs::recursive_directory_iterator(name, fs::directory_options::skip_permission_denied, error);
       !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    std::error_code ignored;
    if (it->is_regular_file(ignored) && is_message_file(it->path())) files.push_back(it->path().string());
  }
  std::ranges::sort(files);
  return files;
}

std::string read_messages(const std::string& file, MessageVisitor& visitor, const Limits& limits) {
  DiagnosticList findings;
  auto input = Input::open(file, findings);
  if (!input) return input.error().text;
  Splitter splitter(file, visitor, limits);
  while (visitor.going()) {
    const auto octets = input->read();
    if (!octets) return octets.error().text;
    if (octets->empty()) {
      splitter.finish();
      break;
    }
    splitter.feed(*octets);
  }
  return {};
}

}  // namespace mailparse::tools
