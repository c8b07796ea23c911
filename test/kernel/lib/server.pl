# The web server of a host, a part of hosts.pl: `listen_on NAME, PORT...` then `forever` answers each HTTP request, and each UDP
# datagram, with NAME, on every address (IPv4 and IPv6).
package server;
use strict; use warnings;
use Socket qw(:DEFAULT IPPROTO_IPV6 IPV6_V6ONLY inet_pton pack_sockaddr_in6);
my (%handle, %kind, %asked, $name);

sub bound { my ($family, $type, $port) = @_;
  socket(my $socket, $family, $type, 0) or return;
  setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
  setsockopt($socket, IPPROTO_IPV6, IPV6_V6ONLY, 1) if $family == AF_INET6;
  bind($socket, $family == AF_INET ? pack_sockaddr_in($port, INADDR_ANY) : pack_sockaddr_in6($port, inet_pton(AF_INET6, '::'))) or die "bind $port: $!\n";
  $socket }

sub listen_on { ($name, my @ports) = @_;
  for my $port (@ports) {
    for my $family (AF_INET, AF_INET6) {
      my $stream = bound($family, SOCK_STREAM, $port) // next;
      listen($stream, 128) or die "listen $port: $!\n";
      my $datagram = bound($family, SOCK_DGRAM, $port);
      ($handle{fileno $stream}, $kind{fileno $stream}) = ($stream, 'listening');
      ($handle{fileno $datagram}, $kind{fileno $datagram}) = ($datagram, 'datagram');
    }
  } }

sub answer { my ($fd, $socket) = @_;
  my $got = sysread($socket, my $text, 4096);
  $asked{$fd} = ($asked{$fd} // '') . ($text // '');
  return if $got && $asked{$fd} !~ /\r?\n\r?\n/;
  syswrite($socket, "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n$name\n") if $got;
  delete $handle{$fd}; delete $asked{$fd};
  close $socket }

sub forever {
  $SIG{PIPE} = 'IGNORE';
  while (1) {
    my $bits = '';
    vec($bits, $_, 1) = 1 for keys %handle;
    next if select(my $ready = $bits, undef, undef, undef) < 1;
    for my $fd (grep { vec($ready, $_, 1) } keys %handle) {
      my ($socket, $kind) = ($handle{$fd}, $kind{$fd} // '');
      if ($kind eq 'datagram') {
        my $from = recv($socket, my $text, 2048, 0);
        send($socket, "$name\n", 0, $from) if defined $from;
      } elsif ($kind eq 'listening') {
        if (accept(my $client, $socket)) { $handle{fileno $client} = $client }
      } else { answer($fd, $socket) }
    }
  } }
1;
