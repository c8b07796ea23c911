import type { CommandRow, OptionRow } from './command.ts';

/** `lvs-gen --help`. */
export function helpOfAll(commands: readonly CommandRow[]): string {
  const width = Math.max(...commands.map((row) => `${row.name} ${row.operands}`.length));
  const rows = commands.map((row) => `  ${`${row.name} ${row.operands}`.padEnd(width)}  ${row.summary}\n`).join('');
  return `lvs-gen: render and lint the hosts of a Linux Virtual Server cluster\n\nusage: lvs-gen COMMAND …\n\n${rows}\n  lvs-gen COMMAND --help tells a command's options; lvs-gen --version the version.\n\n${exitCodes}`;
}

/** `lvs-gen COMMAND --help`. */
export function helpOf(row: CommandRow): string {
  const options: readonly OptionRow[] = [...row.options, { name: 'help', short: 'h', help: 'this text' }];
  const heads = options.map((option) => `${option.short ? `-${option.short}, ` : ''}--${option.name}${option.value ? ` ${option.value}` : ''}`);
  const width = Math.max(...heads.map((head) => head.length));
  const lines = options.map((option, index) => `  ${heads[index]!.padEnd(width)}  ${option.help}${option.choices ? ` [${option.choices.join(' ')}]` : ''}\n`).join('');
  return `lvs-gen ${row.name}: ${row.summary}\n\nusage: lvs-gen ${row.name}${row.operands ? ` ${row.operands}` : ''}${row.options.length > 0 ? ' [options]' : ''}\n\n${row.details ? `${row.details}\n\n` : ''}${lines}\n${exitCodes}`;
}

const exitCodes = 'exit: 0 clean · 1 findings, or --check differs · 2 wrong use, bad spec · 3 an input could not be read\n';
