/** What docs/dr.md, nat.md and tun.md tell their reader to type: typed, and asked whether it works. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rowsRead, type Scene } from '../scene.ts';

/** The commands of a page's block, each as a line of the scene: `# director` and `# real server` say from where on, `# for each real server` that it is typed once for each. */
function typed(page: string): string {
  const text = readFileSync(join(import.meta.dirname, '../../../docs', page), 'utf8');
  const block = /^```\n((?:(?!```)[^])*# director\n[^]*?)^```$/m.exec(text)?.[1];
  if (block === undefined) throw new Error(`docs/${page} has no block of commands for the director`);
  let hosts: readonly string[] = [];
  return block
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const [command = '', comment = ''] = line.split(/\s+#\s+/);
      if (comment.startsWith('director')) hosts = ['dir'];
      else if (comment.startsWith('real server')) hosts = ['web1', 'web2'];
      const known = command.replaceAll('VIP', '$VIP').replaceAll('DIP', '$DIP');
      const commands = comment.startsWith('for each real server') ? [known.replace('RIP', '$RIP1'), known.replace('RIP', '$RIP2')] : [known];
      return hosts.flatMap((host) => commands.map((one) => `net ${host} ${one} >/dev/null || die "${host}: ${one.replaceAll('$', '')}"`));
    })
    .join('\n');
}

export const family = 'docs';

export const scenes = (): readonly Scene[] => [
  { name: 'docs/dr', script: `dr_cluster\n${typed('dr.md')}\nrow requests "$(requests client $VIP 80 6)"\nrow 'who has the VIP' "$(who_has router eth1 $VIP)"`, expect: rowsRead({ requests: 'web1=3 web2=3', 'who has the VIP': 'dir=1' }) },
  { name: 'docs/nat', script: `GATEWAY=192.168.14.254 nat_cluster\n${typed('nat.md')}\nrow requests "$(requests client $VIP 80 6)"`, expect: rowsRead({ requests: 'web1=3 web2=3' }) },
  { name: 'docs/tun', script: `dr_cluster\n${typed('tun.md')}\nrow requests "$(requests client $VIP 80 6)"`, expect: rowsRead({ requests: 'web1=3 web2=3' }) },
];
