#include "msg-inspect/content_magic.hpp"

#include <magic.h>

namespace mailparse::tools {
namespace {

magic_t load(int flags) noexcept {
  const magic_t magic = magic_open(flags);
  if (magic == nullptr || magic_load(magic, nullptr) == 0) return magic;
  magic_close(magic);
  return nullptr;
}

std::string ask(void* magic, std::string_view octets) {
  if (magic == nullptr) return {};
  const char* const answer = magic_buffer(static_cast<magic_t>(magic), octets.data(), octets.size());
  return answer != nullptr ? answer : "";
}

}  // namespace

ContentMagic::ContentMagic() : words_(load(MAGIC_NONE)), types_(load(MAGIC_MIME_TYPE)) {}

ContentMagic::~ContentMagic() {
  for (void* magic : {words_, types_}) {
    if (magic != nullptr) magic_close(static_cast<magic_t>(magic));
  }
}

ContentMagic::Description ContentMagic::describe(std::string_view octets) {
  const std::lock_guard lock(mutex_);
  return {ask(words_, octets), ask(types_, octets)};
}

}  // namespace mailparse::tools
