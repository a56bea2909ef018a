# Leaves of one message as MIME::Parser of MIME-tools reads them: type, file name and decoded content, a line each.
use strict; use warnings; use MIME::Parser;
my $parser = MIME::Parser->new; $parser->output_to_core(1); $parser->tmp_to_core(1); $parser->extract_nested_messages(0);
my $message = $parser->parse_open($ARGV[0]);
for my $part (grep { !$_->parts } $message->parts_DFS) {
  my $body = $part->bodyhandle ? $part->bodyhandle->as_string : '';
  printf "%s\t%s\t%s\n", $part->mime_type, $part->head->recommended_filename // '', unpack 'H*', $body;
}
my $from = $message->head->get('From') // ''; $from =~ s/\s+$//; print "from\t$from\n";
