#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdlib>
#include <new>

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

/// RapidJSON writes through a null pointer where its own allocator finds no memory.
class ThrowingAllocator : public rapidjson::CrtAllocator {
 public:
  void* Malloc(std::size_t size) { return checked(CrtAllocator::Malloc(size), size); }
  void* Realloc(void* old, std::size_t old_size, std::size_t size) {
    return checked(CrtAllocator::Realloc(old, old_size, size), size);
  }

 private:
  static void* checked(void* memory, std::size_t size) {
    if (memory == nullptr && size != 0) throw std::bad_alloc();
    return memory;
  }
};

/// RapidJSON's commas, colons and fractions; the text of strings and whole numbers is ours.
class StructureWriter
    : public rapidjson::Writer<StringStream, rapidjson::UTF8<>, rapidjson::UTF8<>, ThrowingAllocator> {
 public:
  using Writer::Writer;
  void before_string() { Prefix(rapidjson::kStringType); }
  /// An object in place of a string: the octets that a string cannot hold.
  void before_bytes() { Prefix(rapidjson::kObjectType); }
  void before_number() { Prefix(rapidjson::kNumberType); }
};

/// The longest is -2^63 or 2^64 - 1: 20 octets.
template <std::integral Value>
void append_whole(std::string& out, Value value) {
  std::array<char, 20> text;
  out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
}

}  // namespace

struct JsonWriter::State {
  explicit State(std::string& buffer) : out(buffer), stream(buffer), writer(stream) {}
  std::string& out;
  StringStream stream;
  StructureWriter writer;
};

JsonWriter::JsonWriter(std::string& out) : state_(std::make_unique<State>(out)) {}
JsonWriter::~JsonWriter() = default;

void JsonWriter::begin_object() {
  state_->writer.StartObject();
}
void JsonWriter::end_object() {
  state_->writer.EndObject();
}
void JsonWriter::begin_array() {
  state_->writer.StartArray();
}
void JsonWriter::end_array() {
  state_->writer.EndArray();
}

void JsonWriter::key(std::string_view name) {
  state_->writer.before_string();
  append_json_key(state_->out, name);
}

void JsonWriter::string(std::string_view octets) {
  state_->writer.before_bytes();
  append_json_string(state_->out, octets);
}

void JsonWriter::uint(std::uint64_t value) {
  state_->writer.before_number();
  append_whole(state_->out, value);
}
void JsonWriter::integer(std::int64_t value) {
  state_->writer.before_number();
  append_whole(state_->out, value);
}
void JsonWriter::number(double value) {
  state_->writer.Double(std::isfinite(value) ? value : 0.0);
}
void JsonWriter::boolean(bool value) {
  state_->writer.Bool(value);
}

void JsonWriter::null() {
  state_->writer.Null();
}

void JsonWriter::end_line() {
  state_->out.push_back('\n');
  state_->writer.Reset(state_->stream);
}

}  // namespace mailparse
