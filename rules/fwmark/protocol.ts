import { hostRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';

export default hostRule({
  id: 'fwmark/protocol',
  severity: 'info',
  title: 'A virtual_server of a firewall mark names a protocol.',
  needs: ['services'],
  docs: {
    what: 'A virtual_server of a firewall mark, or of a group that holds nothing but marks, has a protocol line.',
    why: 'A mark stands for whatever packets the filter marks. keepalived ignores the line with a warning at each start, and whoever reads it takes the service for one of that protocol alone.',
    repair: 'Leave the protocol line out; which protocols are served is said where the mark is set (`iptables -t mangle -A PREROUTING -d VIP -p tcp -m multiport --dports 80,443 -j MARK --set-mark 1`).',
    exceptions: 'A group that holds addresses as well needs the line for them.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived, check_data.c: validate_check_config()', quote: 'Warning: Virtual server %s: protocol specified for fwmark - protocol will be ignored' }],
  since: '0.1.0',
  *check({ host }) {
    const said = new Set<string>();
    for (const service of host.services) {
      const { key, managed } = service;
      if (key.by !== 'fwmark' || managed?.by !== 'keepalived' || !managed.protocolAt) continue;
      if (managed.group !== undefined && host.services.some((other) => other.key.by === 'address' && other.managed?.group === managed.group)) continue;
      const place = `${managed.protocolAt.file}:${managed.protocolAt.line}:${managed.protocolAt.column}`;
      if (said.has(place)) continue;
      said.add(place);
      yield { at: managed.protocolAt, note: `keepalived ignores the protocol of ${showService(service)}`, related: [{ at: service.at, note: 'the service is one of a mark' }], confidence: service.confidence };
    }
  },
});
