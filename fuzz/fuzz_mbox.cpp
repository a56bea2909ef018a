// Mboxes: messages and separators are told in order, nothing is lost but separators and the line before them, and any
// cut gives the same.
// Input: one octet that seeds the cuts, the rest is an mbox.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <mailparse/message/mailbox.hpp>

#include "cuts.hpp"
#include "require.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

class Log final : public MboxSink {
 public:
  explicit Log(std::string_view input) : input_(input) {}
  void on_message_begin(std::uint64_t offset, std::string_view line) override {
    require(!open_ && offset >= next_ && offset <= input_.size());
    open_ = true;
    next_ = offset;
    log += "begin " + std::to_string(offset) + " " + std::string(line) + "\n";
  }
  void on_message_octets(std::string_view octets) override {
    require(open_ && input_.substr(next_, octets.size()) == octets);
    next_ += octets.size();
  }
  void on_message_end(std::uint64_t end) override {
    require(open_ && end == next_);
    open_ = false;
    log += "end " + std::to_string(end) + "\n";
  }
  void on_from_line(const MboxLine& line) override {
    require(line.offset + line.length <= input_.size());
    log += "from " + std::to_string(line.offset) + " " + std::string(to_string(line.reason)) + "\n";
  }
  std::string log;

 private:
  std::string_view input_;
  std::uint64_t next_ = 0;
  bool open_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view octets(reinterpret_cast<const char*>(data) + 1, size - 1);
  Log whole(octets);
  MboxReader reader(whole);
  reader.feed(octets);
  reader.finish();
  Log cut(octets);
  MboxReader pieces(cut);
  fuzz::for_each_piece(octets, data[0], [&](std::string_view piece) { pieces.feed(piece); });
  pieces.finish();
  require(whole.log == cut.log);
  require(reader.variant() == pieces.variant());
  return 0;
}
