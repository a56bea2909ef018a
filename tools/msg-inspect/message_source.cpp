#include "msg-inspect/message_source.hpp"

#include <algorithm>
#include <charconv>
#include <expected>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include <mailparse/base/octets.hpp>
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

std::optional<std::uint64_t> as_number(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// By folder, then by name; MH's names are numbers.
bool stands_before(const fs::path& a, const fs::path& b) {
  if (const int order = a.parent_path().compare(b.parent_path()); order != 0) return order < 0;
  const std::string left = a.filename().string(), right = b.filename().string();
  const auto x = as_number(left), y = as_number(right);
  return x && y && *x != *y ? *x < *y : left < right;
}

/// "S" of "1732.M1P2.host:2,S"; empty for any other name. Maildir's info behind the second version mark.
std::string maildir_flags(std::string_view name) {
  const std::size_t info = name.rfind(":2,");
  if (info == std::string_view::npos) return {};
  const std::string_view flags = name.substr(info + 3);
  const bool letters = std::ranges::all_of(flags, [](char c) { return is(OctetClass::alpha, c); });
  return letters ? std::string(flags) : std::string();
}

/// What a file that holds one message is, by its place.
void tell_folder(const std::string& file, FoundMessage& found) {
  const fs::path path(file);
  const fs::path folder = path.parent_path();
  std::error_code ignored;
  found.format = "message";
  if ((folder.filename() == "cur" || folder.filename() == "new") &&
      fs::is_directory(folder.parent_path() / "cur", ignored)) {
    found.format = "maildir";
    found.flags = maildir_flags(path.filename().string());
  } else if (as_number(path.filename().string()) && fs::exists(folder / ".mh_sequences", ignored)) {
    found.format = "mh";
  }
}

/// One message after the other out of one stream of octets.
class Splitter final : private MboxSink {
 public:
  Splitter(const std::string& file, MessageSink& sink) : file_(file), sink_(sink) {}

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
      sink_.on_octets(octets);
    }
  }

  void begin(std::uint64_t offset) {
    sink_.begin_message();
    begin_ = offset;
  }

  void end(std::uint64_t offset) {
    FoundMessage found;
    found.file = file_;
    if (mbox_ != nullptr) {
      found.format = to_string(mbox_->variant());
    } else {
      tell_folder(file_, found);
    }
    found.offset = begin_;
    found.length = offset - begin_;
    // An mbox of one message is more likely a message that was cut out of one.
    found.lone_in_mbox = finishing_ && index_ == 0;
    found.index = index_++;
    sink_.end_message(std::move(found));
  }

  void on_message_begin(std::uint64_t offset, std::string_view) override { begin(offset); }
  void on_message_octets(std::string_view octets) override { sink_.on_octets(octets); }
  void on_message_end(std::uint64_t offset) override { end(offset); }
  void on_from_line(const MboxLine&) override {}

  const std::string& file_;
  MessageSink& sink_;
  std::string start_;
  std::unique_ptr<MboxReader> mbox_;
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
  std::vector<fs::path> paths;
  for (auto it = fs::recursive_directory_iterator(name, fs::directory_options::skip_permission_denied, error);
       !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    std::error_code ignored;
    if (it->is_regular_file(ignored) && is_message_file(it->path())) paths.push_back(it->path());
  }
  std::ranges::sort(paths, stands_before);
  std::vector<std::string> files;
  for (const fs::path& path : paths) files.push_back(path.string());
  return files;
}

std::string read_messages(const std::string& file, MessageSink& sink, DiagnosticSink& findings) {
  auto input = Input::open(file, findings);
  if (!input) return input.error().text;
  Splitter splitter(file, sink);
  while (sink.going()) {
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

std::string read_message_at(const FoundMessage& found, MessageSink& sink, DiagnosticSink& findings) {
  auto input = Input::open(found.file, findings);
  if (!input) return input.error().text;
  std::uint64_t skip = found.offset, left = found.length;
  const bool plain = input->wrapping() == input->kind() && found.file != "-";
  std::ifstream file;
  std::vector<char> block;
  if (plain) {
    file.open(found.file, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(std::exchange(skip, 0)));
    block.resize(1024 * 1024);
  }
  const auto next = [&]() -> std::expected<std::string_view, InputError> {
    if (!plain) return input->read();
    file.read(block.data(), static_cast<std::streamsize>(block.size()));
    return std::string_view(block.data(), static_cast<std::size_t>(file.gcount()));
  };
  sink.begin_message();
  while (left > 0 && sink.going()) {
    const auto octets = next();
    if (!octets) return octets.error().text;
    if (octets->empty()) return found.file + ": shorter than its index says";
    const std::size_t passed = std::min<std::uint64_t>(skip, octets->size());
    const std::string_view own = octets->substr(passed, std::min<std::uint64_t>(left, octets->size() - passed));
    sink.on_octets(own);
    skip -= passed;
    left -= own.size();
  }
  sink.end_message(found);
  return {};
}

}  // namespace mailparse::tools
