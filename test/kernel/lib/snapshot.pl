#!/usr/bin/perl
# snapshot.pl [quick]: the network state of the namespace that it runs in, as text that is the same whenever the state is the same.
# Left out: counters, lifetimes, neighbour entries, IPv6 link-local noise, tables whose chains are all empty and accept everything, and
# what the kernel itself never puts back once a tunnel device was up: its queueing discipline and its IPv6 settings. `quick` leaves out
# firewalls, IPv6 routes, timeouts and daemons too.
use strict; use warnings;
my $quick = @ARGV && $ARGV[0] eq 'quick';
# STDERR is kept away: kernels without a table or a module say so, and that is no state.
sub lines { my ($input, @command) = @_;
  pipe(my $read, my $write) or die;
  my $process = open(my $output, '-|') // die;
  if (!$process) { close $write; open(STDIN, '<&', $read); open(STDERR, '>', '/dev/null'); exec @command or exit 127 }
  print $write $input; close $write; close $read;
  my @lines = <$output>; close $output; chomp @lines; @lines }
sub section { my ($name, @lines) = @_; print "== $name\n", map { "$_\n" } @lines }
sub tidy { my ($line) = @_;
  $line =~ s/^\d+: (?=\S+[: ])// if $line !~ /^\d+:\s+from/;
  $line =~ s/\\/ /g; $line =~ s/ qdisc \S+//; $line =~ s/ (valid_lft|preferred_lft|qlen|expires) \S+//g; $line =~ s/ link-netns\w* \S+//; $line =~ s/@[^: ]+:/:/; $line =~ s/ tentative//;
  $line =~ s/\s+/ /g; $line =~ s/ $//; $line }
my $noise = qr/\bfe80:|\bff00::/;
my @four = map { tidy($_) } lines("addr show\nlink show\ntunnel show\nroute show table all\nrule show\n", qw(ip -o -batch -));
my @six = $quick ? () : map { tidy($_) } lines("route show table all\nrule show\n", qw(ip -6 -o -batch -));
section('links, addresses, routes, rules', sort grep { !/$noise/ } @four);
section('IPv6 routes, rules', sort grep { !/$noise/ } @six);
my @values;
for my $key (sort map { glob "/proc/sys/net/$_" } 'ipv4/conf/*/{arp_ignore,arp_announce,arp_filter,arp_accept,rp_filter,forwarding,send_redirects,accept_redirects,secure_redirects,accept_local,route_localnet,log_martians}',
    'ipv4/{ip_forward,ip_nonlocal_bind,tcp_timestamps}', 'ipv4/vs/*', 'ipv6/conf/*/{forwarding,accept_ra,proxy_ndp,disable_ipv6}') {
  # Its default follows the memory that is free.
  next if $key =~ m{sync_qlen_max$|ipv6/conf/(tunl|gre|sit|ip6tnl|ip6gre)} || !-f $key;
  open(my $page, '<', $key) or next;
  my $value = <$page> // next;
  chomp $value;
  push @values, substr($key, length '/proc/sys/') . "=$value";
}
section('sysctls', @values);
sub tables { my ($begin, $end, $says, @lines) = @_;
  my (@kept, @table, $speaks);
  for (@lines) {
    next if /^#/;
    s/\[\d+:\d+\]/[0:0]/;
    if (/$begin/) { @table = (); $speaks = 0 }
    push @table, $_;
    $speaks ||= $says->($_);
    push @kept, @table if /$end/ && $speaks;
  }
  @kept }
if (!$quick) {
  section('iptables', tables(qr/^\*/, qr/^COMMIT/, sub { $_[0] =~ /^-A/ || $_[0] =~ /^:\S+ (?!ACCEPT)/ }, lines('', 'iptables-save')));
  section('nft', tables(qr/^table/, qr/^}/, sub { $_[0] !~ /^table|^\s*chain|^\s*}|^\s*$|policy accept;$/ }, lines('', qw(nft -s list ruleset))));
  section('ipvs daemons, timeouts', lines('', qw(ipvsadm -L --daemon)), lines('', qw(ipvsadm -L --timeout)));
}
section('ipvs', sort(lines('', qw(ipvsadm -S -n))));
