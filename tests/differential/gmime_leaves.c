/* The leaves of a message as GMime reads them: a line of type and decoded content in hexadecimal for each. */
#include <fcntl.h>
#include <gmime/gmime.h>
#include <stdio.h>

static void show(GMimeObject* object);

static void show_part(GMimePart* part) {
  GMimeDataWrapper* content = g_mime_part_get_content(part);
  GMimeStream* memory = g_mime_stream_mem_new();
  if (content != NULL) g_mime_data_wrapper_write_to_stream(content, memory);
  GByteArray* octets = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
  GMimeContentType* type = g_mime_object_get_content_type(GMIME_OBJECT(part));
  gchar* name = g_mime_content_type_get_mime_type(type);
  gchar* lower = g_ascii_strdown(name, -1);
  printf("%s ", lower);
  for (guint i = 0; i < octets->len; ++i) printf("%02x", octets->data[i]);
  printf(".\n");
  g_free(lower);
  g_free(name);
  g_object_unref(memory);
}

static void show(GMimeObject* object) {
  if (object == NULL) return;
  if (GMIME_IS_MULTIPART(object)) {
    for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(object)); ++i)
      show(g_mime_multipart_get_part(GMIME_MULTIPART(object), i));
  } else if (GMIME_IS_MESSAGE_PART(object)) {
    GMimeMessage* message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
    if (message != NULL) show(g_mime_message_get_mime_part(message));
  } else if (GMIME_IS_PART(object)) {
    show_part(GMIME_PART(object));
  }
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  g_mime_init();
  GMimeStream* stream = g_mime_stream_fs_open(argv[1], O_RDONLY, 0, NULL);
  if (stream == NULL) return 2;
  GMimeParser* parser = g_mime_parser_new_with_stream(stream);
  g_mime_parser_set_format(parser, GMIME_FORMAT_MESSAGE);
  GMimeMessage* message = g_mime_parser_construct_message(parser, NULL);
  if (message != NULL) show(g_mime_message_get_mime_part(message));
  return 0;
}
