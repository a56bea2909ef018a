#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/charset.hpp>
#include <mailparse/message/tnef.hpp>

namespace mailparse {
namespace {

constexpr std::uint32_t signature = 0x223E9F78;
constexpr std::size_t header_octets = 6;     // signature, key
constexpr std::size_t attribute_octets = 9;  // level, id, length
constexpr std::size_t checksum_octets = 2;
constexpr std::size_t rtf_limit = 64 * 1024 * 1024;

enum : std::uint32_t {
  att_body = 0x0002800C,
  att_oem_codepage = 0x00069007,
  att_message_properties = 0x00069003,
  att_attach_title = 0x00018010,
  att_attach_data = 0x0006800F,
  att_attach_begin = 0x00069002,
  att_attachment = 0x00069005,
};

enum : std::uint16_t {
  pr_body = 0x1000,
  pr_rtf_compressed = 0x1009,
  pr_body_html = 0x1013,
  pr_display_name = 0x3001,
  pr_attach_data = 0x3701,
  pr_attach_filename = 0x3704,
  pr_attach_long_filename = 0x3707,
  pr_attach_mime_tag = 0x370E,
  pr_attach_content_id = 0x3712,
};

enum : std::uint16_t {
  pt_short = 0x0002,
  pt_long = 0x0003,
  pt_float = 0x0004,
  pt_double = 0x0005,
  pt_currency = 0x0006,
  pt_apptime = 0x0007,
  pt_error = 0x000A,
  pt_boolean = 0x000B,
  pt_object = 0x000D,
  pt_i8 = 0x0014,
  pt_string8 = 0x001E,
  pt_unicode = 0x001F,
  pt_systime = 0x0040,
  pt_clsid = 0x0048,
  pt_binary = 0x0102,
  pt_multivalued = 0x1000,
};

std::uint32_t little_endian(std::string_view octets, std::size_t at, std::size_t size) noexcept {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i)
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(octets[at + i])) << (8 * i);
  return value;
}

/// Reads numbers and runs from octets; a read beyond the end fails and everything after it.
class Cursor {
 public:
  explicit Cursor(std::string_view octets) : rest_(octets) {}
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }

  std::string_view take(std::size_t size) noexcept {
    if (size > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const std::string_view out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }
  std::uint32_t number(std::size_t size) noexcept {
    const std::string_view octets = take(size);
    return octets.size() == size ? little_endian(octets, 0, size) : 0;
  }
  /// Values are padded to four octets; the padding of the last one may be missing.
  void pad(std::size_t size) noexcept { rest_.remove_prefix(std::min(rest_.size(), (4 - size % 4) % 4)); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

struct Property {
  std::uint16_t id = 0;
  std::uint16_t type = 0;
  std::string_view value;  ///< the first value; strings with their final NUL
};

std::optional<std::size_t> fixed_size(std::uint16_t type) noexcept {
  switch (type) {
    case pt_short:
    case pt_long:
    case pt_float:
    case pt_error:
    case pt_boolean:
      return 4;
    case pt_double:
    case pt_currency:
    case pt_apptime:
    case pt_i8:
    case pt_systime:
      return 8;
    case pt_clsid:
      return 16;
    default:
      return std::nullopt;
  }
}

/// A list of MAPI properties as attMsgProps and attAttachment hold it. Returns what could be read.
std::vector<Property> read_properties(std::string_view octets) {
  std::vector<Property> out;
  Cursor cursor(octets);
  const std::uint32_t count = cursor.number(4);
  for (std::uint32_t i = 0; i < count && cursor.ok() && !cursor.empty(); ++i) {
    Property property;
    property.type = static_cast<std::uint16_t>(cursor.number(2));
    property.id = static_cast<std::uint16_t>(cursor.number(2));
    if (property.id >= 0x8000) {  // named: a GUID and a number or a name
      cursor.take(16);
      if (cursor.number(4) == 0) {
        cursor.take(4);
      } else {
        const std::uint32_t size = cursor.number(4);
        cursor.take(size);
        cursor.pad(size);
      }
    }
    const bool several = (property.type & pt_multivalued) != 0;
    const auto type = static_cast<std::uint16_t>(property.type & ~unsigned{pt_multivalued});
    const auto fixed = fixed_size(type);
    const bool known = fixed || type == pt_string8 || type == pt_unicode || type == pt_binary || type == pt_object;
    if (!known) return out;
    // A variable value is written as a list even where it is one.
    const std::uint32_t values = several || !fixed ? cursor.number(4) : 1;
    for (std::uint32_t v = 0; v < values && cursor.ok() && !cursor.empty(); ++v) {
      const std::size_t size = fixed ? *fixed : cursor.number(4);
      const std::string_view value = cursor.take(size);
      cursor.pad(size);
      if (v == 0) property.value = value;
    }
    if (cursor.ok()) out.push_back(property);
  }
  return out;
}

std::string_view until_nul(std::string_view text) noexcept {
  return text.substr(0, text.find('\0'));
}

constexpr std::string_view rtf_prefix =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS "
    "Sans "
    "SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
static_assert(rtf_prefix.size() == 207);

}  // namespace

std::string decompress_rtf(std::string_view octets) {
  Cursor cursor(octets);
  cursor.number(4);  // compressed size
  const std::size_t size = std::min<std::size_t>(cursor.number(4), rtf_limit);
  const std::uint32_t kind = cursor.number(4);
  cursor.number(4);  // checksum
  if (!cursor.ok()) return {};
  if (kind == 0x414C454D) return std::string(octets.substr(16, size));  // "MELA": stored
  if (kind != 0x75465A4C) return {};                                    // "LZFu"
  std::array<char, 4096> window{};
  std::ranges::copy(rtf_prefix, window.begin());
  std::size_t write = rtf_prefix.size();
  std::string out;
  const auto put = [&](char c) {
    out += c;
    window[write] = c;
    write = (write + 1) % window.size();
  };
  while (cursor.ok() && !cursor.empty() && out.size() < size) {
    const std::uint32_t control = cursor.number(1);
    for (unsigned bit = 0; bit < 8 && !cursor.empty() && out.size() < size; ++bit) {
      if ((control >> bit & 1) == 0) {
        put(static_cast<char>(cursor.number(1)));
        continue;
      }
      const std::uint32_t high = cursor.number(1);
      const std::uint32_t reference = high << 8 | cursor.number(1);
      if (!cursor.ok()) break;
      const std::size_t from = reference >> 4;
      if (from == write) return out;  // the end mark
      for (std::size_t i = 0; i < (reference & 0xF) + 2 && out.size() < size; ++i)
        put(window[(from + i) % window.size()]);
    }
  }
  return out;
}

class TnefReader::Machine {
 public:
  explicit Machine(TnefSink& sink) : sink_(&sink) {}

  void feed(std::string_view octets) {
    while (!octets.empty() && state_ != State::damaged && state_ != State::over) octets.remove_prefix(step(octets));
  }

  bool finish() {
    end_attachment();
    return state_ == State::over || (state_ == State::attribute && kept_.empty());
  }

 private:
  enum class State : std::uint8_t {
    header,     ///< signature and key
    attribute,  ///< level, id and length of an attribute, or the end
    value,      ///< its octets
    checksum,
    over,     ///< octets that are no attribute behind a well-formed one
    damaged,  ///< no TNEF
  };

  std::size_t step(std::string_view octets) {
    switch (state_) {
      case State::header:
        return gather(octets, header_octets, [this] { on_header(); });
      case State::attribute:
        return gather(octets, attribute_octets, [this] { on_attribute(); });
      case State::value:
        return on_value(octets);
      case State::checksum:
        return gather(octets, checksum_octets, [this] { on_end_of_attribute(); });
      case State::over:
      case State::damaged:
        break;
    }
    return octets.size();
  }

  template <class F>
  std::size_t gather(std::string_view octets, std::size_t wanted, F then) {
    const std::size_t size = std::min(octets.size(), wanted - kept_.size());
    kept_.append(octets.substr(0, size));
    if (kept_.size() == wanted) then();
    return size;
  }

  void on_header() {
    state_ = little_endian(kept_, 0, 4) == signature ? State::attribute : State::damaged;
    kept_.clear();
  }

  void on_attribute() {
    const auto level = static_cast<unsigned char>(kept_[0]);
    id_ = little_endian(kept_, 1, 4);
    left_ = little_endian(kept_, 5, 4);
    kept_.clear();
    if (level != 1 && level != 2) {
      state_ = State::over;
      return;
    }
    state_ = left_ > 0 ? State::value : State::checksum;
    if (level == 1) end_attachment();
    if (id_ == att_attach_begin) {
      end_attachment();
      attachment_ = TnefItem{};
      in_attachment_ = true;
    }
  }

  std::size_t on_value(std::string_view octets) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(octets.size(), left_));
    if (id_ == att_attach_data) {
      // File contents without the mark of an attachment before them are nobody's.
      if (in_attachment_) {
        sink_->on_tnef_octets(octets.substr(0, size));
        streamed_ += size;
      }
    } else if (kept_.size() < attribute_limit) {
      kept_.append(octets.substr(0, std::min(size, attribute_limit - kept_.size())));
    }
    left_ -= size;
    if (left_ == 0) {
      value_ = std::exchange(kept_, {});
      state_ = State::checksum;
    }
    return size;
  }

  void on_end_of_attribute() {
    kept_.clear();
    state_ = State::attribute;
    const std::string value = std::exchange(value_, {});
    switch (id_) {
      case att_oem_codepage:
        if (value.size() >= 4) codepage_ = little_endian(value, 0, 4);
        break;
      case att_attach_title:
        if (attachment_.name.empty()) attachment_.name = text8(until_nul(value));
        break;
      case att_attachment:
        on_attachment_properties(value);
        break;
      case att_message_properties:
        on_message_properties(value);
        break;
      case att_body:
        body(TnefItem::Kind::text, "body.txt", "text/plain", text8(until_nul(value)));
        break;
      default:
        break;
    }
  }

  void on_attachment_properties(std::string_view value) {
    const std::vector<Property> properties = read_properties(value);
    for (const std::uint16_t wanted : {pr_display_name, pr_attach_filename, pr_attach_long_filename}) {
      for (const Property& property : properties) {
        // The title is what the sender saw cut to eight letters; the long name is the file's own.
        if (property.id == wanted && (wanted == pr_attach_long_filename || attachment_.name.empty())) {
          if (std::string name = text(property); !name.empty()) attachment_.name = std::move(name);
        }
      }
    }
    for (const Property& property : properties) {
      if (property.id == pr_attach_mime_tag) {
        attachment_.type = text(property);
        for (char& c : attachment_.type) c = to_lower(c);
      }
      if (property.id == pr_attach_content_id) attachment_.content_id = text(property);
      if (property.id == pr_attach_data && streamed_ == 0 && property.value.size() > 16) {
        // An object begins with its interface identifier; IID_IMessage is an embedded message.
        const bool object = (property.type & 0xFFF) == pt_object;
        if (object && little_endian(property.value, 0, 4) == 0x00020307) attachment_.kind = TnefItem::Kind::message;
        sink_->on_tnef_octets(object ? property.value.substr(16) : property.value);
        streamed_ += property.value.size();
      }
    }
  }

  void on_message_properties(std::string_view value) {
    for (const Property& property : read_properties(value)) {
      if (property.id == pr_rtf_compressed) {
        body(TnefItem::Kind::rtf, "body.rtf", "text/rtf", decompress_rtf(property.value));
      } else if (property.id == pr_body_html) {
        const bool octets = (property.type & 0xFFF) == pt_binary;
        body(TnefItem::Kind::html, "body.html", "text/html", octets ? std::string(property.value) : text(property));
      } else if (property.id == pr_body) {
        body(TnefItem::Kind::text, "body.txt", "text/plain", text(property));
      }
    }
  }

  void body(TnefItem::Kind kind, std::string_view name, std::string_view type, const std::string& octets) {
    if (octets.empty() || in_attachment_) return;
    sink_->on_tnef_octets(octets);
    sink_->on_tnef_item({kind, std::string(name), std::string(type), {}});
  }

  void end_attachment() {
    if (!std::exchange(in_attachment_, false)) return;
    if (std::exchange(streamed_, 0) > 0 || !attachment_.name.empty()) sink_->on_tnef_item(attachment_);
  }

  std::string text(const Property& property) const {
    if ((property.type & 0xFFF) == pt_unicode) {
      std::string_view octets = property.value;
      if (octets.size() % 2 != 0) octets.remove_suffix(1);
      if (octets.size() >= 2 && octets.ends_with(std::string_view("\0\0", 2))) octets.remove_suffix(2);
      const auto converted = to_utf8(octets, "utf-16le");
      return converted ? converted->text : std::string();
    }
    return text8(until_nul(property.value));
  }

  std::string text8(std::string_view octets) const {
    return decode_text(octets, codepage_ > 0 ? "windows-" + std::to_string(codepage_) : std::string()).text;
  }

  TnefSink* sink_;
  State state_ = State::header;
  std::string kept_;
  std::string value_;
  std::uint32_t id_ = 0;
  std::uint64_t left_ = 0;
  std::uint64_t streamed_ = 0;  ///< octets of the open attachment told so far
  std::uint32_t codepage_ = 0;
  TnefItem attachment_;
  bool in_attachment_ = false;
};

TnefReader::TnefReader(TnefSink& sink) : machine_(std::make_unique<Machine>(sink)) {}
TnefReader::~TnefReader() = default;
TnefReader::TnefReader(TnefReader&&) noexcept = default;
TnefReader& TnefReader::operator=(TnefReader&&) noexcept = default;
void TnefReader::feed(std::string_view octets) {
  machine_->feed(octets);
}
bool TnefReader::finish() {
  return machine_->finish();
}

}  // namespace mailparse
