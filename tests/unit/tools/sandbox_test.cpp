// What a closed sandbox still allows: each test tries in a child process, because there is no way back out of one.
#include "common/sandbox.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mailparse::tools {
namespace {

namespace fs = std::filesystem;

/// The errno with which `attempt` failed in a child that closed its sandbox before; 0 = it succeeded.
int closed(const SandboxNeeds& needs, const std::function<bool()>& attempt) {
  const pid_t child = ::fork();
  if (child == 0) {
    enter_sandbox(needs);
    errno = 0;
    const bool done = attempt();
    ::_exit(done ? 0 : errno);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
  return WEXITSTATUS(status);
}

bool opens(const std::string& path, int flags) {
  return ::open(path.c_str(), flags | O_CLOEXEC, 0600) >= 0;
}

class Sandbox : public testing::Test {
 protected:
  void SetUp() override {
    const std::string support = sandbox_support();
    if (!support.ends_with(", seccomp") || support.find("no Landlock") != std::string::npos) GTEST_SKIP() << support;
    std::string name = (fs::temp_directory_path() / "mailparse-sandbox-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    fs::create_directories(folder_ / "in");
    fs::create_directories(folder_ / "out");
    std::ofstream(folder_ / "in/mail") << "mail";
    std::ofstream(folder_ / "secret") << "secret";
    fs::create_symlink("../secret", folder_ / "in/link");
    needs_.readable = {(folder_ / "in").string()};
    needs_.writable = {(folder_ / "out").string()};
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }
  [[nodiscard]] std::string path(const char* name) const { return (folder_ / name).string(); }

  fs::path folder_;
  SandboxNeeds needs_;
};

TEST_F(Sandbox, LeavesTheInputsReadable) {
  EXPECT_EQ(closed(needs_, [&] { return opens(path("in/mail"), O_RDONLY); }), 0);
  EXPECT_EQ(closed(needs_, [&] { return opens(path("in"), O_RDONLY | O_DIRECTORY); }), 0);
}

TEST_F(Sandbox, TakesAllOtherFilesAway) {
  EXPECT_EQ(closed(needs_, [&] { return opens(path("secret"), O_RDONLY); }), EACCES);
  EXPECT_EQ(closed(needs_, [&] { return opens(path("in/link"), O_RDONLY); }), EACCES);
  EXPECT_EQ(closed(needs_, [&] { return opens("/etc/passwd", O_RDONLY); }), EACCES);
  EXPECT_EQ(closed(needs_, [&] { return opens("/proc/self/environ", O_RDONLY); }), EACCES);
}

TEST_F(Sandbox, LeavesOnlyTheOutputFolderWritable) {
  EXPECT_EQ(closed(needs_, [&] { return opens(path("out/new"), O_WRONLY | O_CREAT | O_EXCL); }), 0);
  EXPECT_EQ(closed(needs_, [&] { return ::link(path("out/new").c_str(), path("out/name").c_str()) == 0; }), 0);
  EXPECT_EQ(closed(needs_, [&] { return ::unlink(path("out/new").c_str()) == 0; }), 0);
  EXPECT_EQ(closed(needs_, [&] { return opens(path("in/new"), O_WRONLY | O_CREAT | O_EXCL); }), EACCES);
  EXPECT_EQ(closed(needs_, [&] { return opens(path("in/mail"), O_WRONLY | O_TRUNC); }), EACCES);
  EXPECT_EQ(closed(needs_, [&] { return ::unlink(path("in/mail").c_str()) == 0; }), EACCES);
  EXPECT_EQ(closed(needs_, [&] { return ::symlink("/etc/passwd", path("out/link").c_str()) == 0; }), EPERM);
  EXPECT_EQ(closed(needs_, [&] { return ::chmod(path("out/name").c_str(), 04755) == 0; }), EPERM);
}

TEST_F(Sandbox, HasNoNetwork) {
  for (const int family : {AF_INET, AF_INET6, AF_UNIX, AF_PACKET, AF_NETLINK})
    EXPECT_EQ(closed(needs_, [&] { return ::socket(family, SOCK_STREAM, 0) >= 0; }), EPERM) << family;
}

TEST_F(Sandbox, RunsNothingElse) {
  char name[] = "/bin/true";
  char* arguments[] = {name, nullptr};
  char* environment[] = {nullptr};
  EXPECT_EQ(closed(needs_, [&] { return ::execve(name, arguments, environment) == 0; }), EPERM);
  EXPECT_EQ(closed(needs_, [] { return ::fork() >= 0; }), EPERM);
}

TEST_F(Sandbox, TouchesNoOtherProcess) {
  const pid_t parent = ::getpid();
  EXPECT_EQ(closed(needs_, [=] { return ::kill(parent, 0) == 0; }), EPERM);
  EXPECT_EQ(closed(needs_, [=] { return ::ptrace(PTRACE_ATTACH, parent, nullptr, nullptr) == 0; }), EPERM);
}

TEST_F(Sandbox, LeavesThreadsAndMemory) {
  EXPECT_EQ(closed(needs_,
                   [] {
                     bool ran = false;
                     std::thread([&] { ran = std::string(50'000'000, 'x').back() == 'x'; }).join();
                     return ran;
                   }),
            0);
}

TEST_F(Sandbox, OpensTheNetworkWhenAskedTo) {
  needs_.network = true;
  EXPECT_EQ(closed(needs_,
                   [] {
                     const int server = ::socket(AF_INET, SOCK_STREAM, 0);
                     sockaddr_in address{};
                     address.sin_family = AF_INET;
                     address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
                     return server >= 0 &&
                            ::bind(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                            ::listen(server, 1) == 0;
                   }),
            0);
  EXPECT_EQ(closed(needs_, [] { return ::socket(AF_PACKET, SOCK_RAW, 0) >= 0; }), EPERM);
}

TEST_F(Sandbox, OpensNothingElseWithTheNetwork) {
  needs_.network = true;
  char name[] = "/bin/true";
  char* arguments[] = {name, nullptr};
  char* environment[] = {nullptr};
  const pid_t parent = ::getpid();
  EXPECT_EQ(closed(needs_, [&] { return opens(path("secret"), O_RDONLY); }), EACCES);
  EXPECT_EQ(closed(needs_, [&] { return opens(path("in/mail"), O_WRONLY); }), EACCES);
  EXPECT_EQ(closed(needs_, [&] { return opens("/etc/passwd", O_RDONLY); }), EACCES);
  EXPECT_EQ(closed(needs_, [&] { return opens("/etc/hosts", O_WRONLY); }), EACCES);
  EXPECT_EQ(closed(needs_, [&] { return ::execve(name, arguments, environment) == 0; }), EPERM);
  EXPECT_EQ(closed(needs_, [] { return ::fork() >= 0; }), EPERM);
  EXPECT_EQ(closed(needs_, [=] { return ::kill(parent, 0) == 0; }), EPERM);
  EXPECT_EQ(closed(needs_, [=] { return ::ptrace(PTRACE_ATTACH, parent, nullptr, nullptr) == 0; }), EPERM);
}

TEST_F(Sandbox, ForksWhenAskedToAndTheChildIsClosedToo) {
  needs_.child = true;
  EXPECT_EQ(closed(needs_,
                   [] {
                     const pid_t child = ::fork();
                     if (child == 0) ::_exit(::socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM ? 7 : 0);
                     int status = 0;
                     return ::waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 7;
                   }),
            0);
}

}  // namespace
}  // namespace mailparse::tools
