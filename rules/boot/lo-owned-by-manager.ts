import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { heldVips } from '../../src/model/held-vip.ts';

export default hostRule({
  id: 'boot/lo-owned-by-manager',
  severity: 'warning',
  title: 'A script puts the VIP on a device whose addresses a network manager looks after.',
  needs: ['addresses', 'scripts'],
  docs: {
    what: 'A file of systemd-networkd, netplan or NetworkManager configures lo (or the dummy or tunnel that holds the VIP) without the VIP, and a script adds the VIP to that device.',
    why: 'The manager gives the device the addresses of its file and takes away those that it does not know, whenever it starts or configures the device anew: `systemctl restart systemd-networkd`, `netplan apply`, an update of its package. The real server then drops what the director sends, and the script is not run again.',
    repair: 'List the VIP where the manager reads it: `Address=VIP/32` in the .network file, `addresses: [127.0.0.1/8, VIP/32]` under lo in netplan, `address2=VIP/32` in the connection. Or `KeepConfiguration=static` in the [Network] section.',
    exceptions: 'Silent where the manager’s file lists the VIP, where it keeps what it finds (`KeepConfiguration=static`, netplan’s `critical: true`), and where no file configures the device: then no manager touches it.',
    references: ['https://www.freedesktop.org/software/systemd/man/latest/systemd.network.html'],
  },
  proof: [{ kind: 'manual', cite: 'systemd.network(5), KeepConfiguration=', quote: 'When "static", systemd-networkd will not drop static addresses and routes on starting up process.' }],
  since: '0.1.0',
  *check({ host, cluster }) {
    const lost = heldVips(host, cluster).flatMap((vip) => {
      const manager = host.devices.get(vip.device)?.manager;
      return vip.address?.by === 'script' && manager && !manager.keeps ? [{ vip, manager }] : [];
    });
    const [first] = lost;
    if (!first) return;
    const { vip, manager } = first;
    yield {
      at: vip.at,
      note: `${vip.device} gets ${listed(lost.flatMap((one) => one.vip.ip?.text ?? []))} here, but ${manager.name} configures ${vip.device} and does not know of it: it is taken away when that starts anew`,
      related: otherPlaces(vip.at, [{ at: manager.at, note: `${manager.name} configures ${vip.device} here` }, ...lost.slice(1).map((one) => ({ at: one.vip.at, note: `${one.vip.ip?.text ?? 'another'} as well` }))]),
      confidence: weakest(vip.confidence, 'likely'),
    };
  },
});
