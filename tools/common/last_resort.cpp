#include "common/last_resort.hpp"

#include <cstring>
#include <exception>
#include <new>

#include <unistd.h>

#include "common/exit_status.hpp"

namespace mailparse::tools {
namespace {

const char* program_name = "";

void say(const char* text) noexcept {
  (void)!::write(STDERR_FILENO, text, std::strlen(text));
}

/// What happened, without memory of our own.
const char* reason(const std::exception_ptr& exception) noexcept {
  try {
    if (exception) std::rethrow_exception(exception);
  } catch (const std::bad_alloc&) {
    return "out of memory";
  } catch (const std::exception&) {
    return "internal error";
  } catch (...) {
    return "internal error";
  }
  return "internal error";
}

/// Not only main() can stand in the way of an exception, destructors and functions that promise not to throw do, too;
/// so this is where all of them end. Buffers are left as they are: what was not written is not called written.
[[noreturn]] void end_now() noexcept {
  say(program_name);
  say(": ");
  say(reason(std::current_exception()));
  say("\n");
  ::_exit(to_int(ExitStatus::trouble));
}

}  // namespace

void end_properly(const char* program) noexcept {
  program_name = program;
  std::set_terminate(end_now);
}

}  // namespace mailparse::tools
