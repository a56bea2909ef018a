// What a tool gives up before it reads octets that others wrote: a reader that was taken over must find nothing to
// take.
#pragma once

#include <string>
#include <vector>

namespace mailparse::tools {

/// What the work still needs once the sandbox is closed. All other files are out of reach, and so are programs, other
/// processes and, unless it is asked for, the network.
struct SandboxNeeds {
  std::vector<std::string> readable;  ///< files, and directories with all below them; absent ones are passed over
  std::vector<std::string> writable;  ///< directories in which files are made, written, linked and removed
  bool network = false;               ///< TCP and Unix sockets, and the look-up of names
  bool child = false;                 ///< a fork of this program that runs nothing else
};

/// Takes away the right to gain privileges (no_new_privs), all files but those needed (Landlock, Linux 5.13) and all
/// system calls but those that reading and writing take (seccomp). What the kernel does not offer is left out:
/// sandbox_support() tells. Files and sockets that are open stay usable. There is no way back.
void enter_sandbox(const SandboxNeeds& needs);

/// What enter_sandbox() can do here, for --version: "sandbox: no_new_privs, Landlock 3, seccomp".
[[nodiscard]] std::string sandbox_support();

}  // namespace mailparse::tools
