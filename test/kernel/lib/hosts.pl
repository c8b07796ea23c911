#!/usr/bin/perl
# hosts.pl NAME...: for each name a host: a root file system (an overlay on the guest's own, at /lab/NAME/root) and a network namespace
# with a process that stays in both. Prints "NAME PID" when all are there. One process for all: in an emulated machine, starting
# programs is what costs. "switch" is a namespace only. What lies in /lab/NAME/upper already is laid over the root.
use strict; use warnings;
use Socket;
my %number = (mount => 165, sethostname => 170, unshare => 272);    # x86-64
my ($bind, $new_network, $new_name) = (4096, 0x40000000, 0x04000000);
sub mount { my ($source, $target, $type, $flags, $data) = @_;
  syscall($number{mount}, "$source\0", "$target\0", "$type\0", $flags, "$data\0") == 0 or die "mount $target: $!\n" }
sub put { my ($path, $text) = @_; open(my $page, '>', $path) or die "$path: $!\n"; print $page "$text\n"; close $page or die "$path: $!\n" }
sub loopback_up { socket(my $socket, AF_INET, SOCK_DGRAM, 0) or die; my $request = pack('a16 s x22', 'lo', 0x41); ioctl($socket, 0x8914, $request) or die "lo: $!\n" }

for my $name (@ARGV) {
  my $home = "/lab/$name";
  mkdir $_ for $home, map { "$home/$_" } qw(upper work root);
  my $root = $name eq 'switch' ? '/' : "$home/root";
  if ($root ne '/') {
    mount("lab-$name", $root, 'overlay', 0, "lowerdir=/,upperdir=$home/upper,workdir=$home/work");
    mount('/dev', "$root/dev", '', $bind, '');
    mount('/proc', "$root/proc", '', $bind, '');
    mount('tmpfs', "$root/$_", 'tmpfs', 0, '') for qw(run tmp);
    mkdir "$root/run/lock";
    put("$root/etc/hostname", $name) unless -e "$home/upper/etc/hostname";
  }
  pipe(my $ready, my $tell) or die;
  my $process = fork // die;
  if (!$process) {
    close $ready;
    syscall($number{unshare}, $new_network | $new_name) == 0 or die "unshare: $!\n";
    syscall($number{sethostname}, "$name", length $name) == 0 or die "sethostname: $!\n";
    mount('sysfs', "$root/sys", 'sysfs', 0, '') if $root ne '/';
    # IPv6 addresses are of use at once, and nobody chats on the wire unasked.
    put("/proc/sys/net/ipv6/conf/$_->[0]", $_->[1]) for ['default/accept_dad', 0], ['all/accept_dad', 0], ['default/router_solicitations', 0], ['default/accept_ra', 0];
    put('/proc/sys/net/ipv6/conf/default/disable_ipv6', 1) if $name eq 'switch';
    loopback_up();
    chroot $root or die "chroot: $!\n"; chdir '/';
    $0 = "host $name";
    print $tell "ready\n"; close $tell;
    open(STDIN, '<', '/dev/null'); open(STDOUT, '>', '/dev/null'); open(STDERR, '>', '/dev/null');
    while (1) { sleep 1_000_000 }
  }
  close $tell;
  die "no host $name\n" unless defined <$ready>;
  print "$name $process\n";
}
