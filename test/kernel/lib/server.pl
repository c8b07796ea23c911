#!/usr/bin/perl
# server.pl NAME PORT... : answers each HTTP request, and each UDP datagram, with NAME, on every address (IPv4 and IPv6).
use strict; use warnings;
use Socket qw(:DEFAULT IPPROTO_IPV6 IPV6_V6ONLY inet_pton pack_sockaddr_in6);
my ($name, @ports) = @ARGV;
my (%listening, %datagram, %asked, %handle);
my $answer = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " . (length($name) + 1) . "\r\nConnection: close\r\n\r\n$name\n";
$SIG{PIPE} = 'IGNORE';
for my $port (@ports) {
  for my $family (AF_INET, AF_INET6) {
    for my $type (SOCK_STREAM, SOCK_DGRAM) {
      socket(my $socket, $family, $type, 0) or next;
      setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
      setsockopt($socket, IPPROTO_IPV6, IPV6_V6ONLY, 1) if $family == AF_INET6;
      my $address = $family == AF_INET ? pack_sockaddr_in($port, INADDR_ANY) : pack_sockaddr_in6($port, inet_pton(AF_INET6, '::'));
      bind($socket, $address) or die "bind $port: $!";
      if ($type == SOCK_STREAM) { listen($socket, 128) or die "listen $port: $!" }
      my $fd = fileno $socket;
      $handle{$fd} = $socket;
      ($type == SOCK_STREAM ? $listening{$fd} : $datagram{$fd}) = 1;
    }
  }
}
$| = 1;
print "ready\n";
close STDOUT;
while (1) {
  my $bits = '';
  vec($bits, $_, 1) = 1 for keys %handle;
  next if select(my $ready = $bits, undef, undef, undef) < 1;
  for my $fd (grep { vec($ready, $_, 1) } keys %handle) {
    my $socket = $handle{$fd};
    if ($datagram{$fd}) {
      my $from = recv($socket, my $text, 2048, 0);
      send($socket, "$name\n", 0, $from) if defined $from;
    } elsif ($listening{$fd}) {
      accept(my $client, $socket) or next;
      $handle{fileno $client} = $client;
    } else {
      my $got = sysread($socket, my $text, 4096);
      $asked{$fd} = ($asked{$fd} // '') . ($text // '');
      next if $got && $asked{$fd} !~ /\r?\n\r?\n/;
      syswrite($socket, $answer) if $got;
      delete $handle{$fd}; delete $asked{$fd};
      close $socket;
    }
  }
}
