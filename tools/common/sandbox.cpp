#include "common/sandbox.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <initializer_list>
#include <new>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/landlock.h>
#include <linux/sched.h>
#include <openssl/crypto.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

namespace mailparse::tools {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool sanitizers = true;  // their report at the end stops and traces the process
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool sanitizers = true;
#else
constexpr bool sanitizers = false;
#endif
#else
constexpr bool sanitizers = false;
#endif

// Rights newer than the kernel headers of Debian 12, by their numbers in the kernel's interface.
constexpr std::uint64_t access_truncate = 1U << 14;      // version 3
constexpr std::uint64_t access_ioctl_device = 1U << 15;  // version 5
constexpr std::uint64_t access_bind_tcp = 1U << 0;       // version 4
constexpr std::uint64_t access_connect_tcp = 1U << 1;    // version 4

constexpr std::uint64_t read_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t write_access = read_access | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
                                       LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | access_truncate;
/// What makes sense for a file that is no directory.
constexpr std::uint64_t file_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | access_truncate;

/// The kernel's structure as of version 4; an older kernel is given its beginning.
struct RulesetAttributes {
  std::uint64_t files;
  std::uint64_t network;
};

int landlock_version() noexcept {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version < 0 ? 0 : static_cast<int>(version);
}

std::uint64_t known_file_access(int version) noexcept {
  std::uint64_t access = (std::uint64_t{LANDLOCK_ACCESS_FS_MAKE_SYM} << 1) - 1;
  if (version >= 2) access |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) access |= access_truncate;
  if (version >= 5) access |= access_ioctl_device;
  return access;
}

void allow_path(int ruleset, const std::string& path, std::uint64_t access) {
  const int descriptor = ::open(path.c_str(), O_PATH | O_CLOEXEC);
  if (descriptor < 0) return;
  struct stat about{};
  if (::fstat(descriptor, &about) == 0) {
    landlock_path_beneath_attr rule{};
    rule.allowed_access = S_ISDIR(about.st_mode) ? access : access & file_access;
    rule.parent_fd = descriptor;
    (void)::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  }
  ::close(descriptor);
}

void restrict_files(const SandboxNeeds& needs) {
  const int version = landlock_version();
  if (version == 0) return;
  const std::uint64_t known = known_file_access(version);
  const RulesetAttributes attributes{known, needs.network ? 0 : access_bind_tcp | access_connect_tcp};
  const std::size_t size = version >= 4 ? sizeof attributes : sizeof attributes.files;
  const int ruleset = static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0));
  if (ruleset < 0) return;
  for (const std::string& path : needs.readable) allow_path(ruleset, path, read_access);
  for (const std::string& path : needs.writable) allow_path(ruleset, path, write_access & known);
  if (needs.network) {
    // What the look-up of a name reads.
    for (const char* path : {"/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/services"})
      allow_path(ruleset, path, read_access);
  }
  (void)::syscall(SYS_landlock_restrict_self, ruleset, 0);
  ::close(ruleset);
}

// Reading, writing, memory, time, threads and signals of this process.
constexpr auto common_calls = std::to_array<int>(
    {SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(pwrite64),
     SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(close), SCMP_SYS(lseek), SCMP_SYS(stat), SCMP_SYS(fstat),
     SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(getdents64), SCMP_SYS(readlink),
     SCMP_SYS(readlinkat), SCMP_SYS(getcwd), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
     SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(rename), SCMP_SYS(renameat),
     SCMP_SYS(renameat2), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(ftruncate), SCMP_SYS(fsync),
     SCMP_SYS(fdatasync), SCMP_SYS(fadvise64), SCMP_SYS(fcntl), SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3),
     SCMP_SYS(pipe), SCMP_SYS(pipe2), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(pselect6),
     SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise),
     SCMP_SYS(futex), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
     SCMP_SYS(set_tid_address), SCMP_SYS(gettid), SCMP_SYS(getpid), SCMP_SYS(getppid), SCMP_SYS(getuid),
     SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(getrusage),
     SCMP_SYS(getrandom), SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep),
     SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(times), SCMP_SYS(rt_sigaction),
     SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall), SCMP_SYS(exit),
     SCMP_SYS(exit_group),
     // A live capture whose socket is open, and the connections of smtp-replay: making a socket is another right.
     SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(recvmmsg), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt),
     SCMP_SYS(getsockname)});

constexpr auto network_calls = std::to_array<int>(
    {SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(shutdown),
     SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg), SCMP_SYS(getpeername), SCMP_SYS(socketpair),
     SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(eventfd2),
     SCMP_SYS(timerfd_create), SCMP_SYS(timerfd_settime)});

class Filter {
 public:
  /// What is not allowed fails with EPERM: a library that tries it goes on without, and the tool ends properly.
  Filter() : context_(::seccomp_init(SCMP_ACT_ERRNO(EPERM))) {}
  ~Filter() {
    if (context_ != nullptr) ::seccomp_release(context_);
  }
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  void allow(int call) { add(SCMP_ACT_ALLOW, call, {}); }
  void allow(int call, scmp_arg_cmp when) { add(SCMP_ACT_ALLOW, call, {when}); }
  void refuse(int call, int error) { add(SCMP_ACT_ERRNO(static_cast<std::uint32_t>(error)), call, {}); }
  void load() {
    if (context_ != nullptr) (void)::seccomp_load(context_);
  }

 private:
  void add(std::uint32_t action, int call, std::initializer_list<scmp_arg_cmp> when) {
    if (context_ != nullptr)
      (void)::seccomp_rule_add_array(context_, action, call, static_cast<unsigned>(when.size()), when.begin());
  }
  scmp_filter_ctx context_;
};

void restrict_calls(const SandboxNeeds& needs) {
  Filter filter;
  for (const int call : common_calls) filter.allow(call);
  // The size and kind of the terminal, and nothing else of a device.
  for (const unsigned long request : {static_cast<unsigned long>(TIOCGWINSZ), static_cast<unsigned long>(TCGETS)})
    filter.allow(SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_EQ, request));
  filter.allow(SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid())));
  // Reading a limit of our own is harmless, setting one is not needed.
  filter.allow(SCMP_SYS(prlimit64), SCMP_A2(SCMP_CMP_EQ, 0));
  // clone3 hides its flags behind a pointer; without it the C library falls back to clone.
  filter.refuse(SCMP_SYS(clone3), ENOSYS);
  if (needs.child) {
    filter.allow(SCMP_SYS(clone));
    for (const int call : {SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(wait4), SCMP_SYS(waitid), SCMP_SYS(kill)})
      filter.allow(call);
    filter.allow(SCMP_SYS(setrlimit));
    filter.allow(SCMP_SYS(prlimit64), SCMP_A2(SCMP_CMP_NE, 0));
  } else {
    filter.allow(SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
  }
  if (needs.network) {
    for (const int call : network_calls) filter.allow(call);
    for (const int family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK})
      filter.allow(SCMP_SYS(socket), SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(family)));
    filter.allow(SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_EQ, FIONBIO));
    filter.allow(SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_EQ, FIONREAD));
  }
  filter.load();
}

/// libseccomp reads through null where memory is short, so that it is asked for before.
void require_room_for_filters() {
  constexpr std::size_t most_octets = 1 << 20;  // it takes half of that
  void* const room = ::mmap(nullptr, most_octets, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) throw std::bad_alloc();
  ::munmap(room, most_octets);
}

bool has_seccomp() noexcept {
  return ::seccomp_api_get() > 0;
}

}  // namespace

void enter_sandbox(const SandboxNeeds& needs) {
  if constexpr (sanitizers) return;
  require_room_for_filters();
  // What OpenSSL is to offer and accept in TLS stands in a file, which is out of reach later.
  if (needs.network) OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, nullptr);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
  restrict_files(needs);
  restrict_calls(needs);
}

std::string sandbox_support() {
  if constexpr (sanitizers) return "sandbox: none, this build has sanitizers";
  const int version = landlock_version();
  return fmt::format("sandbox: no_new_privs, {}, {}",
                     version > 0 ? fmt::format("Landlock {}", version) : "no Landlock in this kernel",
                     has_seccomp() ? "seccomp" : "no seccomp in this kernel");
}

}  // namespace mailparse::tools
