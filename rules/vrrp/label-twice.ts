import { hostRule } from '../../src/lint/rule.ts';

export default hostRule({
  id: 'vrrp/label-twice',
  severity: 'info',
  title: 'Two VIPs of VRRP have the same label.',
  needs: ['services'],
  docs: {
    what: 'Two addresses of virtual_ipaddress have one label, such as eth0:1, or a label has more than 15 characters.',
    why: 'ifconfig shows one address for a label, so the other seems to be missing, and scripts that take a label down remove both.',
    repair: 'Give each address its own label of at most 15 characters, or none.',
    exceptions: 'Instances of which only one runs on a host still need labels of their own.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'ip-address(8), label', quote: 'The maximum allowed total length of label is 15 characters.' }],
  since: '0.1.0',
  *check({ host }) {
    const seen = new Map<string, { readonly ip: string; readonly at: NonNullable<(typeof labels)[number]['label']>['at'] }>();
    const labels = (host.vrrp ?? []).filter(({ conditional }) => !conditional).flatMap(({ vips }) => vips);
    for (const { label, ip } of labels) {
      if (!label || label.value.includes('$')) continue;
      const other = seen.get(label.value);
      if (other && other.ip !== ip.text) yield { at: label.at, note: `${ip.text} has the label ${label.value} of ${other.ip}`, related: [{ at: other.at, note: other.ip }] };
      else if (label.value.length > 15) yield { at: label.at, note: `the label ${label.value} has ${label.value.length} characters` };
      if (!other) seen.set(label.value, { ip: ip.text, at: label.at });
    }
  },
});
