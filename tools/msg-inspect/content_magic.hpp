// What content is, in the words of libmagic.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace mailparse::tools {

/// May be asked by several threads.
class ContentMagic {
 public:
  /// Loads the database: to be made before its file is out of reach.
  ContentMagic();
  ~ContentMagic();
  ContentMagic(const ContentMagic&) = delete;
  ContentMagic& operator=(const ContentMagic&) = delete;

  struct Description {
    std::string text;  ///< "PDF document, version 1.7"; empty where there is no database
    std::string type;  ///< media type
  };
  [[nodiscard]] Description describe(std::string_view octets);

 private:
  std::mutex mutex_;
  void* words_;  ///< magic_t
  void* types_;
};

}  // namespace mailparse::tools
