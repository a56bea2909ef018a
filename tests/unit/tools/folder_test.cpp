#include "common/folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace mailparse::tools {
namespace {

namespace fs = std::filesystem;

class Folder : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "mailparse-folder-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    place_ = name;
  }
  void TearDown() override { fs::remove_all(place_); }
  /// 0: it was opened.
  int error_of(const fs::path& path) {
    const auto folder = open_folder(path.string());
    if (!folder) return folder.error();
    ::close(*folder);
    return 0;
  }
  fs::path place_;
};

TEST_F(Folder, IsMadeWhereThereIsNone) {
  EXPECT_EQ(error_of(place_ / "new"), 0);
  EXPECT_TRUE(fs::is_directory(place_ / "new"));
  EXPECT_EQ(error_of(place_ / "new"), 0) << "it stands there now";
}

TEST_F(Folder, SaysWhyThereIsNone) {
  EXPECT_EQ(error_of(place_ / "none" / "new"), ENOENT);
  std::ofstream(place_ / "file") << "x";
  EXPECT_EQ(error_of(place_ / "file"), ENOTDIR);
}

}  // namespace
}  // namespace mailparse::tools
