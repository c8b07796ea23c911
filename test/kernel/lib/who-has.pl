#!/usr/bin/perl
# who-has.pl DEVICE SENDER TARGET [SECONDS]: broadcasts one ARP request and prints the hardware address of every reply, one a line.
# DEVICE is the device's folder in sysfs.
use strict; use warnings;
use Socket;
use Time::HiRes qw(time);
my ($device, $sender, $target, $seconds) = @ARGV;
$seconds //= 0.6;
sub sys { open(my $page, '<', "$device/$_[0]") or die "$device: $!"; my $text = <$page>; chomp $text; $text }
my ($index, $own) = (sys('ifindex'), pack('H12', sys('address') =~ tr/://dr));
my ($packet, $raw, $arp) = (17, 3, 0x0806);
socket(my $socket, $packet, $raw, unpack('S', pack('n', $arp))) or die "socket: $!";
# struct sockaddr_ll: family, protocol (network order), index, hatype, pkttype, halen, address
bind($socket, pack('SnlSCCa8', $packet, $arp, $index, 0, 0, 0, '')) or die "bind: $!";
my $request = pack('a6a6n nnCCn a6a4a6a4', "\xff" x 6, $own, $arp, 1, 0x0800, 6, 4, 1, $own, inet_aton($sender), '', inet_aton($target));
send($socket, $request, 0, pack('SnlSCCa8', $packet, $arp, $index, 0, 0, 6, "\xff" x 6)) or die "send: $!";
my $end = time + $seconds;
while ((my $left = $end - time) > 0) {
  my $bits = ''; vec($bits, fileno $socket, 1) = 1;
  last if select($bits, undef, undef, $left) < 1;
  sysread($socket, my $frame, 1500) or next;
  my ($type, $operation, $hardware, $holder) = (unpack('n', substr($frame, 12, 2)), unpack('n', substr($frame, 20, 2)), substr($frame, 22, 6), substr($frame, 28, 4));
  next unless $type == $arp && $operation == 2 && $holder eq inet_aton($target);
  print join(':', unpack('(H2)6', $hardware)), "\n";
}
