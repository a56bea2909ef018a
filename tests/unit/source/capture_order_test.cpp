#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mailparse/source/capture_order.hpp>

#include "capture_builder.hpp"

namespace mailparse {
namespace {

using namespace testing_capture;
using ::testing::ElementsAre;
namespace fs = std::filesystem;

class CaptureOrder : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string path = (fs::temp_directory_path() / "mailparse-order-XXXXXX").string();
    ASSERT_NE(::mkdtemp(path.data()), nullptr);
    folder_ = path;
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string write(const std::string& name, std::string_view octets) {
    std::ofstream(folder_ / name, std::ios::binary) << octets;
    return (folder_ / name).string();
  }

 private:
  fs::path folder_;
};

TEST_F(CaptureOrder, CapturesGoByTheirFirstPacketAndOthersKeepTheirPlaces) {
  const std::vector<std::string> names = {
      write("late", pcap_header() + pcap_record("x", 300)),
      write("text", "220 mx.example.org ESMTP\r\n"),
      write("early", ng_section() + ng_interface() + ng_block(3, le(1, 4) + padded("x")) + ng_packet("x", 100'000'000)),
      "-",
      write("middle", pcap_header() + pcap_record("x", 200)),
      write("without packets", pcap_header()),
      "/nonexistent/file",
  };
  EXPECT_THAT(reading_order(names), ElementsAre(2, 1, 4, 3, 0, 5, 6));
  EXPECT_EQ(first_packet_time(names[2]), Timestamp(std::chrono::seconds(100)));
  EXPECT_FALSE(first_packet_time(names[5]));
}

TEST_F(CaptureOrder, EqualTimesKeepTheOrderGiven) {
  const std::string file = pcap_header() + pcap_record("x", 300);
  const std::vector<std::string> names = {write("b", file), write("a", file)};
  EXPECT_THAT(reading_order(names), ElementsAre(0, 1));
}

}  // namespace
}  // namespace mailparse
