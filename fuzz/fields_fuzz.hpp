// What the drivers of the field readers share: every finding must lie in the field, and nothing may be read outside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <mailparse/base/arena.hpp>
#include <mailparse/base/diagnostic.hpp>
#include <mailparse/message/address.hpp>
#include <mailparse/message/header.hpp>
#include <mailparse/scan/utf8.hpp>

#include "require.hpp"

namespace mailparse::fuzz {

/// Traps when a finding points outside the field that was read.
class BoundedSink final : public DiagnosticSink {
 public:
  explicit BoundedSink(FieldText field) : field_(field) {}
  void report(Diagnostic d) override {
    if (d.offset < field_.offset || d.offset + d.length > field_.offset + field_.text.size()) __builtin_trap();
    if (d.count == 0) __builtin_trap();
  }

 private:
  FieldText field_;
};

inline void require_utf8(std::string_view text) {
  require(is_utf8(text));
}

/// A place that lies in the field.
inline void require_inside(Place place, FieldText field) {
  require(place.offset >= field.offset && place.offset + place.length <= field.offset + field.text.size());
}

/// The input at an offset that is easy to tell from 0.
inline FieldText field_of(const std::uint8_t* data, std::size_t size) {
  return {{reinterpret_cast<const char*>(data), size}, 1000};
}

}  // namespace mailparse::fuzz
