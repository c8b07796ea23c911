import type { Call, Done } from '../simple.ts';
import { texts } from './paths.ts';
import { matchable, regexOf } from './regex.ts';
import { inputOf, joined, linesOf } from './text.ts';

/** grep over text that is known. */
export function grep(call: Call): Done | undefined {
  const args = texts(call);
  if (!args) return undefined;
  let kind: 'basic' | 'extended' | 'fixed' = call.name === 'egrep' ? 'extended' : call.name === 'fgrep' ? 'fixed' : 'basic';
  const flags = new Set<string>();
  const patterns: string[] = [];
  const operands: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === '-e') {
      if (args[at + 1] === undefined) return undefined;
      patterns.push(args[++at]!);
    } else if (/^-[qvicwoEFsxn]+$/.test(arg)) [...arg.slice(1)].forEach((flag) => (flag === 'E' ? (kind = 'extended') : flag === 'F' ? (kind = 'fixed') : flags.add(flag)));
    else if (arg === '--quiet' || arg === '--silent') flags.add('q');
    else if (/^--colou?r(=\w+)?$/.test(arg)) continue;
    else if (arg.startsWith('-') && arg !== '-' && arg !== '--') return undefined;
    else if (arg !== '--') operands.push(arg);
  }
  if (patterns.length === 0) {
    const [first] = operands.splice(0, 1);
    if (first === undefined) return undefined;
    patterns.push(first);
  }
  const [pattern] = patterns;
  if (patterns.length > 1 || flags.has('o') || flags.has('w') || flags.has('n') || operands.length > 1) return undefined;
  const regex = regexOf(pattern!, kind, flags.has('i') ? 'i' : '');
  const text = regex && inputOf(call, operands);
  const lines = linesOf(text ?? '');
  if (text === undefined || !matchable(lines)) return undefined;
  const whole = flags.has('x');
  const found = lines.filter((line) => {
    const match = regex!.exec(line);
    return (match !== null && (!whole || match[0] === line)) !== flags.has('v');
  });
  const status = found.length > 0 ? 0 : 1;
  if (flags.has('q')) return { status };
  return { out: flags.has('c') ? `${found.length}\n` : joined(found), status };
}
