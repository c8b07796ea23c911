/** Where Piranha's releases have their file: Red Hat Enterprise Linux, Fedora 14, Red Hat Linux 6. */
export const piranhaFiles = ['etc/sysconfig/ha/lvs.cf', 'etc/piranha/lvs.cf', 'etc/lvs.cf'];

/** Whether a text is Piranha's by its own words, wherever the file lies. */
export function looksLikePiranha(text: string): boolean {
  return !text.startsWith('#!') && /^[ \t]*(?:virtual|failover)[ \t]+[^\s={]+[ \t]*\{/m.test(text) && /^[ \t]*(?:serial_no|backup_active|backup|primary|vip_nmask|quiesce_server|nat_router|load_monitor|reentry|heartbeat_port)[ \t]+=/m.test(text);
}
