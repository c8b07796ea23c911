#!/usr/bin/perl
# hosts.pl NAME...: for each name a host: a root file system (an overlay on the guest's own, at /lab/NAME/root) and a network namespace
# with a process that stays in both. Prints "NAME PID" when each is there. What lies in /lab/NAME/upper already is laid over the root.
# "switch" is a namespace only.
#
# The process that stays is also the host's client, web server and ARP probe, all loaded before: in an emulated machine it is starting
# programs that costs. It takes lines of words from the pipe /lab/NAME/ask and writes one line for each to /lab/NAME/answer:
#   serve PORT... · requests [OPTION...] ADDRESS PORT COUNT · who-has DEVICE ADDRESS · owners ADDRESS TRIALS · owner ADDRESS
use strict; use warnings;
use Socket;
require "/usr/lib/lab/$_.pl" for qw(server requests arp);
my %number = (mknod => 133, mount => 165, sethostname => 170, unshare => 272);    # x86-64
my ($bind, $new_network, $new_name, $pipe) = (4096, 0x40000000, 0x04000000, 0010600);
sub call { my ($name, @words) = @_; syscall($number{$name}, @words) == 0 or die "$name @words: $!\n" }
sub mount { my ($source, $target, $type, $flags, $data) = @_; call('mount', "$source\0", "$target\0", "$type\0", $flags, "$data\0") }
sub put { my ($path, $text) = @_; open(my $page, '>', $path) or die "$path: $!\n"; print $page "$text\n"; close $page or die "$path: $!\n" }
sub loopback_up { socket(my $socket, AF_INET, SOCK_DGRAM, 0) or die; my $request = pack('a16 s x22', 'lo', 0x41); ioctl($socket, 0x8914, $request) or die "lo: $!\n" }

sub make_root { my ($name, $home, $root) = @_;
  mount("lab-$name", $root, 'overlay', 0, "lowerdir=/,upperdir=$home/upper,workdir=$home/work");
  mount('/dev', "$root/dev", '', $bind, '');
  mount('/proc', "$root/proc", '', $bind, '');
  mount('tmpfs', "$root/$_", 'tmpfs', 0, '') for qw(run tmp);
  mkdir "$root/run/lock";
  put("$root/etc/hostname", $name) unless -e "$home/upper/etc/hostname" }

sub make_network { my ($name, $root) = @_;
  call('unshare', $new_network | $new_name);
  call('sethostname', "$name", length $name);
  mount('sysfs', "$root/sys", 'sysfs', 0, '') if $root ne '/';
  # IPv6 addresses are of use at once, and nobody chats on the wire unasked.
  put("/proc/sys/net/ipv6/conf/$_->[0]", $_->[1]) for ['default/accept_dad', 0], ['all/accept_dad', 0], ['default/router_solicitations', 0], ['default/accept_ra', 0];
  put('/proc/sys/net/ipv6/conf/default/disable_ipv6', 1) if $name eq 'switch';
  loopback_up() }

sub obey { my ($name, $tell, $action, @words) = @_;
  if ($action eq 'serve') { server::listen_on($name, @words); print $tell "ready\n"; server::forever() }
  $action eq 'requests' ? requests::ask(@words) : $action eq 'who-has' ? arp::who_has(@words) : $action eq 'owners' ? arp::owners(@words) : $action eq 'owner' ? arp::owner(@words) : "no such action: $action" }

sub stay { my ($name, $ready, $ask, $tell, $macs) = @_;
  print $ready "ready\n"; close $ready;
  open(STDIN, '<', '/dev/null'); open(STDOUT, '>', '/dev/null');
  $SIG{CHLD} = 'IGNORE';
  while (my $line = <$ask>) {
    next if fork;
    seek($macs, 0, 0); arp::read_names($macs);
    my $answer = eval { obey($name, $tell, split ' ', $line) };
    print $tell $answer // "error: $@" =~ s/\s+/ /gr, "\n";
    exit 0;
  } }

sub unbuffered { my ($mode, $path) = @_; open(my $handle, $mode, $path) or die "$path: $!\n"; my $before = select $handle; $| = 1; select $before; $handle }

for my $name (@ARGV) {
  my $home = "/lab/$name";
  my $root = $name eq 'switch' ? '/' : "$home/root";
  mkdir $_ for $home, map { "$home/$_" } qw(upper work root);
  call('mknod', "$home/$_\0", $pipe, 0) for qw(ask answer keyboard);
  make_root($name, $home, $root) if $root ne '/';
  pipe(my $ready, my $tell_ready) or die;
  my $process = fork // die;
  if (!$process) {
    close $ready;
    make_network($name, $root);
    # Opened for both ways, so that no end of a line's writer is the end of the pipe.
    my @pipes = map { unbuffered('+<', "$home/$_") } qw(ask answer);
    my $macs = unbuffered('+>>', '/lab/macs');
    chroot $root or die "chroot: $!\n"; chdir '/';
    $0 = "host $name";
    stay($name, $tell_ready, @pipes, $macs);
  }
  close $tell_ready;
  die "no host $name\n" unless defined <$ready>;
  print "$name $process\n";
}
