#!/usr/bin/perl
# Who holds an IPv4 address on the wire, by ARP. Names come from the page MACS, lines of "hardware-address name"; prints "dir=1 web1=1".
# arp.pl MACS who-has SYSFS-FOLDER-OF-DEVICE TARGET       every answer to one broadcast
# arp.pl MACS owners TARGET TRIALS                        whom the kernel's own resolution names, that many times after forgetting the entry
# arp.pl MACS owner TARGET                                whom the neighbour entry names now, or "nobody"
use strict; use warnings;
use Socket;
my ($macs, $action, @words) = @ARGV;
my %name_of;
if (open(my $page, '<', $macs)) { while (<$page>) { my ($mac, $name) = split; $name_of{$mac} = $name } }
sub tally { my %count; $count{$name_of{$_} // $_}++ for @_; print join(' ', map { "$_=$count{$_}" } sort keys %count) || 'none', "\n" }

sub who_has { my ($device, $target) = @_;
  my ($packet, $raw, $arp) = (17, 3, 0x0806);
  my $sys = sub { open(my $page, '<', "$device/$_[0]") or die "$device: $!"; my $text = <$page>; chomp $text; $text };
  my ($index, $own) = ($sys->('ifindex'), pack('H12', $sys->('address') =~ tr/://dr));
  socket(my $plain, AF_INET, SOCK_DGRAM, 0) or die "socket: $!";
  my $request = pack('a16 x24', $device =~ s|.*/||r);
  # SIOCGIFADDR: the primary address; arp_ignore 2 looks at the sender's.
  my $sender = ioctl($plain, 0x8915, $request) ? substr($request, 20, 4) : "\0" x 4;
  socket(my $socket, $packet, $raw, unpack('S', pack('n', $arp))) or die "socket: $!";
  # struct sockaddr_ll: family, protocol (network order), index, hatype, pkttype, halen, address
  bind($socket, pack('SnlSCCa8', $packet, $arp, $index, 0, 0, 0, '')) or die "bind: $!";
  my $frame = pack('a6a6n nnCCn a6a4a6a4', "\xff" x 6, $own, $arp, 1, 0x0800, 6, 4, 1, $own, $sender, '', inet_aton($target));
  send($socket, $frame, 0, pack('SnlSCCa8', $packet, $arp, $index, 0, 0, 6, "\xff" x 6)) or die "send: $!";
  my ($left, @answers) = (0.5);
  while ($left > 0) {
    my $bits = ''; vec($bits, fileno $socket, 1) = 1;
    # Linux's select tells how much of the time is left.
    (my $ready, $left) = select($bits, undef, undef, $left);
    last if $ready < 1;
    sysread($socket, my $reply, 1500) or next;
    my ($type, $operation, $hardware, $holder) = (unpack('n', substr($reply, 12, 2)), unpack('n', substr($reply, 20, 2)), substr($reply, 22, 6), substr($reply, 28, 4));
    push @answers, join(':', unpack('(H2)6', $hardware)) if $type == $arp && $operation == 2 && $holder eq inet_aton($target);
  }
  tally(@answers) }

# A line of /proc/net/arp: address, type, flags (2: resolved), hardware address, mask, device.
sub entry { my ($target) = @_;
  open(my $page, '<', '/proc/net/arp') or die "arp: $!";
  for (<$page>) { my ($address, undef, $flags, $mac, undef, $device) = split; return ($mac, $device) if $address eq $target && hex($flags) & 2 }
  () }

sub owners { my ($target, $trials) = @_;
  socket(my $socket, AF_INET, SOCK_DGRAM, 0) or die "socket: $!";
  my @owners;
  for (1 .. $trials) {
    # SIOCDARP; struct arpreq: address, hardware address, flags, mask, device
    ioctl($socket, 0x8953, my $forget = pack('a16 a16 l a16 a16', pack_sockaddr_in(0, inet_aton($target)), '', 0, '', ''));
    send($socket, "\n", 0, pack_sockaddr_in(9, inet_aton($target)));
    my $mac;
    for (1 .. 40) { select(undef, undef, undef, 0.005); last if ($mac) = entry($target) }
    push @owners, $mac // 'nobody';
    # Answers that come late must not count for the next trial.
    select(undef, undef, undef, 0.02);
  }
  tally(@owners) }

if ($action eq 'who-has') { who_has(@words) }
elsif ($action eq 'owners') { owners(@words) }
else { my ($mac) = entry(@words); print defined $mac ? $name_of{$mac} // $mac : 'nobody', "\n" }
