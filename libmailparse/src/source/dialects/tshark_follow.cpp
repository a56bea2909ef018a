// tshark -z follow,tcp: in the readable form the number of octets and then these, in the other a hex dump; a TAB in
// front marks the second node.
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark node0{0, Side::client};
constexpr Mark node1{1, Side::server};

class TsharkFollow final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    if (missing_ > 0) return read_octets(line, book);
    auto text = line.text;
    if (text.starts_with("=====")) return true;
    if (take(text, "Follow: ")) {
      outer_ = line.text.size() != line.whole.size();
      end(book);
      begun_ = true;
      hex_ = text.find("hex") != std::string_view::npos || text.find("raw") != std::string_view::npos;
      return true;
    }
    if (!begun_) return false;
    if (take(text, "Filter: ")) {
      key_ = text;
      book.begin(key_);
      return true;
    }
    if (take(text, "Node 0: ")) return address(node0, text, book);
    if (take(text, "Node 1: ")) return address(node1, text, book);
    const bool second = take(text, "\t");
    if (hex_) return read_dump(second, text, book);
    const auto size = number(text);
    if (!size) return false;
    second_ = second;
    missing_ = *size;
    return true;
  }

  void finish(Book& book) override { end(book); }

 private:
  bool address(const Mark& mark, std::string_view text, Book& book) {
    if (const auto endpoint = read_endpoint(text)) book.endpoint(key_, mark, *endpoint);
    return true;
  }

  bool read_octets(const LogLine& line, Book& book) {
    // A file that went through a text tool has lost its CRs, which the size still counts.
    if (!decided_) exact_ = line.crlf;
    decided_ = true;
    room_.assign(outer_ ? line.text : line.whole);
    room_.append(line.crlf || !exact_ ? "\r\n" : "\n");
    if (room_.size() > missing_) room_.resize(missing_);
    missing_ -= room_.size();
    folds_.undo(room_);
    add(second_, room_, book);
    return true;
  }

  /// `00000010  6f 6d 20 45 ...  om E`, or digits alone.
  bool read_dump(bool second, std::string_view text, Book& book) {
    room_.clear();
    if (text.size() > 10 && text.substr(8, 2) == "  ") {
      undo_hex(text.substr(10), room_);
    } else {
      for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        const auto high = hex_digit(text[i]);
        const auto low = hex_digit(text[i + 1]);
        if (!high || !low) return false;
        room_.push_back(static_cast<char>(static_cast<unsigned char>(*high * 16 + *low)));
      }
    }
    if (room_.empty()) return false;
    add(second, room_, book);
    return true;
  }

  void add(bool second, std::string_view octets, Book& book) {
    book.manner({.packets = true});
    (second ? from_second_ : from_first_).add(book, key_, second ? node1 : node0, octets);
  }

  void end(Book& book) {
    from_first_.flush(book, key_, node0);
    from_second_.flush(book, key_, node1);
  }

  std::string key_;
  std::string room_;
  LineJoiner from_first_;
  LineJoiner from_second_;
  HeaderFolds folds_;
  std::uint64_t missing_ = 0;
  bool second_ = false;
  bool hex_ = false;
  bool begun_ = false;
  bool outer_ = false;  ///< what stands in front of all lines is not of this dialect
  bool decided_ = false;
  bool exact_ = true;
};

}  // namespace

extern const DialectRow tshark_follow_dialect;
const DialectRow tshark_follow_dialect{
    {"tshark-follow", "tshark -z follow,tcp,ascii|hex|raw,N",
     "===\nFollow: tcp,ascii\nFilter: tcp.stream eq 0\nNode 0: 192.0.2.7:34496\nNode 1: 192.0.2.5:25\n\t8\n220 mx\n"},
    Marks::own,
    make_dialect<TsharkFollow>};

}  // namespace mailparse::transcript
