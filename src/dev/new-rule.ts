import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { families } from '../lint/rule.ts';

/** `npm run new-rule -- FAMILY/NAME script|host|cluster`: a rule that compiles, with a bad and a good tree, to be filled in. */
const [id = '', scope = 'host'] = process.argv.slice(2);
const [family, name] = id.split('/');
if (!family || !(families as readonly string[]).includes(family) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name ?? '') || !['script', 'host', 'cluster'].includes(scope)) {
  console.error(`usage: npm run new-rule -- FAMILY/NAME script|host|cluster\nfamilies: ${families.join(' ')}\nthe name says the state that is found (status-exit-code), never the cure`);
  process.exit(2);
}

const subject = { script: '{ script, host }', host: '{ host, cluster }', cluster: 'cluster' }[scope];
const body = { script: '    void host;\n    void script;\n', host: '    void host;\n    void cluster;\n', cluster: '    void cluster;\n' }[scope];
const rule = `import { ${scope}Rule } from '../../src/lint/rule.ts';

export default ${scope}Rule({
  id: '${id}',
  severity: 'warning',
  title: 'TODO: one full sentence that says the state.',
  needs: ['${scope === 'script' ? 'scripts' : 'sysctl'}'],
  docs: {
    what: 'TODO',
    why: 'TODO',
    repair: 'TODO: the line to write first, then the reason.',
    references: [],
  },
  proof: [{ kind: 'manual', cite: 'TODO', quote: 'TODO' }],
  since: '0.1.0',
  *check(${subject}) {
${body}  },
});
`;
const script = `#!/bin/bash
# chkconfig: 2345 90 10
# description: LVS real server
### BEGIN INIT INFO
# Provides:          real
# Required-Start:    $network
# Required-Stop:     $network
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: LVS real server
### END INIT INFO
`;
write(`rules/${id}.ts`, rule);
write(`fixtures/rules/${id}/bad-first/web1/etc/init.d/real`, script);
write(`fixtures/rules/${id}/good-first/web1/etc/init.d/real`, script);
console.log(`now: edit the trees, write the check, npm run try -- ${id}, npm run accept, npm test`);

function write(path: string, text: string): void {
  if (existsSync(path)) {
    console.error(`${path} is there already; nothing was overwritten`);
    process.exit(1);
  }
  mkdirSync(dirname(join('.', path)), { recursive: true });
  writeFileSync(path, text);
  console.log(`wrote ${path}`);
}
