// Messages like those that people and programs send, the same for the same seed on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace mailparse::bench {

/// What the messages are like.
enum class Mix {
  mixed,        ///< texts, HTML alternatives, and attachments of 20 to 200 KB in a third of them
  text,         ///< texts of 1 to 20 KB, some in quoted-printable
  attachments,  ///< one to three attachments of 100 KB to 1 MB
  small,        ///< texts of at most 2 KB: for very many connections at once
  signed_text,  ///< texts as above, each under a DKIM signature of the usual form
};

class MailGenerator {
 public:
  MailGenerator(std::uint64_t seed, Mix mix) : random_(seed), mix_(mix) {
    for (std::size_t i = 0; i < pool_octets; ++i) random_octets_ += static_cast<char>(random_());
  }

  /// A number below `limit`, without std distributions, whose results differ between libraries.
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  /// True in `percent` of a hundred calls.
  bool chance(std::uint64_t percent) { return below(100) < percent; }

  std::string address() {
    static constexpr std::string_view domains[] = {"example.com", "mail.example.org", "lists.example.net",
                                                   "example.ru"};
    return word() + '.' + word() + std::to_string(below(1000)) + '@' + std::string(domains[below(4)]);
  }

  /// A whole message with CRLF line ends, without dot-stuffing.
  std::string message() {
    const std::uint64_t id = random_();
    std::string text;
    if (mix_ == Mix::signed_text) {
      text +=
          "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=mail;\r\n"
          "\th=from:to:subject:date:message-id; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\r\n"
          "\tb=" +
          std::string(344, 'A') + "\r\n";
    }
    for (std::uint64_t hops = 1 + below(4); hops > 0; --hops) {
      text += "Received: from " + word() + ".example.com (" + word() + ".example.com [192.0.2." +
              std::to_string(below(256)) + "])\r\n\tby mx" + std::to_string(hops) +
              ".example.org (Postfix) with ESMTPS id " + std::to_string(below(1U << 30)) + "\r\n\tfor <" + address() +
              ">; Mon, 12 Jan 2026 10:" + two_digits(below(60)) + ":" + two_digits(below(60)) + " +0000 (UTC)\r\n";
    }
    text += "Date: Mon, 12 Jan 2026 10:11:" + two_digits(below(60)) + " +0000\r\n";
    text += "From: " + word() + ' ' + word() + " <" + address() + ">\r\n";
    text += "To: \"" + word() + ", " + word() + "\" <" + address() + ">,\r\n " + address() + "\r\n";
    text += chance(30) ? "Subject: =?UTF-8?B?0J/RgNC40LLQtdGCLCDQvNC40YAh?= " : "Subject: ";
    text += word() + ' ' + word() + ' ' + word() + "\r\n";
    text += "Message-ID: <" + std::to_string(id) + "@example.com>\r\nMIME-Version: 1.0\r\nX-Mailer: " + word() + " 1." +
            std::to_string(below(100)) + "\r\n";
    add_body(text, "=_" + std::to_string(id));
    return text;
  }

 private:
  static constexpr std::size_t pool_octets = 4 << 20;

  static std::string two_digits(std::uint64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }

  std::string word() {
    static constexpr std::string_view syllables[] = {"ka", "lo",  "mi", "ner", "tu",  "sa",
                                                     "re", "von", "di", "ha",  "pel", "os"};
    std::string text;
    for (std::uint64_t n = 1 + below(4); n > 0; --n) text += syllables[below(12)];
    return text;
  }

  void add_body(std::string& text, const std::string& boundary) {
    const bool attached = mix_ == Mix::attachments || (mix_ == Mix::mixed && chance(33));
    if (!attached) {
      add_text_part(text, boundary);
      return;
    }
    text += "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\r\n\r\nThis is a multi-part message.\r\n";
    text += "--" + boundary + "\r\n";
    add_text_part(text, boundary + ".alt");
    for (std::uint64_t n = mix_ == Mix::attachments ? 1 + below(3) : 1; n > 0; --n) {
      const std::string name = word() + ".pdf";
      text += "--" + boundary + "\r\nContent-Type: application/pdf; name=\"" + name +
              "\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"" + name +
              "\"\r\n\r\n";
      const std::uint64_t least = mix_ == Mix::attachments ? 100'000 : 20'000;
      add_base64(text, least + below(mix_ == Mix::attachments ? 900'000 : 180'000));
    }
    text += "--" + boundary + "--\r\n";
  }

  /// A leaf, or an alternative of text and HTML: header lines, blank line, body.
  void add_text_part(std::string& text, const std::string& boundary) {
    const std::size_t size = mix_ == Mix::small ? 200 + below(1800) : 1000 + below(19'000);
    if (mix_ != Mix::small && chance(40)) {
      text += "Content-Type: multipart/alternative; boundary=\"" + boundary + "\"\r\n\r\n--" + boundary +
              "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
      add_quoted_printable(text, size / 2);
      text += "\r\n--" + boundary +
              "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n<html><body>\r\n";
      add_words(text, size / 2);
      text += "</body></html>\r\n--" + boundary + "--\r\n";
      return;
    }
    const bool encoded = chance(30);
    text += "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ";
    text += encoded ? "quoted-printable\r\n\r\n" : "7bit\r\n\r\n";
    encoded ? add_quoted_printable(text, size) : add_words(text, size);
  }

  /// Lines of words, 40 to 78 octets; now and then an empty one, and one that begins with a dot.
  void add_words(std::string& text, std::size_t size) {
    const std::size_t end = text.size() + size;
    while (text.size() < end) {
      if (chance(5)) text += "\r\n";
      if (chance(1)) text += '.';
      const std::size_t line = text.size() + 40 + below(38);
      while (text.size() < line - 8) text += word() + ' ';
      text.back() = '.';
      text += "\r\n";
    }
  }

  /// Russian and English words in lines of at most 76 octets with soft breaks.
  void add_quoted_printable(std::string& text, std::size_t size) {
    static constexpr std::string_view words[] = {"=D0=BF=D0=B8=D1=81=D1=8C=D0=BC=D0=BE",
                                                 "=D0=BE=D1=82=D0=B2=D0=B5=D1=82",
                                                 "=3D",
                                                 "report",
                                                 "=D0=BC=D0=B8=D1=80",
                                                 "server",
                                                 "caf=C3=A9",
                                                 "message"};
    const std::size_t end = text.size() + size;
    while (text.size() < end) {
      const std::size_t line = text.size();
      while (text.size() - line < 38) {
        text += words[below(8)];
        text += ' ';
      }
      text += chance(70) ? "=\r\n" : "end\r\n";
    }
  }

  /// Base64 of random octets in lines of 76.
  void add_base64(std::string& text, std::size_t encoded_octets) {
    static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::size_t from = below(pool_octets);
    for (std::size_t line = 0; line < encoded_octets / 76; ++line) {
      for (int i = 0; i < 76; ++i) {
        text += alphabet[static_cast<unsigned char>(random_octets_[from]) & 63U];
        from = from + 1 == pool_octets ? 0 : from + 1;
      }
      text += "\r\n";
    }
    text += "QUJD\r\n";
  }

  std::mt19937_64 random_;
  Mix mix_;
  std::string random_octets_;
};

}  // namespace mailparse::bench
