import { readFileSync } from 'node:fs';
import { memoryFiles } from '../src/base/file-set.ts';
import { assembleHost } from '../src/assemble/host.ts';
import { assembleCluster } from '../src/assemble/cluster.ts';
import { judge } from '../src/lint/engine.ts';
import { rules } from '../rules/index.ts';
import { showFinding } from '../src/dev/cases.ts';
for (const arg of process.argv.slice(2)) {
  const [f, as] = arg.split('=');
  const files = memoryFiles('.', new Map([[as ?? 'etc/keepalived/keepalived.conf', readFileSync(f!, 'utf8')]]));
  const { host, log } = assembleHost('h', files);
  const v = judge(rules, assembleCluster([host]));
  console.log('==', f, JSON.stringify(log.counts), v.broken.map((b) => b.rule + b.reason).join());
  for (const x of v.findings) console.log(showFinding(x).split('\n')[0]);
}
