# The client of a host, a part of hosts.pl: requests::ask [--udp] [--from ADDRESS] [--wait SECONDS] ADDRESS PORT COUNT
# Sends COUNT requests and says how often each server answered: "web1=3 web2=3", "fail=4", "fail=1 web1=2". One starts when the one
# before has its answer; where none comes, the next starts after a while all the same, so that a dead service costs its wait only once.
package requests;
use strict; use warnings;
use Socket qw(:DEFAULT inet_pton pack_sockaddr_in6);
use Errno qw(EINPROGRESS);
use Fcntl;
my ($udp, $from, $wait, $patience) = (0, undef, 1.5, 0.25);
my ($address, $port, $count, $family);
my $clock = 0;
my %answers;
# By file descriptor: socket, asked (the request has gone out), text (of the answer so far), end (by the clock).
my %open;

sub endpoint { my ($host, $service) = @_;
  my $packed = inet_pton($family, $host) // die "bad address $host\n";
  $family == AF_INET ? pack_sockaddr_in($service, $packed) : pack_sockaddr_in6($service, $packed) }

sub close_with { my ($fd, $answer) = @_;
  $answers{$answer // 'fail'}++;
  close((delete $open{$fd})->{socket}) }

sub begin {
  socket(my $socket, $family, $udp ? SOCK_DGRAM : SOCK_STREAM, 0) or die "socket: $!\n";
  fcntl($socket, F_SETFL, fcntl($socket, F_GETFL, 0) | O_NONBLOCK);
  if (defined $from) { bind($socket, endpoint($from, 0)) or die "bind $from: $!\n" }
  my $fd = fileno $socket;
  $open{$fd} = { socket => $socket, asked => 0, text => '', end => $clock + $wait };
  close_with($fd) unless connect($socket, endpoint($address, $port)) || $! == EINPROGRESS }

sub proceed { my ($fd) = @_;
  my $one = $open{$fd};
  if (!$one->{asked}) {
    return close_with($fd) if unpack('i', getsockopt($one->{socket}, SOL_SOCKET, SO_ERROR)) != 0;
    return close_with($fd) unless syswrite($one->{socket}, $udp ? "who\n" : "GET / HTTP/1.0\r\nHost: $address\r\n\r\n");
    return $one->{asked} = 1;
  }
  my $got = sysread($one->{socket}, my $part, 4096);
  return close_with($fd) unless defined $got;
  $one->{text} .= $part;
  return if $got > 0 && !$udp;
  close_with($fd, $one->{text} =~ /^HTTP\S* 200 / || $udp ? (split /\n/, $one->{text})[-1] : undef) }

sub ask {
  while (@_ && $_[0] =~ /^--(.*)/) {
    shift;
    if ($1 eq 'udp') { $udp = 1 } elsif ($1 eq 'from') { $from = shift } elsif ($1 eq 'wait') { $wait = shift } else { die "unknown option --$1\n" }
  }
  ($address, $port, $count) = @_;
  $family = $address =~ /:/ ? AF_INET6 : AF_INET;
  my ($begun, $next) = (0, 0);
  while ($begun < $count || %open) {
    if ($begun < $count && (!%open || $clock >= $next)) { $begun++; $next = $clock + $patience; begin(); next }
    my ($reading, $writing) = ('', '');
    for (keys %open) { if ($open{$_}{asked}) { vec($reading, $_, 1) = 1 } else { vec($writing, $_, 1) = 1 } }
    my ($pause) = sort { $a <=> $b } map({ $_->{end} - $clock } values %open), $begun < $count ? $next - $clock : ();
    $pause = 0 if $pause < 0;
    # Linux's select tells how much of the time is left; a little more, so that the end is reached however that is rounded.
    my (undef, $left) = select($reading, $writing, undef, $pause);
    $clock += $pause - $left + 1e-6;
    for my $fd (keys %open) {
      if (vec($reading, $fd, 1) || vec($writing, $fd, 1)) { proceed($fd) }
      elsif ($clock >= $open{$fd}{end}) { close_with($fd) }
    }
  }
  join(' ', map { "$_=$answers{$_}" } sort keys %answers) }
1;
