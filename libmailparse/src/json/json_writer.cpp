#include <algorithm>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstring>
#include <utility>

// RapidJSON adds to the null pointer to see that it has no memory yet, which Clang's sanitizer takes for a fault of
// ours.
#if defined(__clang__)
#pragma clang attribute push(__attribute__((no_sanitize("pointer-overflow"))), apply_to = function)
#endif
#include <rapidjson/writer.h>
#if defined(__clang__)
#pragma clang attribute pop
#endif

#include <mailparse/json/json_writer.hpp>

#include "json/json_text.hpp"

namespace mailparse {
namespace {

/// RapidJSON's idea of an output stream, over the caller's buffer.
class StringStream {
 public:
  using Ch = char;
  explicit StringStream(std::string& out) noexcept : out_(&out) {}
  void Put(char octet) { out_->push_back(octet); }
  void Flush() {}

 private:
  std::string* out_;
};

/// Appends at most `room` octets, which `write` puts where it is told; it gives their end.
template <class Write>
void append_within(std::string& out, std::size_t room, Write write) {
  const std::size_t begin = out.size();
  out.resize_and_overwrite(begin + room, [&](char* octets, std::size_t) {
    return static_cast<std::size_t>(write(octets + begin) - octets);
  });
}

/// The longest is -2^63 or 2^64 - 1: 20 octets, and a comma.
template <std::integral Value>
void append_whole(std::string& out, bool comma, Value value) {
  constexpr std::size_t room = 21;
  append_within(out, room, [&](char* to) {
    char* const end = to + room;
    if (comma) *to++ = ',';
    return std::to_chars(to, end, value).ptr;
  });
}

}  // namespace

void JsonWriter::open(char bracket) {
  if (std::exchange(comma_, false)) out_->push_back(',');
  out_->push_back(bracket);
}
void JsonWriter::close(char bracket) {
  out_->push_back(bracket);
  comma_ = true;
}

void JsonWriter::begin_object() {
  open('{');
}
void JsonWriter::end_object() {
  close('}');
}
void JsonWriter::begin_array() {
  open('[');
}
void JsonWriter::end_array() {
  close(']');
}

void JsonWriter::key(const JsonName& name) {
  const bool comma = std::exchange(comma_, false);
  append_within(*out_, JsonName::room, [&](char* to) {
    const char* const text = name.text().data();
    // All the room there is: the size of a copy that is known costs less than the octets too many.
    if (comma) {
      std::memcpy(to, text, JsonName::room);
      return to + name.size();
    }
    std::memcpy(to, text + 1, JsonName::room - 1);
    return to + name.size() - 1;
  });
}
void JsonWriter::key(std::string_view name) {
  append_json_key(*out_, std::exchange(comma_, false), name);
}

void JsonWriter::string(std::string_view octets) {
  append_json_string(*out_, std::exchange(comma_, true), octets);
}
void JsonWriter::time(Timestamp value) {
  const bool comma = std::exchange(comma_, true);
  append_within(*out_, TimeText::octets + 3, [&](char* to) {
    if (comma) *to++ = ',';
    *to++ = '"';
    to = std::ranges::copy(times_(value), to).out;
    *to++ = '"';
    return to;
  });
}
void JsonWriter::uint(std::uint64_t value) {
  append_whole(*out_, std::exchange(comma_, true), value);
}
void JsonWriter::integer(std::int64_t value) {
  append_whole(*out_, std::exchange(comma_, true), value);
}
void JsonWriter::number(double value) {
  if (std::exchange(comma_, true)) out_->push_back(',');
  StringStream stream(*out_);
  rapidjson::Writer<StringStream>(stream).Double(std::isfinite(value) ? value : 0.0);
}
void JsonWriter::boolean(bool value) {
  if (std::exchange(comma_, true)) out_->push_back(',');
  *out_ += value ? "true" : "false";
}
void JsonWriter::null() {
  if (std::exchange(comma_, true)) out_->push_back(',');
  *out_ += "null";
}

void JsonWriter::end_line() {
  out_->push_back('\n');
  comma_ = false;
}

}  // namespace mailparse
