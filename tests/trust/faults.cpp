// Preloaded into a tool: the n-th call of one kind fails. MAILPARSE_FAULT="malloc:17" fails the seventeenth allocation
// and all behind it; "read:3:EIO" the third read of a file with that errno, "read:3:short" gives one octet, and
// likewise write, open, close and link. Counting begins when the sandbox is closed, behind which input is read. The
// number of calls seen is written to file descriptor MAILPARSE_FAULT_COUNT at exit.
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

namespace {

struct Errno {
  const char* name;
  int value;
};
constexpr Errno errors[] = {{"EINTR", EINTR},   {"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EPIPE", EPIPE},
                            {"EMFILE", EMFILE}, {"ENOMEM", ENOMEM}, {"EACCES", EACCES}};

struct Plan {
  char call[16] = "";
  long number = 0;
  int error = 0;
  bool brief = false;
  bool once = false;
};

std::atomic<long> seen{0};
bool chosen = false;
std::atomic<bool> ready{false};  // the tool has begun
Plan plan;

__attribute__((constructor)) void read_plan() {
  const char* const text = std::getenv("MAILPARSE_FAULT");
  if (text == nullptr) return;
  char error[16] = "";
  if (std::sscanf(text, "%15[^:]:%ld:%15s", plan.call, &plan.number, error) < 2) return;
  plan.brief = std::strcmp(error, "short") == 0;
  plan.once = plan.brief || std::strcmp(error, "EINTR") == 0;
  for (const Errno& known : errors) {
    if (std::strcmp(error, known.name) == 0) plan.error = known.value;
  }
  chosen = true;
}

__attribute__((destructor)) void tell_count() {
  const char* const text = std::getenv("MAILPARSE_FAULT_COUNT");
  if (text == nullptr) return;
  char line[32];
  const int size = std::snprintf(line, sizeof line, "%ld\n", seen.load());
  ready = false;
  if (::write(std::atoi(text), line, static_cast<std::size_t>(size)) < 0) std::abort();
}

/// Whether this call of that kind is the one, or behind the one, that shall fail.
bool strikes(const char* call) {
  if (!ready || std::strcmp(plan.call, call) != 0) return false;
  const long number = ++seen;
  return plan.once ? number == plan.number : plan.number > 0 && number >= plan.number;
}

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

/// The last step of a tool that closes its sandbox; input is read behind it. What happens before, in OpenSSL's and
/// libseccomp's own preparations, is theirs: both end by a signal when an allocation fails.
void seccomp_release(void* context) {
  static const auto real = next<void (*)(void*)>("seccomp_release");
  real(context);
  ready = chosen;
}

void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);

void* malloc(std::size_t size) {
  if (!strikes("malloc")) return __libc_malloc(size);
  errno = ENOMEM;
  return nullptr;
}

void* calloc(std::size_t count, std::size_t size) {
  if (!strikes("malloc")) return __libc_calloc(count, size);
  errno = ENOMEM;
  return nullptr;
}

void* realloc(void* old, std::size_t size) {
  if (!strikes("malloc")) return __libc_realloc(old, size);
  errno = ENOMEM;
  return nullptr;
}

ssize_t read(int file, void* to, std::size_t size) {
  static const auto real = next<ssize_t (*)(int, void*, std::size_t)>("read");
  if (!strikes("read")) return real(file, to, size);
  if (plan.brief) return real(file, to, size < 1 ? size : 1);
  errno = plan.error;
  return -1;
}

ssize_t write(int file, const void* from, std::size_t size) {
  static const auto real = next<ssize_t (*)(int, const void*, std::size_t)>("write");
  if (file == STDERR_FILENO || !strikes("write")) return real(file, from, size);
  if (plan.brief) return real(file, from, size < 1 ? size : 1);
  errno = plan.error;
  return -1;
}

int openat(int folder, const char* path, int flags, ...) {
  static const auto real = next<int (*)(int, const char*, int, mode_t)>("openat");
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (!strikes("open")) return real(folder, path, flags, mode);
  errno = plan.error;
  return -1;
}

int open(const char* path, int flags, ...) {
  static const auto real = next<int (*)(const char*, int, mode_t)>("open");
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (!strikes("open")) return real(path, flags, mode);
  errno = plan.error;
  return -1;
}

int close(int file) {
  static const auto real = next<int (*)(int)>("close");
  if (!strikes("close")) return real(file);
  (void)real(file);
  errno = plan.error;
  return -1;
}

int linkat(int from, const char* old, int to, const char* name, int flags) {
  static const auto real = next<int (*)(int, const char*, int, const char*, int)>("linkat");
  if (!strikes("link")) return real(from, old, to, name, flags);
  errno = plan.error;
  return -1;
}

}  // extern "C"
