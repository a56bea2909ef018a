# Leaves of one message as Email::MIME reads them: type, file name and decoded content, a line each.
use strict; use warnings; use Email::MIME; use Email::MIME::ContentType; use Email::Address::XS;
local $/; open my $file, '<:raw', $ARGV[0] or die; my $message = Email::MIME->new(<$file>);
$message->walk_parts(sub {
  my $part = shift; return if $part->subparts;
  my $type = $part->content_type || 'text/plain'; $type =~ s/\s*;.*//s;
  printf "%s\t%s\t%s\n", $type, $part->filename // '', unpack 'H*', $part->body;
});
print "from\t$_\n" for map { $_->address // '' } Email::Address::XS->parse($message->header('From') // '');
