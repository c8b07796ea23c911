# Who holds an IPv4 address on the wire, by ARP; a part of hosts.pl. Names come from the page /lab/macs, lines of "hardware-address
# name", which has to be read before the root changes.
package arp;
use strict; use warnings;
use Socket;
my %name_of;
sub read_names { my ($page) = @_; while (<$page>) { my ($mac, $name) = split; $name_of{$mac} = $name } }
sub tally { my %count; $count{$name_of{$_} // $_}++ for @_; join(' ', map { "$_=$count{$_}" } sort keys %count) || 'none' }

# Every answer to one broadcast on DEVICE for TARGET: "dir=1 web1=1".
sub who_has { my ($device, $target) = @_;
  my ($packet, $raw, $arp) = (17, 3, 0x0806);
  my $sys = sub { open(my $page, '<', "/sys/class/net/$device/$_[0]") or die "$device: $!\n"; my $text = <$page>; chomp $text; $text };
  my ($index, $own) = ($sys->('ifindex'), pack('H12', $sys->('address') =~ tr/://dr));
  socket(my $plain, AF_INET, SOCK_DGRAM, 0) or die "socket: $!\n";
  my $request = pack('a16 x24', $device);
  # SIOCGIFADDR: the primary address; arp_ignore 2 looks at the sender's.
  my $sender = ioctl($plain, 0x8915, $request) ? substr($request, 20, 4) : "\0" x 4;
  socket(my $socket, $packet, $raw, unpack('S', pack('n', $arp))) or die "socket: $!\n";
  # struct sockaddr_ll: family, protocol (network order), index, hatype, pkttype, halen, address
  bind($socket, pack('SnlSCCa8', $packet, $arp, $index, 0, 0, 0, '')) or die "bind: $!\n";
  my $frame = pack('a6a6n nnCCn a6a4a6a4', "\xff" x 6, $own, $arp, 1, 0x0800, 6, 4, 1, $own, $sender, '', inet_aton($target));
  send($socket, $frame, 0, pack('SnlSCCa8', $packet, $arp, $index, 0, 0, 6, "\xff" x 6)) or die "send: $!\n";
  my ($left, @answers) = (0.4);
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
  open(my $page, '<', '/proc/net/arp') or die "arp: $!\n";
  for (<$page>) { my ($address, undef, $flags, $mac, undef, $device) = split; return ($mac, $device) if $address eq $target && hex($flags) & 2 }
  () }

# Whom the kernel's own resolution of TARGET names, TRIALS times after forgetting the entry: "dir=9 web1=11".
sub owners { my ($target, $trials) = @_;
  socket(my $socket, AF_INET, SOCK_DGRAM, 0) or die "socket: $!\n";
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

# Whom the neighbour entry of TARGET names now, or "nobody".
sub owner { my ($target) = @_;
  my ($mac) = entry($target);
  defined $mac ? $name_of{$mac} // $mac : 'nobody' }
1;
