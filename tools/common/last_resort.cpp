#include "common/last_resort.hpp"

#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>

#include <openssl/crypto.h>
#include <unicode/uclean.h>
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

[[noreturn]] void end_with(const char* what) noexcept {
  say(program_name);
  say(": ");
  say(what);
  say("\n");
  ::_exit(to_int(ExitStatus::trouble));
}

/// Not only main() can stand in the way of an exception, destructors and functions that promise not to throw do, too;
/// so this is where all of them end. Buffers are left as they are: what was not written is not called written.
[[noreturn]] void end_now() noexcept {
  end_with(reason(std::current_exception()));
}

/// ICU reads through the null pointers that it gets: CharsetDetector's constructor does not look at them.
void* memory_or_end(void* memory, std::size_t size) noexcept {
  if (memory == nullptr && size != 0) end_with("out of memory");
  return memory;
}
void* allocate_for_icu(const void*, std::size_t size) noexcept {
  return memory_or_end(std::malloc(size), size);
}
void* reallocate_for_icu(const void*, void* memory, std::size_t size) noexcept {
  return memory_or_end(std::realloc(memory, size), size);
}
void free_for_icu(const void*, void* memory) noexcept {
  std::free(memory);
}

/// OpenSSL does so, too, where it starts: at the first key or certificate that the input has.
void* allocate_for_openssl(std::size_t size, const char*, int) noexcept {
  return memory_or_end(std::malloc(size), size);
}
void* reallocate_for_openssl(void* memory, std::size_t size, const char*, int) noexcept {
  return memory_or_end(std::realloc(memory, size), size);
}
void free_for_openssl(void* memory, const char*, int) noexcept {
  std::free(memory);
}

}  // namespace

void end_properly(const char* program) noexcept {
  program_name = program;
  std::set_terminate(end_now);
  UErrorCode status = U_ZERO_ERROR;
  u_setMemoryFunctions(nullptr, allocate_for_icu, reallocate_for_icu, free_for_icu, &status);
  CRYPTO_set_mem_functions(allocate_for_openssl, reallocate_for_openssl, free_for_openssl);
}

}  // namespace mailparse::tools
