import type { CommandRow, OptionRow } from './command.ts';

const color: OptionRow = { name: 'color', value: 'WHEN', choices: ['auto', 'always', 'never'], help: 'colour the output (default auto; NO_COLOR is heeded)' };
const noShellcheck: OptionRow = { name: 'no-shellcheck', help: 'leave ShellCheck out' };

const noCache: OptionRow = { name: 'no-cache', help: 'judge anew, also where an earlier run has judged the very same files' };

/** Every command of lvs-gen. Help, README and completions are written from this table. */
export const commands: readonly CommandRow[] = [
  {
    name: 'render',
    operands: '[SPEC]',
    summary: 'write the init scripts, sysctl and modules files of every host of a spec',
    details: 'SPEC is a JSON file, or - for standard input; lvs-gen.json in the current folder when left out. Files that were changed by hand are not overwritten.',
    max: 1,
    options: [
      { name: 'out', value: 'DIR', help: 'write <DIR>/<host>/etc/… (default out)' },
      { name: 'host', value: 'NAME', multiple: true, help: 'only this host (may be given several times)' },
      { name: 'print', value: 'HOST:PATH', help: 'print one file instead of writing' },
      { name: 'check', help: 'write nothing; print what differs on disk, exit 1 when something does' },
      { name: 'force', help: 'overwrite files that were changed by hand' },
      noCache,
      color,
    ],
    load: () => import('./render.ts'),
  },
  {
    name: 'lint',
    operands: '[NAME=]PATH…',
    summary: 'check the LVS setup of one host or of a whole cluster',
    details: 'PATH is an /etc, a root file system, a folder of host trees (as render writes), one file, a spec, or - with --stdin-filename.',
    max: Infinity,
    options: [
      { name: 'spec', value: 'FILE', help: 'take what the trees do not say from this spec' },
      { name: 'host', value: 'NAME', multiple: true, help: 'report only on this host' },
      { name: 'format', value: 'FORMAT[=FILE]', multiple: true, help: 'pretty (default on a terminal), gcc (default otherwise), json, sarif, github, junit or checkstyle; to a file with =FILE' },
      { name: 'output-file', value: 'FILE', help: 'write the report there instead of to stdout' },
      { name: 'rule', value: 'ID=LEVEL', multiple: true, help: 'off, info, warning or error for one rule' },
      { name: 'fail-on', value: 'LEVEL', choices: ['error', 'warning', 'info', 'never'], help: 'lowest severity that makes the exit code 1 (default error)' },
      { name: 'fix', help: 'apply the fixes that change nothing on a healthy host' },
      { name: 'fix-unsafe', help: 'apply all fixes' },
      { name: 'fix-dry-run', help: 'print the fixes as a unified diff; write nothing' },
      { name: 'baseline', value: 'FILE', help: 'leave out the findings that stand in FILE; written with all findings when it is not there' },
      { name: 'update-baseline', help: 'write the baseline anew' },
      { name: 'watch', help: 'lint again whenever a file changes' },
      noCache,
      { name: 'pedantic', help: 'findings that are only possible count too' },
      { name: 'quiet', short: 'q', help: 'findings only: no skipped checks, no verdict' },
      { name: 'stdin-filename', value: 'NAME', help: 'what standard input (-) is, as a path: etc/init.d/ipvs' },
      noShellcheck,
      { name: 'shellcheck-path', value: 'FILE', help: 'use this ShellCheck instead of the built-in one' },
      color,
    ],
    load: () => import('./lint.ts'),
  },
  {
    name: 'facts',
    operands: '[NAME=]PATH…',
    summary: 'print what each host will be after boot, each fact with the line that says so',
    max: Infinity,
    options: [
      { name: 'format', value: 'FORMAT', choices: ['text', 'json'], help: 'text (default) or json' },
      { name: 'stdin-filename', value: 'NAME', help: 'what standard input (-) is, as a path: etc/init.d/ipvs' },
    ],
    load: async () => (await import('./engine.ts')).facts,
  },
  { name: 'explain', operands: 'NAME', summary: 'print the page of a rule, of dr, nat or tun, of a scheduler or a kernel parameter', max: 1, options: [], load: () => import('./explain.ts') },
  { name: 'rules', operands: '', summary: 'list the rules', max: 0, options: [{ name: 'format', value: 'FORMAT', choices: ['text', 'json', 'ids'], help: 'text (default), json, or only the ids' }], load: async () => (await import('./engine.ts')).rules },
  {
    name: 'init',
    operands: '[FILE]',
    summary: 'write a starter spec (default lvs-gen.json; - prints it)',
    details: 'On a terminal it asks for what no option says. What was typed is judged at once, by the rules of lint; what cannot work is not written.',
    max: 1,
    options: [
      { name: 'forwarding', value: 'METHOD', choices: ['dr', 'nat', 'tun'], help: 'how the directors forward (default dr)' },
      { name: 'name', value: 'NAME', help: 'name of the cluster' },
      { name: 'vip', value: 'ADDRESS', help: 'the address that clients ask' },
      { name: 'port', value: 'PORT', help: 'its TCP port (default 80)' },
      { name: 'scheduler', value: 'NAME', help: 'how connections are spread (default wlc)' },
      { name: 'dip', value: 'ADDRESS/LENGTH', help: "the director's own address towards the real servers" },
      { name: 'device', value: 'DEVICE', help: 'network device of the DIP' },
      { name: 'vip-device', value: 'DEVICE', help: 'network device of the VIP, where it is another one' },
      { name: 'gateway', value: 'ADDRESS', help: "the director's gateway" },
      { name: 'rip', value: 'ADDRESS/LENGTH', multiple: true, help: 'a real server (give it once for each)' },
      { name: 'real-gateway', value: 'ADDRESS', help: "the real servers' gateway" },
      { name: 'defaults', help: 'ask nothing, also on a terminal' },
      { name: 'force', help: 'overwrite the file' },
    ],
    load: () => import('./init.ts'),
  },
  { name: 'schema', operands: '[spec|report]', summary: 'print the JSON Schema of a spec, or of the JSON report of lint', max: 1, options: [], load: () => import('./schema.ts') },
  { name: 'completion', operands: 'SHELL', summary: 'print the completion for bash, zsh or fish', max: 1, options: [], load: () => import('./completion.ts') },
];
