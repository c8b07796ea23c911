import type { Forwarding } from '../model/words.ts';

/** Where a starter spec says its schema is: beside it, as `lvs-gen schema > lvs-gen.schema.json` puts it. */
const schemaFile = './lvs-gen.schema.json';

/** A spec that renders as it stands, for `lvs-gen init` and as the built-in sample (`dr`): one director, two real servers, one web service. */
export function starterSpec(forwarding: Forwarding): string {
  return starters[forwarding];
}

const starters: Readonly<Record<Forwarding, string>> = {
  dr: `{
  "$schema": "${schemaFile}",
  "version": 1,
  "name": "web-dr",
  "forwarding": "dr",
  "directors": {
    "lvs1": { "device": "eth0", "dip": "172.16.1.200/24", "gateway": "172.16.1.254" }
  },
  "realServers": {
    "web1": { "device": "eth0", "rip": "172.16.1.10/24", "gateway": "172.16.1.254" },
    "web2": { "device": "eth0", "rip": "172.16.1.20/24", "gateway": "172.16.1.254" }
  },
  "services": [
    {
      "vip": "172.16.1.100", "protocol": "tcp", "port": 80, "scheduler": "wlc",
      "destinations": [
        { "realServer": "web1", "weight": 2 },
        { "realServer": "web2", "weight": 2 }
      ]
    }
  ]
}
`,
  nat: `{
  "$schema": "${schemaFile}",
  "version": 1,
  "name": "web-nat",
  "forwarding": "nat",
  "directors": {
    "lvs1": { "device": "eth1", "dip": "192.168.14.50/24", "vipDevice": "eth0", "gateway": "192.168.1.1" }
  },
  "realServers": {
    "web1": { "device": "eth0", "rip": "192.168.14.51/24", "gateway": "192.168.14.50" },
    "web2": { "device": "eth0", "rip": "192.168.14.52/24", "gateway": "192.168.14.50" }
  },
  "services": [
    {
      "vip": "192.168.1.10/24", "protocol": "tcp", "port": 80, "scheduler": "rr",
      "destinations": [
        { "realServer": "web1" },
        { "realServer": "web2", "port": 8080 }
      ]
    }
  ]
}
`,
  tun: `{
  "$schema": "${schemaFile}",
  "version": 1,
  "name": "web-tun",
  "forwarding": "tun",
  "directors": {
    "lvs1": { "device": "eth0", "dip": "10.0.1.200/24", "gateway": "10.0.1.254" }
  },
  "realServers": {
    "web1": { "device": "eth0", "rip": "10.0.2.10/24", "gateway": "10.0.2.254" },
    "web2": { "device": "eth0", "rip": "10.0.3.10/24", "gateway": "10.0.3.254" }
  },
  "services": [
    {
      "vip": "10.0.1.100", "protocol": "tcp", "port": 80, "scheduler": "wrr",
      "destinations": [
        { "realServer": "web1", "weight": 3 },
        { "realServer": "web2", "weight": 1 }
      ]
    }
  ]
}
`,
};
