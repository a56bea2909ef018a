/* Leaves of one message as GMime reads them: type, file name and decoded content, a line each. */
#include <fcntl.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>

static void leaf(GMimeObject* parent, GMimeObject* part, gpointer data) {
  (void)parent;
  (void)data;
  if (!GMIME_IS_PART(part)) return;
  GMimeContentType* type = g_mime_object_get_content_type(part);
  const char* name = g_mime_part_get_filename(GMIME_PART(part));
  printf("%s/%s\t%s\t", g_mime_content_type_get_media_type(type), g_mime_content_type_get_media_subtype(type), name ? name : "");
  GMimeDataWrapper* content = g_mime_part_get_content(GMIME_PART(part));
  GMimeStream* memory = g_mime_stream_mem_new();
  if (content != NULL) g_mime_data_wrapper_write_to_stream(content, memory);
  GByteArray* octets = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
  for (guint i = 0; i < octets->len; ++i) printf("%02x", octets->data[i]);
  printf("\n");
  g_object_unref(memory);
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  g_mime_init();
  GMimeStream* stream = g_mime_stream_fs_open(argv[1], O_RDONLY, 0, NULL);
  GMimeParser* parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage* message = g_mime_parser_construct_message(parser, NULL);
  if (message == NULL) return 1;
  g_mime_message_foreach(message, leaf, NULL);
  InternetAddressList* from = g_mime_message_get_from(message);
  for (int i = 0; from != NULL && i < internet_address_list_length(from); ++i) {
    InternetAddress* address = internet_address_list_get_address(from, i);
    if (INTERNET_ADDRESS_IS_MAILBOX(address)) printf("from\t%s\n", internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address)));
  }
  return 0;
}
