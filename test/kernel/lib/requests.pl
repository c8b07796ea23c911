#!/usr/bin/perl
# requests.pl [--udp] [--from ADDRESS] [--wait SECONDS] ADDRESS PORT COUNT
# Sends COUNT requests one after the other and prints how often each server answered: "web1=3 web2=3", "fail=4", "fail=1 web1=2".
use strict; use warnings;
use Socket qw(:DEFAULT inet_pton pack_sockaddr_in6);
use Errno qw(EINPROGRESS);
use Fcntl;
use Time::HiRes qw(time);
my ($udp, $from, $wait) = (0, undef, 1.5);
while (@ARGV && $ARGV[0] =~ /^--(.*)/) {
  shift;
  if ($1 eq 'udp') { $udp = 1 } elsif ($1 eq 'from') { $from = shift } elsif ($1 eq 'wait') { $wait = shift } else { die "unknown option $1" }
}
my ($address, $port, $count) = @ARGV;
my $family = $address =~ /:/ ? AF_INET6 : AF_INET;
sub endpoint { my ($host, $service) = @_;
  my $packed = inet_pton($family, $host) // die "bad address $host";
  $family == AF_INET ? pack_sockaddr_in($service, $packed) : pack_sockaddr_in6($service, $packed) }
# Waits until the socket can be read (or written); false once the time of this request is over.
sub until_ready { my ($socket, $writing, $end) = @_;
  my $bits = ''; vec($bits, fileno $socket, 1) = 1;
  my $left = $end - time; $left = 0 if $left < 0;
  my $ready = $writing ? select(undef, my $w = $bits, undef, $left) : select(my $r = $bits, undef, undef, $left);
  $ready > 0 }
sub ask {
  my $end = time + $wait;
  socket(my $socket, $family, $udp ? SOCK_DGRAM : SOCK_STREAM, 0) or die "socket: $!";
  fcntl($socket, F_SETFL, fcntl($socket, F_GETFL, 0) | O_NONBLOCK);
  if (defined $from) { bind($socket, endpoint($from, 0)) or die "bind $from: $!" }
  if (!connect($socket, endpoint($address, $port))) {
    return undef if $! != EINPROGRESS;
    return undef unless until_ready($socket, 1, $end);
    return undef if unpack('i', getsockopt($socket, SOL_SOCKET, SO_ERROR)) != 0;
  }
  syswrite($socket, $udp ? "who\n" : "GET / HTTP/1.0\r\nHost: $address\r\n\r\n") or return undef;
  my $text = '';
  while (until_ready($socket, 0, $end)) {
    my $got = sysread($socket, my $part, 4096);
    return undef unless defined $got;
    $text .= $part;
    return (split /\n/, $text)[-1] if $udp || ($got == 0 && $text =~ /^HTTP.* 200 /);
    return undef if $got == 0;
  }
  undef }
my %answers;
$answers{ask() // 'fail'}++ for 1 .. $count;
print join(' ', map { "$_=$answers{$_}" } sort keys %answers), "\n";
