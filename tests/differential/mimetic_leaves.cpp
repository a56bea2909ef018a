// The leaves of a message as mimetic reads them: a line of type and decoded content in hexadecimal for each.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include <mimetic/mimetic.h>

namespace {

void print(std::string type, const std::string& content) {
  for (char& c : type) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  std::printf("%s ", type.empty() || type == "/" ? "text/plain" : type.c_str());
  for (const char c : content) std::printf("%02x", static_cast<unsigned char>(c));
  std::printf(".\n");
}

void show(mimetic::MimeEntity& entity) {
  if (!entity.body().parts().empty()) {
    for (mimetic::MimeEntity* part : entity.body().parts()) show(*part);
    return;
  }
  const auto& encoding = entity.header().contentTransferEncoding().mechanism();
  const mimetic::Body& body = entity.body();
  std::string content;
  if (encoding == "base64") {
    mimetic::Base64::Decoder decoder;
    mimetic::decode(body.begin(), body.end(), decoder, std::back_inserter(content));
  } else if (encoding == "quoted-printable") {
    mimetic::QP::Decoder decoder;
    mimetic::decode(body.begin(), body.end(), decoder, std::back_inserter(content));
  } else {
    content = body;
  }
  const auto& type = entity.header().contentType();
  print(type.type() + "/" + type.subtype(), content);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::ifstream in(argv[1], std::ios::binary);
  const std::string octets{std::istreambuf_iterator<char>(in), {}};
  mimetic::MimeEntity entity(octets.begin(), octets.end());
  show(entity);
  return 0;
}
