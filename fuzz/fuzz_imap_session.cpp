// The IMAP session on both sides of a conversation in any order; see mailbox_fuzz.hpp.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <mailparse/session/imap_session.hpp>

#include "mailbox_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mailparse;
  fuzz::check_session<ImapSession, ImapSessionOptions>({reinterpret_cast<const char*>(data), size});
  return 0;
}
