#include "msg-inspect/part_files.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mailparse/json/json_writer.hpp>
#include <mailparse/json/names.hpp>

#include "common/output.hpp"

namespace mailparse::tools {
namespace {

// Names that differ only in a number before the extension; more of one name is an attack, not a mail.
constexpr unsigned numbered_names = 10'000;
constexpr const char* manifest_name = "manifest.jsonl";

std::string numbered(std::string_view name, unsigned number) {
  if (number == 0) return std::string(name);
  const std::string extension = file_extension(name);
  const std::size_t stem = extension.empty() ? name.size() : name.size() - extension.size() - 1;
  return std::string(name.substr(0, stem)) + "-" + std::to_string(number + 1) + std::string(name.substr(stem));
}

}  // namespace

std::unique_ptr<PartFiles> PartFiles::open(const std::string& folder, int& error) {
  if (mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST) {
    error = errno;
    return nullptr;
  }
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) {
    error = errno;
    return nullptr;
  }
  std::unique_ptr<PartFiles> files(new PartFiles(descriptor));
  files->manifest_ = openat(descriptor, manifest_name, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (files->manifest_ >= 0) return files;
  error = errno;
  return nullptr;
}

PartFiles::~PartFiles() {
  for (const File& file : files_) {
    if (file.descriptor >= 0) close(file.descriptor);
  }
  if (manifest_ >= 0) close(manifest_);
  close(folder_);
}

void PartFiles::fail(int error) noexcept {
  if (error_ == 0) error_ = error;
}

int PartFiles::create(std::string_view wanted, std::string& name) {
  for (unsigned number = 0; number < numbered_names; ++number) {
    name = numbered(wanted, number);
    if (name == manifest_name) continue;
    const int descriptor = openat(folder_, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (descriptor >= 0) return descriptor;
    if (errno != EEXIST) {
      fail(errno);
      return -1;
    }
  }
  fail(EEXIST);
  return -1;
}

void PartFiles::on_part(const MessagePart& part) {
  const bool leaf = part.kind != EntityKind::multipart && part.kind != EntityKind::message;
  if (!part.attachment || !leaf) return;
  File file;
  file.path = part.path;
  file.descriptor = create(safe_file_name(part.filename.empty() ? "part-" + part.path : part.filename), file.name);
  if (file.descriptor >= 0) files_.push_back(std::move(file));
}

void PartFiles::on_part_octets(const MessagePart& part, std::string_view octets) {
  const auto file = std::ranges::find(files_, part.path, &File::path);
  if (file == files_.end() || file->descriptor < 0) return;
  if (const int error = write_all(file->descriptor, octets); error != 0) fail(error);
}

void PartFiles::on_part_end(const MessagePart& part) {
  const auto file = std::ranges::find(files_, part.path, &File::path);
  if (file == files_.end() || file->descriptor < 0) return;
  if (close(file->descriptor) != 0) fail(errno);
  file->descriptor = -1;
}

void PartFiles::end_message(const Message& message, const MessageSource& source) {
  std::string lines;
  JsonWriter writer(lines);
  for (const File& file : files_) {
    const MessagePart* part = message.part(file.path);
    if (part == nullptr) continue;
    writer.begin_object();
    writer.string(names::file, file.name);
    writer.string(names::message, message.id);
    writer.string(names::source, source.file);
    writer.string(names::part, part->path);
    if (!part->filename.empty()) writer.string(names::filename, part->filename);
    writer.string(names::type, part->type);
    if (!part->sniffed_type.empty()) writer.string(names::sniffed_type, part->sniffed_type);
    writer.uint(names::size, part->decoded_size);
    writer.string(names::md5, part->md5);
    writer.string(names::sha256, part->sha256);
    writer.end_object();
    writer.end_line();
  }
  files_.clear();
  if (const int error = write_all(manifest_, lines); error != 0) fail(error);
}

}  // namespace mailparse::tools
