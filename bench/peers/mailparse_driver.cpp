// What libmailparse does of the work that run.py compares: reads an mbox, splits it, finds the structure of every
// message and, unless `--structure` is given, decodes the transfer encoding of every leaf; counts. Prints: messages,
// leaves, octets.
#include <cstdio>
#include <optional>
#include <string_view>

#include <mailparse/message/mailbox.hpp>
#include <mailparse/source/input.hpp>

#include "leaf_counter.hpp"

namespace {

using namespace mailparse;

class Messages final : public MboxSink {
 public:
  explicit Messages(bool decodes) : counter(decodes) {}
  void on_message_begin(std::uint64_t, std::string_view) override {
    ++count;
    reader_.emplace(counter);
  }
  void on_message_octets(std::string_view octets) override { reader_->feed(octets); }
  void on_message_end(std::uint64_t) override { reader_->finish(); }
  void on_from_line(const MboxLine&) override {}

  std::uint64_t count = 0;
  bench::LeafCounter counter;

 private:
  std::optional<MimeReader> reader_;
};

}  // namespace

int main(int argc, char** argv) {
  const bool structure = argc == 3 && std::string_view(argv[1]) == "--structure";
  if (argc != 2 && !structure) return 2;
  Silence silence;
  auto input = Input::open(argv[argc - 1], silence);
  if (!input) return 2;
  Messages messages(!structure);
  MboxReader reader(messages);
  for (auto octets = input->read(); octets && !octets->empty(); octets = input->read()) reader.feed(*octets);
  reader.finish();
  std::printf("%llu %llu %llu\n", static_cast<unsigned long long>(messages.count),
              static_cast<unsigned long long>(messages.counter.leaves),
              static_cast<unsigned long long>(messages.counter.octets));
  return 0;
}
