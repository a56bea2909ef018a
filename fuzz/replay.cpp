// Runs a fuzz driver over files instead of under libFuzzer:
//   fuzz_x FILE_OR_FOLDER...                     as they are
//   fuzz_x --damage [--mode OCTET] FILE_OR_FOLDER...  every file cut at every octet, and with each bit of some octets
//   turned
// OCTET is put in front of each, for drivers whose first octet chooses what is done.
// A folder that does not exist is an empty one, so that a driver without old crashes needs no placeholder.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Octets = std::vector<char>;

/// Larger files are cut and turned at as many places, evenly spread.
constexpr std::size_t most_places = 65536;
/// Octets of a file of which each bit is turned.
constexpr std::size_t turned_octets = 64;

struct Tally {
  std::size_t runs = 0;
  std::chrono::steady_clock::duration longest{};
};

void run(const Octets& octets, Tally& tally) {
  const auto begin = std::chrono::steady_clock::now();
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size());
  tally.longest = std::max(tally.longest, std::chrono::steady_clock::now() - begin);
  ++tally.runs;
}

/// `fixed` octets at the front stay.
void damage(Octets octets, std::size_t fixed, Tally& tally) {
  const std::size_t size = octets.size() - fixed;
  const std::size_t turn_step = std::max<std::size_t>(1, size / turned_octets);
  for (std::size_t at = fixed; at < octets.size(); at += turn_step) {
    for (int bit = 0; bit < 8; ++bit) {
      const char kept = octets[at];
      octets[at] = static_cast<char>(static_cast<unsigned char>(kept) ^ (1U << bit));
      run(octets, tally);
      octets[at] = kept;
    }
  }
  const std::size_t cut_step = std::max<std::size_t>(1, size / most_places);
  while (octets.size() > fixed) {
    octets.resize(octets.size() - std::min(cut_step, octets.size() - fixed));
    octets.shrink_to_fit();  // so that a sanitizer sees a read behind the end
    run(octets, tally);
  }
}

std::vector<std::filesystem::path> files_of(char** names, char** end) {
  std::vector<std::filesystem::path> files;
  for (; names != end; ++names) {
    const std::filesystem::path path(*names);
    if (std::filesystem::is_directory(path)) {
      for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
      }
    } else if (std::filesystem::exists(path)) {
      files.push_back(path);
    }
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  char** names = argv + 1;
  char** const end = argv + argc;
  const auto took = [&](std::string_view flag) { return names != end && *names == flag && ++names != end; };
  const bool damaged = took("--damage");
  Octets mode;
  if (took("--mode")) mode.push_back(static_cast<char>(std::atoi(*names++)));

  const auto files = files_of(names, end);
  Tally tally;
  run({}, tally);
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    Octets octets = mode;
    octets.insert(octets.end(), std::istreambuf_iterator<char>(in), {});
    run(octets, tally);
    if (damaged) damage(std::move(octets), mode.size(), tally);
  }
  std::fprintf(stderr, "%zu files, %zu runs, the longest took %.3f s\n", files.size(), tally.runs,
               std::chrono::duration<double>(tally.longest).count());
  return 0;
}
