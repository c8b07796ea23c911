import { scriptRule } from '../../src/lint/rule.ts';
import { concernsCluster, everyStep, inScript } from '../../src/model/timeline.ts';

export default scriptRule({
  id: 'script/net-tools',
  severity: 'info',
  title: 'A script for systemd hosts uses net-tools.',
  needs: ['scripts'],
  docs: {
    what: 'The script calls ifconfig, route or netstat, and by its other commands (systemctl, firewall-cmd, dnf, nft) it is meant for a system that does not install them.',
    why: 'Red Hat from version 7 and Debian from version 9 on install no net-tools: on a fresh host the VIP is not set ("command not found"). ifconfig also gives an address without a netmask the one of its class, and sees no address that `ip addr` added without a label.',
    repair: '`ip addr add VIP/32 dev lo`, `ip route add …`, `ss` and `ip -o addr show`; or a dependency on the package net-tools.',
    exceptions: 'A script that tests for ifconfig, installs net-tools, or shows no sign of a newer system is not reported.',
    references: ['https://www.debian.org/releases/stretch/amd64/release-notes/ch-information.en.html#iproute2', 'https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/7/html/migration_planning_guide/'],
  },
  proof: [{ kind: 'manual', cite: 'ifconfig(8), NOTE', quote: 'This program is obsolete! For replacement check ip addr and ip link.' }],
  since: '0.1.0',
  *check({ script }) {
    if (!concernsCluster(script) || script.syntaxErrors.length > 0) return;
    const steps = everyStep(script, (each) => inScript(script, each.at)).map(({ step }) => step);
    const modern = steps.find((step) => /^(?:systemctl|firewall-cmd|dnf|nft|nmcli|hostnamectl|journalctl)$/.test(step.name ?? ''));
    const old = steps.filter((step) => /^(?:ifconfig|route|netstat)$/.test(step.name ?? ''));
    const [first, ...others] = old;
    if (!modern || !first || /net-tools|command -v (?:ifconfig|route|netstat)|which (?:ifconfig|route)|-x \/?\S*\/(?:ifconfig|route)/.test(script.source.text)) return;
    yield {
      at: first.at,
      note: `'${first.name}' is of net-tools, which a host with '${modern.name}' (line ${modern.at.line}) need not have`,
      related: others.slice(0, 10).map((step) => ({ at: step.at, note: `'${step.name}' too` })),
      confidence: 'likely',
    };
  },
});
