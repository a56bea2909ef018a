#!/usr/bin/perl
# What Email::MIME does of the work that run.py compares: reads an mbox, splits it at its From lines, parses every message,
# decodes the transfer encoding of every leaf and counts. Prints: messages, leaves, decoded octets.
use strict;
use warnings;
use Email::MIME;

my ($messages, $leaves, $octets, $message) = (0, 0, 0, '');

sub count_message {
    return if $message eq '';
    $messages++;
    Email::MIME->new($message)->walk_parts(sub {
        my ($part) = @_;
        return if $part->subparts;
        $leaves++;
        $octets += length $part->body;
    });
    $message = '';
}

open my $mbox, '<:raw', $ARGV[0] or die "$ARGV[0]: $!\n";
while (my $line = <$mbox>) {
    if ($line =~ /^From /) { count_message() } else { $message .= $line }
}
count_message();
print "$messages $leaves $octets\n";
