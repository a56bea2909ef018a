/* What GMime does of the work that run.py compares: reads an mbox, parses every message, decodes the transfer encoding
 * of every leaf and counts. Prints: messages, leaves, decoded octets. */
#include <fcntl.h>
#include <gmime/gmime.h>
#include <stdio.h>

static unsigned long leaves, octets;

static void count_leaf(GMimeObject* parent, GMimeObject* part, gpointer data) {
  (void)parent;
  (void)data;
  if (!GMIME_IS_PART(part)) return;
  GMimeDataWrapper* content = g_mime_part_get_content(GMIME_PART(part));
  leaves++;
  if (content == NULL) return;
  GMimeStream* null = g_mime_stream_null_new();
  gint64 written = g_mime_data_wrapper_write_to_stream(content, null);
  if (written > 0) octets += (unsigned long)g_mime_stream_length(null);
  g_object_unref(null);
}

int main(int argc, char** argv) {
  unsigned long messages = 0;
  if (argc != 2) return 2;
  g_mime_init();
  GMimeStream* stream = g_mime_stream_fs_open(argv[1], O_RDONLY, 0, NULL);
  if (stream == NULL) return 2;
  GMimeParser* parser = g_mime_parser_new_with_stream(stream);
  g_mime_parser_set_format(parser, GMIME_FORMAT_MBOX);
  while (!g_mime_parser_eos(parser)) {
    GMimeMessage* message = g_mime_parser_construct_message(parser, NULL);
    if (message == NULL) break;
    messages++;
    g_mime_message_foreach(message, count_leaf, NULL);
    g_object_unref(message);
  }
  printf("%lu %lu %lu\n", messages, leaves, octets);
  g_object_unref(parser);
  g_object_unref(stream);
  return 0;
}
