#include "trace-to-json/extractor.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/folder.hpp"
#include "common/output.hpp"

namespace mailparse::tools {
namespace {

constexpr std::size_t buffer_octets = 256 * 1024;
/// More messages with the same 64 bits of digest and other octets are made on purpose; the rest of them is not written.
constexpr unsigned most_namesakes = 1000;
constexpr ::mode_t file_mode = 0600;

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const noexcept { return number_; }
  int close() noexcept {
    const int result = number_ < 0 ? 0 : ::close(number_);
    number_ = -1;
    return result;
  }

 private:
  int number_;
};

std::size_t read_full(int descriptor, std::array<char, 16 * 1024>& block) noexcept {
  std::size_t size = 0;
  while (size < block.size()) {
    const ssize_t got = ::read(descriptor, block.data() + size, block.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  return size;
}

bool same_octets(int directory, const char* name, const char* other) {
  const Descriptor a(::openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  const Descriptor b(::openat(directory, other, O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat about{};
  if (a.number() < 0 || b.number() < 0 || ::fstat(a.number(), &about) != 0 || !S_ISREG(about.st_mode)) return false;
  std::array<char, 16 * 1024> left{};
  std::array<char, 16 * 1024> right{};
  for (;;) {
    const std::size_t size = read_full(a.number(), left);
    if (size != read_full(b.number(), right)) return false;
    if (!std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(size), right.begin())) return false;
    if (size < left.size()) return true;
  }
}

}  // namespace

/// One message on its way into a file: a temporary name until the digest is known.
class Extractor::File final : public MessageTap {
 public:
  File(Extractor& owner, int descriptor, std::string name)
      : owner_(owner), descriptor_(descriptor), name_(std::move(name)) {}

  ~File() override {
    if (!name_.empty()) ::unlinkat(owner_.directory_, name_.c_str(), 0);
  }

  void on_octets(std::string_view octets) override {
    if (buffer_.size() + octets.size() > buffer_octets) flush();
    if (octets.size() > buffer_octets) return write(octets);
    buffer_ += octets;
  }

  void on_gap(std::uint64_t) override {}

  void finish(const SessionRecord&, const MessageFacts& facts, std::uint64_t, std::uint64_t) override {
    flush();
    if (descriptor_.close() != 0) fail(errno);
    if (!failed_) publish(facts);
  }

 private:
  void flush() {
    write(buffer_);
    buffer_.clear();
  }

  void write(std::string_view octets) {
    if (failed_) return;
    const int error = write_all(descriptor_.number(), octets);
    if (error != 0) fail(error);
  }

  void fail(int error) noexcept {
    failed_ = true;
    owner_.note(error);
  }

  void publish(const MessageFacts& facts) {
    const std::string_view suffix = facts.complete ? ".eml" : ".part.eml";
    for (unsigned namesake = 1; namesake <= most_namesakes; ++namesake) {
      const std::string name =
          namesake == 1 ? fmt::format("{}{}", facts.id, suffix) : fmt::format("{}-{}{}", facts.id, namesake, suffix);
      if (::linkat(owner_.directory_, name_.c_str(), owner_.directory_, name.c_str(), 0) == 0) return;
      if (errno != EEXIST) return fail(errno);
      if (same_octets(owner_.directory_, name.c_str(), name_.c_str())) return;
    }
    fail(EEXIST);
  }

  Extractor& owner_;
  Descriptor descriptor_;
  std::string name_;
  std::string buffer_;
  bool failed_ = false;
};

std::unique_ptr<Extractor> Extractor::open(const std::string& directory, int& error) {
  const auto folder = open_folder(directory);
  if (!folder) {
    error = folder.error();
    return nullptr;
  }
  return std::unique_ptr<Extractor>(new Extractor(*folder));
}

Extractor::~Extractor() {
  ::close(directory_);
}

std::unique_ptr<MessageTap> Extractor::tap() {
  std::string name = fmt::format(".mailparse-{}-{}", ::getpid(), temporary_++);
  const int descriptor =
      ::openat(directory_, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file_mode);
  if (descriptor < 0) {
    note(errno);
    return nullptr;
  }
  return std::make_unique<File>(*this, descriptor, std::move(name));
}

}  // namespace mailparse::tools
