/** Ports by the names of /etc/services that balanced services go by. */
const ports: Readonly<Record<string, number>> = {
  ftp: 21, ssh: 22, telnet: 23, smtp: 25, domain: 53, http: 80, www: 80, kerberos: 88, pop3: 110, nntp: 119, ntp: 123, imap: 143, imap2: 143, snmp: 161, ldap: 389, https: 443, smtps: 465, submission: 587, ldaps: 636, imaps: 993,
  pop3s: 995, 'ms-sql-s': 1433, oracle: 1521, radius: 1812, mysql: 3306, 'ms-wbt-server': 3389, postgresql: 5432, sip: 5060, 'http-alt': 8080, webcache: 8080, squid: 3128, nfs: 2049, tproxy: 8081,
};

/** The port that a word writes, by number or by name; undefined when it is none, or a name that is not known here. */
export function portNamed(text: string): number | undefined {
  if (/^\d{1,5}$/.test(text)) return Number(text) <= 65535 ? Number(text) : undefined;
  return Object.hasOwn(ports, text) ? ports[text] : undefined;
}
