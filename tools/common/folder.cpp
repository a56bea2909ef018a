#include "common/folder.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>

namespace mailparse::tools {

std::expected<int, int> open_folder(const std::string& path) noexcept {
  if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) return std::unexpected(errno);
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return std::unexpected(errno);
  return folder;
}

}  // namespace mailparse::tools
