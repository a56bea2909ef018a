// What mimetic does of the work that run.py compares: reads an mbox, splits it at its From lines, parses every message,
// decodes the transfer encoding of every leaf and counts. Prints: messages, leaves, decoded octets.
#include <cstdio>
#include <cstring>
#include <iterator>
#include <string_view>

#include <fcntl.h>
#include <mimetic/mimetic.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace {

unsigned long leaves = 0;
unsigned long octets = 0;

/// An output iterator that counts.
struct Counter {
  using iterator_category = std::output_iterator_tag;
  using value_type = void;
  using difference_type = std::ptrdiff_t;
  using pointer = void;
  using reference = void;
  Counter& operator*() { return *this; }
  Counter& operator++() { return *this; }
  Counter operator++(int) { return *this; }
  Counter& operator=(char) {
    ++octets;
    return *this;
  }
};

void count_leaves(mimetic::MimeEntity& entity) {
  if (!entity.body().parts().empty()) {
    for (mimetic::MimeEntity* part : entity.body().parts()) count_leaves(*part);
    return;
  }
  ++leaves;
  const auto& encoding = entity.header().contentTransferEncoding().mechanism();
  const mimetic::Body& body = entity.body();
  if (encoding == "base64") {
    mimetic::Base64::Decoder decoder;
    mimetic::decode(body.begin(), body.end(), decoder, Counter());
  } else if (encoding == "quoted-printable") {
    mimetic::QP::Decoder decoder;
    mimetic::decode(body.begin(), body.end(), decoder, Counter());
  } else {
    octets += body.size();
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const int file = open(argv[1], O_RDONLY);
  struct stat status{};
  if (file < 0 || fstat(file, &status) != 0) return 2;
  const auto size = static_cast<std::size_t>(status.st_size);
  void* const mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  if (mapped == MAP_FAILED) return 2;
  const std::string_view mbox(static_cast<const char*>(mapped), size);
  unsigned long messages = 0;
  for (std::size_t at = 0; at < mbox.size();) {
    const std::size_t begin = mbox.find('\n', at) + 1;
    std::size_t end = mbox.find("\nFrom ", begin);
    end = end == mbox.npos ? mbox.size() : end + 1;
    mimetic::MimeEntity entity;
    entity.load(mbox.begin() + begin, mbox.begin() + end);
    count_leaves(entity);
    ++messages;
    at = end;
  }
  std::printf("%lu %lu %lu\n", messages, leaves, octets);
  return 0;
}
