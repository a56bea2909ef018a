// The MIME reader beside mimetic: the input chooses a message that is written here, so that what it consists of is
// known, and both read it. Only what mimetic reads without fault is written: it takes a line that begins with a
// boundary for that boundary, and crashes on what is nested deep; fuzz_mime has those. Input: octets that are used up
// one by one while the message is written.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mimetic/mimetic.h>

#include <mailparse/message/mime_tree.hpp>

#include "require.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

/// An entity as all three must see it.
struct Entity {
  std::size_t depth = 0;
  std::string type;
  std::string body;  ///< of a leaf
  bool operator==(const Entity&) const = default;
};

constexpr std::size_t deepest = 5;
constexpr std::size_t lines_allowed = 200;

constexpr std::array<std::string_view, 16> lines{
    "",
    "text",
    "--",
    "-- ",
    "---",
    " --b",
    "From somebody",
    "Content-Type: text/html",
    "Subject: no field",
    ".",
    "\t",
    "=41=\t",
    "SGVsbG8=",
    "\xD0\x9F\xD1\x80\xD0\xB8",
    "trailing \t ",
    "x--b0--",
};
constexpr std::array<std::string_view, 8> leaf_types{
    "text/plain", "text/html",           "application/octet-stream",         "Text/Plain",
    "image/png",  "application/x-a.b+c", "message/disposition-notification", "audio/basic"};
constexpr std::array<std::string_view, 5> multipart_types{"multipart/mixed", "multipart/alternative",
                                                          "MULTIPART/related", "multipart/signed", "multipart/report"};
constexpr std::array<std::string_view, 6> fields{"X-A: b\r\n",
                                                 "Subject: a\r\n folded\r\n",
                                                 "Content-Transfer-Encoding: 8bit\r\n",
                                                 "Content-Disposition: attachment;\r\n\tfilename=\"a.b\"\r\n",
                                                 "Content-Description: boundary=\"b0\"\r\n",
                                                 "X-Long: "
                                                 "0123456789012345678901234567890123456789\r\n"};

class Author {
 public:
  Author(const std::uint8_t* data, std::size_t size) : at_(data), end_(data + size) {}

  void write_entity(std::size_t depth) {
    const std::size_t number = entities.size();
    entities.emplace_back().depth = depth;
    while (octet() % 4 == 3) message += fields[octet() % fields.size()];
    const unsigned kind = depth < deepest ? octet() % 4 : 0;
    if (kind >= 2) {
      write_multipart(number, depth);
    } else if (kind == 1) {
      write_enclosed(number, depth);
    } else {
      write_leaf(number);
    }
  }

  std::string message;
  std::vector<Entity> entities;

 private:
  /// 0 when all are used up, so that every choice comes to an end.
  unsigned octet() { return at_ != end_ ? *at_++ : 0U; }

  void name_type(std::size_t number, std::string_view type, std::string_view parameters) {
    message.append("Content-Type: ").append(type).append(parameters).append("\r\n");
    for (const char c : type) entities[number].type += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }

  void write_leaf(std::size_t number) {
    if (octet() % 8 == 0) {
      entities[number].type = "text/plain";
      if (message.empty() || message.ends_with("--\r\n")) message += "X-B: c\r\n";
    } else {
      name_type(number, leaf_types[octet() % leaf_types.size()], "");
    }
    message += "\r\n";
    const std::size_t begin = message.size();
    write_lines();
    entities[number].body = message.substr(begin);
  }

  void write_enclosed(std::size_t number, std::size_t depth) {
    name_type(number, "message/rfc822", "");
    message += "\r\n";
    write_entity(depth + 1);
  }

  void write_multipart(std::size_t number, std::size_t depth) {
    // No boundary begins another one.
    const std::string boundary = "b" + std::to_string(boundaries_++) + "=";
    name_type(number, multipart_types[octet() % multipart_types.size()],
              octet() % 2 == 0 ? "; boundary=\"" + boundary + "\"" : ";\r\n\tcharset=x; BOUNDARY=\"" + boundary + "\"");
    message += "\r\n";
    write_lines();
    const std::size_t parts = 1 + octet() % 3;
    for (std::size_t part = 0; part < parts; ++part) {
      message.append("\r\n--").append(boundary).append("\r\n");
      write_entity(depth + 1);
    }
    message.append("\r\n--").append(boundary).append("--\r\n");
    write_lines();
  }

  void write_lines() {
    for (unsigned count = octet() % 5; count != 0 && written_ < lines_allowed; --count, ++written_)
      message.append(lines[octet() % lines.size()]).append("\r\n");
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  unsigned boundaries_ = 0;
  std::size_t written_ = 0;
};

std::vector<Entity> as_we_read(std::string_view message) {
  Silence silence;
  const MimeTree tree = read_mime_tree(message, silence, false);
  std::vector<Entity> entities;
  for (const MimeNode& node : tree.nodes) {
    std::string body;
    if (node.children.empty()) body = message.substr(node.body_offset(), node.body_length());
    entities.push_back({node.entity.depth, node.type, std::move(body)});
  }
  return entities;
}

void read_mimetic(mimetic::MimeEntity& entity, std::size_t depth, std::vector<Entity>& entities) {
  const mimetic::ContentType& type = entity.header().contentType();
  Entity& told = entities.emplace_back();
  told.depth = depth;
  const std::string name = type.type().empty() ? std::string("text/plain") : type.type() + "/" + type.subtype();
  for (const char c : name) told.type += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  if (entity.body().parts().empty()) told.body = entity.body();
  for (mimetic::MimeEntity* const part : entity.body().parts()) read_mimetic(*part, depth + 1, entities);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Author author(data, size);
  author.write_entity(0);
  require(as_we_read(author.message) == author.entities);
  mimetic::MimeEntity entity(author.message.begin(), author.message.end());
  std::vector<Entity> theirs;
  read_mimetic(entity, 0, theirs);
  require(theirs == author.entities);
  return 0;
}
