// One SMTP command line and one reply line. Holds: views lie in the line, findings too, in time linear in the line.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <mailparse/session/smtp_command.hpp>
#include <mailparse/session/smtp_reply.hpp>

#include "require.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

class Places final : public DiagnosticSink {
 public:
  explicit Places(std::size_t size) : size_(size) {}
  void report(Diagnostic diagnostic) override {
    require(diagnostic.offset >= 1000 && diagnostic.offset - 1000 + diagnostic.length <= size_);
    require(++count_ < 8);
  }

 private:
  std::size_t size_;
  unsigned count_ = 0;
};

void inside(std::string_view line, std::string_view view) {
  require(view.empty() || (view.data() >= line.data() && view.data() + view.size() <= line.data() + line.size()));
}

void command(std::string_view line) {
  Places places(line.size());
  const auto parsed = parse_smtp_command(line, 1000, places);
  if (!parsed) return;
  require(!parsed->verb_text.empty());
  inside(line, parsed->verb_text);
  inside(line, parsed->argument);
  inside(line, parsed->mechanism);
  inside(line, parsed->initial_response.value_or(""));
  for (const EsmtpParameter& parameter : parsed->parameters) {
    require(!parameter.keyword.empty() || parameter.value);
    inside(line, parameter.keyword);
    inside(line, parameter.value.value_or(""));
  }
  if (!parsed->path) return;
  const SmtpPath& path = *parsed->path;
  inside(line, path.text);
  inside(path.text, path.address);
  inside(path.text, path.route);
  inside(path.address, path.local_part);
  inside(path.address, path.domain);
  require(path.null_path == (path.text == "<>"));
  Arena arena;
  require(unquote_local_part(path.local_part, arena).size() <= path.local_part.size());
  for (const EsmtpParameter& parameter : parsed->parameters) {
    if (parameter.value) (void)decode_xtext(*parameter.value, arena);
  }
}

void reply(std::string_view line) {
  if (const auto parsed = parse_smtp_reply_line(line)) {
    require(parsed->code < 1000);
    inside(line, parsed->text);
    require(!parsed->enhanced || parsed->enhanced->status_class == parsed->code / 100);
  }
  if (const auto keyword = parse_ehlo_keyword(line)) {
    inside(line, keyword->keyword);
    inside(line, keyword->arguments);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A copy that ends with the line, so that the sanitizer sees any look beyond it.
  const std::vector<char> copy(data, data + size);
  command({copy.data(), copy.size()});
  reply({copy.data(), copy.size()});
  return 0;
}
