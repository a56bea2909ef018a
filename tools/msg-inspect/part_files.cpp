#include "msg-inspect/part_files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <mailparse/base/octets.hpp>
#include <mailparse/json/json_writer.hpp>
#include <mailparse/json/names.hpp>

#include "common/folder.hpp"
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
  return fmt::format("{}-{}{}", name.substr(0, stem), number + 1, name.substr(stem));
}

/// The name that a part asks for.
std::string wanted_name(const MessagePart& part) {
  if (!part.filename.empty()) return safe_file_name(part.filename);
  const bool message = part.kind == EntityKind::message || part.kind == EntityKind::encoded;
  return fmt::format("part-{}{}", part.path, message ? ".eml" : "");
}

/// Renames inside `folder` without replacing anything; errno, 0 = done.
int rename_anew(int folder, const char* from, const char* to) noexcept {
  if (::renameat2(folder, from, folder, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // File systems without that flag.
  if (::linkat(folder, from, folder, to, 0) != 0) return errno;
  return ::unlinkat(folder, from, 0) == 0 ? 0 : errno;
}

}  // namespace

std::unique_ptr<PartFiles> PartFiles::open(const std::string& folder, int& error) {
  const auto descriptor = open_folder(folder);
  if (!descriptor) {
    error = descriptor.error();
    return nullptr;
  }
  std::unique_ptr<PartFiles> files(new PartFiles(*descriptor));
  files->note_names();
  files->manifest_ = openat(*descriptor, manifest_name, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (files->manifest_ >= 0) return files;
  error = errno;
  return nullptr;
}

PartFiles::~PartFiles() {
  for (File& file : files_) discard(file);
  if (manifest_ >= 0) close(manifest_);
  close(folder_);
}

void PartFiles::note_names() {
  names_.insert(manifest_name);
  DIR* const folder = fdopendir(dup(folder_));
  if (folder == nullptr) return;
  while (const dirent* const entry = readdir(folder))
    names_.insert(lower_case(static_cast<const char*>(entry->d_name)));
  closedir(folder);
}

void PartFiles::fail(int error) noexcept {
  if (error_ == 0) error_ = error;
}

PartFiles::File* PartFiles::find(const MessagePart& part) noexcept {
  const auto wanted = [&](const File& file) { return file.path == part.path && file.descriptor >= 0; };
  const auto file = std::ranges::find_if(files_, wanted);
  return file != files_.end() ? &*file : nullptr;
}

void PartFiles::discard(File& file) noexcept {
  if (file.descriptor >= 0) close(file.descriptor);
  file.descriptor = -1;
  if (!file.temporary.empty()) unlinkat(folder_, file.temporary.c_str(), 0);
  file.temporary.clear();
}

void PartFiles::on_part(const MessagePart& part) {
  if (!part.attachment || part.kind == EntityKind::multipart) return;
  File file;
  file.path = part.path;
  file.temporary = fmt::format(".mailparse-{}-{}", getpid(), temporaries_++);
  file.descriptor = openat(folder_, file.temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (file.descriptor < 0) return fail(errno);
  files_.push_back(std::move(file));
}

void PartFiles::on_part_octets(const MessagePart& part, std::string_view octets) {
  File* const file = find(part);
  if (file == nullptr) return;
  if (const int error = write_all(file->descriptor, octets); error != 0) fail(error);
}

void PartFiles::on_part_end(const MessagePart& part) {
  File* const file = find(part);
  if (file == nullptr) return;
  if (close(file->descriptor) != 0) fail(errno);
  file->descriptor = -1;
  file->complete = true;
}

void PartFiles::on_part_dropped(const MessagePart& part) {
  File* const file = find(part);
  if (file == nullptr) return;
  discard(*file);
  files_.erase(files_.begin() + (file - files_.data()));
}

std::string PartFiles::publish(const File& file, const std::string& wanted) {
  for (unsigned number = 0; number < numbered_names; ++number) {
    std::string name = numbered(wanted, number);
    if (names_.contains(lower_case(name))) continue;
    const int error = rename_anew(folder_, file.temporary.c_str(), name.c_str());
    if (error == 0 || error == EEXIST) names_.insert(lower_case(name));
    if (error == 0) return name;
    if (error != EEXIST) {
      fail(error);
      return {};
    }
  }
  fail(EEXIST);
  return {};
}

void PartFiles::end_message(const Message& message, const MessageSource& source, bool wanted) {
  std::string lines;
  JsonWriter writer(lines);
  for (File& file : files_) {
    const MessagePart* const part = message.part(file.path);
    // What is found in content has a name, or is none.
    const bool useful = wanted && file.complete && part != nullptr && part->attachment;
    const std::string name = useful ? publish(file, wanted_name(*part)) : std::string();
    if (name.empty()) {
      discard(file);
      continue;
    }
    writer.begin_object();
    writer.string(names::file, name);
    writer.string(names::message, message.id);
    writer.string(names::source, source.file);
    writer.string(names::part, part->path);
    writer.string_if(names::filename, part->filename);
    writer.string(names::type, part->type);
    writer.string_if(names::sniffed_type, part->sniffed_type);
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
