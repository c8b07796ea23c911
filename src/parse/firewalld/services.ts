/** Ports that services of firewalld open which it brings itself (/usr/lib/firewalld/services), of those that hosts of LVS have: `port/protocol`, or a protocol. */
export const builtIn: Readonly<Record<string, readonly string[]>> = {
  'amanda-client': ['10080/udp', '10080/tcp'], bgp: ['179/tcp'], cockpit: ['9090/tcp'], dhcp: ['67/udp'], dhcpv6: ['547/udp'], 'dhcpv6-client': ['546/udp'], dns: ['53/tcp', '53/udp'], 'dns-over-tls': ['853/tcp'], 'docker-registry': ['5000/tcp'],
  elasticsearch: ['9200/tcp', '9300/tcp'], ftp: ['21/tcp'], git: ['9418/tcp'], 'high-availability': ['2224/tcp', '3121/tcp', '5403/tcp', '5404/udp', '5405-5412/udp', '9929/tcp', '9929/udp', '21064/tcp'], http: ['80/tcp'], http3: ['443/udp'], https: ['443/tcp'],
  imap: ['143/tcp'], imaps: ['993/tcp'], ipp: ['631/tcp', '631/udp'], 'ipp-client': ['631/udp'], kerberos: ['88/tcp', '88/udp'], 'kube-apiserver': ['6443/tcp'], ldap: ['389/tcp'], ldaps: ['636/tcp'], mdns: ['5353/udp'], memcache: ['11211/tcp', '11211/udp'],
  mongodb: ['27017/tcp'], mountd: ['20048/tcp', '20048/udp'], mqtt: ['1883/tcp'], mssql: ['1433/tcp'], mysql: ['3306/tcp'], nfs: ['2049/tcp'], nfs3: ['2049/tcp', '2049/udp'], ntp: ['123/udp'], openvpn: ['1194/udp'], pop3: ['110/tcp'], pop3s: ['995/tcp'],
  postgresql: ['5432/tcp'], radius: ['1812/tcp', '1812/udp', '1813/tcp', '1813/udp'], rdp: ['3389/tcp', '3389/udp'], redis: ['6379/tcp'], 'redis-sentinel': ['26379/tcp'], 'rpc-bind': ['111/tcp', '111/udp'], rsyncd: ['873/tcp', '873/udp'],
  'samba-client': ['137/udp', '138/udp'], sip: ['5060/tcp', '5060/udp'], sips: ['5061/tcp', '5061/udp'], smtp: ['25/tcp'], 'smtp-submission': ['587/tcp'], smtps: ['465/tcp'], snmp: ['161/tcp', '161/udp'], snmptrap: ['162/tcp', '162/udp'], squid: ['3128/tcp'],
  ssh: ['22/tcp'], syslog: ['514/udp'], 'syslog-tls': ['6514/tcp', '6514/udp'], telnet: ['23/tcp'], tftp: ['69/udp'], 'vnc-server': ['5900-5903/tcp'], 'zabbix-agent': ['10050/tcp'], 'zabbix-server': ['10051/tcp'],
};

/** What a zone that firewalld brings lets in where no file of /etc changes it. `cockpit` only some distributions add. `external` hides addresses, and is not followed. */
export const builtInZones: Readonly<Record<string, { readonly target?: 'ACCEPT' | 'DROP'; readonly services: readonly string[] }>> = {
  block: { services: [] },
  dmz: { services: ['ssh'] },
  drop: { target: 'DROP', services: [] },
  home: { services: ['ssh', 'mdns', 'samba-client', 'dhcpv6-client', 'cockpit'] },
  internal: { services: ['ssh', 'mdns', 'samba-client', 'dhcpv6-client', 'cockpit'] },
  public: { services: ['ssh', 'dhcpv6-client', 'cockpit'] },
  trusted: { target: 'ACCEPT', services: [] },
  work: { services: ['ssh', 'dhcpv6-client', 'cockpit'] },
};
