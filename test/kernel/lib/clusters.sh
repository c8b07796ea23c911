# Ready-made clusters for scenes: hosts, wires, addresses, routes and web servers, from variables that a scene may set before.
# Nobody holds the VIP and no service is there yet: that is the scene's part.

# Direct routing and tunnels, one LAN: near (on the LAN), client (behind router), dir, web1, web2.
dr_cluster() {
  : "${VIP:=172.16.1.100}" "${DIP:=172.16.1.200}" "${RIP1:=172.16.1.10}" "${RIP2:=172.16.1.20}" "${CIP:=10.9.0.1}" "${NEAR:=172.16.1.1}" "${GATEWAY:=172.16.1.254}"
  host near client router dir web1 web2
  wire outside client:eth0 router:eth0
  wire lan near:eth0 router:eth1 dir:eth0 web1:eth0 web2:eth0
  address client eth0 "$CIP/24" via 10.9.0.254
  address router eth0 10.9.0.254/24
  address router eth1 "$GATEWAY/24"
  address near eth0 "$NEAR/24"
  address dir eth0 "$DIP/24" via "$GATEWAY"
  address web1 eth0 "$RIP1/24" via "$GATEWAY"
  address web2 eth0 "$RIP2/24" via "$GATEWAY"
  router router
  serve web1 && serve web2
}

# Address translation, two nets: client outside with the director, web1 and web2 inside; `other` is a second router between the nets.
nat_cluster() {
  : "${VIP:=192.168.1.10}" "${DIP:=192.168.14.50}" "${RIP1:=192.168.14.51}" "${RIP2:=192.168.14.52}" "${CIP:=192.168.1.1}" "${GATEWAY:=$DIP}"
  host client other dir web1 web2
  wire outside client:eth0 other:eth0 dir:eth0
  wire inside other:eth1 dir:eth1 web1:eth0 web2:eth0
  address client eth0 "$CIP/24"
  address other eth0 192.168.1.254/24
  address other eth1 192.168.14.254/24
  address dir eth0 "$VIP/24"
  address dir eth1 "$DIP/24"
  address web1 eth0 "$RIP1/24" via "$GATEWAY"
  address web2 eth0 "$RIP2/24" via "$GATEWAY"
  router other
  serve web1 && serve web2
}

# director_serves -g|-i|-m [SCHEDULER]: the VIP on dir (unless it is there), and the service with both real servers.
director_serves() {
  net dir ip addr add "$VIP/32" dev eth0 2>/dev/null
  net dir ipvsadm -R <<<"-A -t $VIP:80 -s ${2:-rr}
-a -t $VIP:80 -r $RIP1:80 $1
-a -t $VIP:80 -r $RIP2:80 $1" || die "no service"
}

# real_servers_hold DEVICE [ADDRESS]: the VIP on a device of both real servers.
real_servers_hold() { local each; for each in web1 web2; do net "$each" ip addr add "${2:-$VIP/32}" dev "$1" || die "no VIP on $each"; done; }

# on_real_servers KEY=VALUE...: sysctls of both real servers.
on_real_servers() { local each; for each in web1 web2; do net "$each" sysctl -qw "$@" || die "sysctl $* on $each"; done; }

# quiet_real_servers: the settings that keep a real server from answering for the VIP, and from naming it in its own questions.
quiet_real_servers() { on_real_servers net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2; }
