// Header fields: how fast a header is cut into fields, and how fast each kind of structured field is read.
#include <string>

#include <benchmark/benchmark.h>

#include <mailparse/message/address.hpp>
#include <mailparse/message/content_type.hpp>
#include <mailparse/message/date.hpp>
#include <mailparse/message/encoded_word.hpp>
#include <mailparse/message/header.hpp>
#include <mailparse/message/received.hpp>

namespace {

using namespace mailparse;

class Unheard final : public DiagnosticSink {
 public:
  void report(Diagnostic) override {}
};

/// A header as a mailbox provider delivers it: long trace and signature fields, a few short ones.
std::string typical_header() {
  std::string header =
      "Received: from out.example (out.example [192.0.2.1])\r\n\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 "
      "(256/256 bits))\r\n"
      "\tby mx.example (Postfix) with ESMTPS id 4ABCDEF\r\n\tfor <b@x.example>; Sat, 21 Nov 2026 10:00:00 +0000 "
      "(UTC)\r\n"
      "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=x.example; "
      "s=s1;\r\n\th=from:to:subject:date:message-id;\r\n\tb=";
  for (int i = 0; i < 5; ++i) header += "dzdVyOfAKCdLXdJOc9G2q8LoXSlEniSbav+yuU4zGeeruD00lszZVoG4ZHRNiYzR\r\n\t ";
  header +=
      "x\r\nFrom: Alice Example <alice@sender.example>\r\nTo: Bob <bob@x.example>, carol@y.example\r\n"
      "Subject: A subject of the usual length, nothing special\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
      "Message-ID: <CAFexample0123456789@mail.sender.example>\r\nMIME-Version: 1.0\r\n"
      "Content-Type: multipart/alternative; boundary=\"000000000000abcdef0605b5c2d3\"\r\nX-Mailer: Example 1.0\r\n\r\n";
  return header;
}

void header_to_fields(benchmark::State& state) {
  const std::string header = typical_header();
  Unheard sink;
  for (auto _ : state) benchmark::DoNotOptimize(read_header(header, sink));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(header.size()));
}
BENCHMARK(header_to_fields);

void header_to_fields_reused(benchmark::State& state) {
  const std::string header = typical_header();
  Unheard sink;
  HeaderReader reader(sink);
  for (auto _ : state) {
    reader.reset(0, true);
    benchmark::DoNotOptimize(reader.push(header));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(header.size()));
}
BENCHMARK(header_to_fields_reused);

/// Runs `read` on one value again and again.
template <typename Read>
void values(benchmark::State& state, const std::string& value, Read read) {
  Unheard sink;
  Arena arena;
  for (auto _ : state) {
    arena.clear();
    benchmark::DoNotOptimize(read(FieldText{value, 0}, arena, sink));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(value.size()));
}

void address_list(benchmark::State& state) {
  std::string value;
  for (int i = 0; i < 50; ++i)
    value += "Firstname Lastname <firstname.lastname@department.company.example>, bob@x.example,\r\n ";
  values(state, value,
         [](FieldText f, Arena& a, DiagnosticSink& s) { return read_addresses(f, a, s).mailboxes.size(); });
}
BENCHMARK(address_list);

void date(benchmark::State& state) {
  values(state, "Sat, 21 Nov 2026 10:00:00 +0000 (UTC)",
         [](FieldText f, Arena&, DiagnosticSink& s) { return read_date(f, s); });
}
BENCHMARK(date);

void received(benchmark::State& state) {
  values(
      state,
      "from out.example (out.example [192.0.2.1])\r\n\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 "
      "bits))\r\n"
      "\tby mx.example (Postfix) with ESMTPS id 4ABCDEF\r\n\tfor <b@x.example>; Sat, 21 Nov 2026 10:00:00 +0000 (UTC)",
      [](FieldText f, Arena& a, DiagnosticSink& s) { return read_received(f, a, s); });
}
BENCHMARK(received);

void content_type(benchmark::State& state) {
  values(state, "multipart/alternative; charset=\"utf-8\"; boundary=\"000000000000abcdef0605b5c2d3\"",
         [](FieldText f, Arena& a, DiagnosticSink& s) {
           return read_content_type(f, true, a, s).parameters.items.size();
         });
}
BENCHMARK(content_type);

void encoded_words(benchmark::State& state) {
  values(state, "=?utf-8?B?0J/RgNC40LLQtdGC?= =?utf-8?B?0J/RgNC40LLQtdGC?=\r\n =?utf-8?Q?=D0=9F=D1=80?=",
         [](FieldText f, Arena& a, DiagnosticSink& s) {
           return decode_header_text(f, TextPlace::unstructured, a, s).size();
         });
}
BENCHMARK(encoded_words);

}  // namespace
