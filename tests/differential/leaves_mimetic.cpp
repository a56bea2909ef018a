// Leaves of one message as mimetic reads them: type, file name and decoded content, a line each.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

#include <mimetic/mimetic.h>

namespace {

void show(mimetic::MimeEntity& entity) {
  if (!entity.body().parts().empty()) {
    for (mimetic::MimeEntity* part : entity.body().parts()) show(*part);
    return;
  }
  const auto& type = entity.header().contentType();
  std::string name = entity.header().contentDisposition().param("filename");
  if (name.empty()) name = type.param("name");
  std::ostringstream octets;
  std::ostreambuf_iterator<char> out(octets);
  const std::string encoding = entity.header().contentTransferEncoding().mechanism();
  if (mimetic::istring(encoding.begin(), encoding.end()) == "base64") {
    mimetic::Base64::Decoder decoder;
    mimetic::decode(entity.body().begin(), entity.body().end(), decoder, out);
  } else if (mimetic::istring(encoding.begin(), encoding.end()) == "quoted-printable") {
    mimetic::QP::Decoder decoder;
    mimetic::decode(entity.body().begin(), entity.body().end(), decoder, out);
  } else {
    octets << entity.body();
  }
  std::cout << type.type() << '/' << type.subtype() << '\t' << name << '\t';
  for (const char c : octets.str()) std::printf("%02x", static_cast<unsigned char>(c)), std::fflush(stdout);
  std::cout << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::ifstream file(argv[1], std::ios::binary);
  mimetic::MimeEntity message{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  show(message);
  for (const auto& from : message.header().from())
    std::cout << "from\t" << from.mailbox() << '@' << from.domain() << std::endl;
}
