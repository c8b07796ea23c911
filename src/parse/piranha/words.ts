/** Blocks of lvs.cf. A `failover` block takes the words of a `virtual`. */
export type Block = 'global' | 'virtual' | 'failover' | 'server';

/** What stands behind the `=` of a statement: how many words, and what pulse takes for the first. */
export type Value = 'host' | 'host-device' | 'ip' | 'any-ip' | 'number' | 'port' | 'boolean' | 'text' | 'list' | 'name-block' | ReadonlySet<string>;

const schedulers = new Set(['lc', 'rr', 'wlc', 'wrr', 'lblc', 'lblcr', 'dh', 'sh']);

const service: Readonly<Record<string, Value>> = {
  active: 'boolean', address: 'host-device', sorry_server: 'ip', vip_nmask: 'ip', fwmark: 'number', protocol: new Set(['tcp', 'udp']), port: 'port', scheduler: schedulers, persistent: 'number', pmask: 'any-ip',
  client_monitor: 'text', send_program: 'text', send: 'text', expect: 'text', use_regex: 'boolean', timeout: 'number', reentry: 'number', load_monitor: 'text', quiesce_server: 'boolean', start_cmd: 'text', stop_cmd: 'text', master: 'host', dirs: 'list', server: 'name-block',
};

/** Every statement that `lvsconfig.c` takes, by block. */
export const statements: Readonly<Record<Block, ReadonlyMap<string, Value>>> = {
  global: new Map(Object.entries<Value>({
    primary: 'host', primary_private: 'host', primary_shared: 'text', backup: 'host', backup_active: 'boolean', backup_private: 'host', backup_shared: 'text', reservation_conflict_action: new Set(['nothing', 'preempt']),
    serial_no: 'number', service: new Set(['lvs', 'fos']), network: new Set(['direct', 'nat', 'tunnel']), nat_router: 'host-device', nat_nmask: 'ip', active_cmd: 'text', inactive_cmd: 'text', monitor_links: 'number', debug_level: 'text', hard_shutdown: 'boolean',
    ipvsadm: 'text', rsh_command: 'text', heartbeat: 'boolean', heartbeat_port: 'port', keepalive: 'number', deadtime: 'number', sync: 'boolean', syncdaemon: 'boolean', syncd_iface: 'text', syncd_id: 'number', tcp_timeout: 'number', tcpfin_timeout: 'number', udp_timeout: 'number',
    virtual: 'name-block', failover: 'name-block',
  })),
  virtual: new Map(Object.entries(service)),
  failover: new Map(Object.entries(service)),
  server: new Map(Object.entries<Value>({ address: 'host', active: 'boolean', weight: 'number', port: 'number' })),
};

/** Statements that become facts; the others are only known. */
export const modelled: ReadonlySet<string> = new Set(
  'primary backup backup_active service network nat_router nat_nmask keepalive deadtime syncdaemon syncd_iface syncd_id virtual failover server active address sorry_server vip_nmask fwmark protocol port scheduler persistent pmask send_program send expect quiesce_server weight'.split(' '),
);

/** Words of keepalived.conf that open or fill its blocks, and are none of lvs.cf. */
export const keepalivedWords: ReadonlySet<string> = new Set(
  'global_defs vrrp_instance vrrp_sync_group vrrp_script virtual_server virtual_server_group real_server lb_algo lb_kind lvs_sched lvs_method delay_loop persistence_timeout persistence_granularity HTTP_GET SSL_GET TCP_CHECK MISC_CHECK static_ipaddress static_routes virtual_ipaddress'.split(' '),
);
