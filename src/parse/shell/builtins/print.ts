import type { Call, Done } from '../simple.ts';
import { store } from '../store.ts';
import { knownText, unknownText } from '../value.ts';

/** echo as bash has it: -n, -e, -E in front. */
export function echo(call: Call): Done {
  const { args } = call;
  let start = 0;
  let [newline, escapes] = [true, false];
  for (; start < args.length && /^-[neE]+$/.test(args[start]!.partial); start++) {
    for (const flag of args[start]!.partial.slice(1)) {
      if (flag === 'n') newline = false;
      else escapes = flag === 'e';
    }
  }
  // An unknown first word may be an option.
  const text = args.slice(start).map((arg) => arg.partial).join(' ');
  if (!escapes) return { out: newline ? `${text}\n` : text, status: 0 };
  const { out, stopped } = unescape(text, 'echo');
  return { out: newline && !stopped ? `${out}\n` : out, status: 0 };
}

const simple: Readonly<Record<string, string>> = { a: '\x07', b: '\b', e: '\x1b', E: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' };

/** Backslash escapes of `echo -e` and of a printf format. */
function unescape(text: string, style: 'echo' | 'printf'): { readonly out: string; readonly stopped: boolean } {
  let stopped = false;
  const octal = style === 'echo' ? '0[0-7]{0,3}' : '[0-7]{1,3}';
  const out = text.replace(new RegExp(`\\\\(?:(${octal})|x([0-9a-fA-F]{1,2})|(c)[^]*|([^]))`, 'g'), (whole, octals: string | undefined, hexes: string | undefined, stop: string | undefined, char: string | undefined) => {
    if (octals !== undefined) return String.fromCharCode(Number.parseInt(octals, 8) & 255);
    if (hexes !== undefined) return String.fromCharCode(Number.parseInt(hexes, 16));
    if (stop !== undefined && style === 'echo') {
      stopped = true;
      return '';
    }
    if (char !== undefined && Object.hasOwn(simple, char)) return simple[char]!;
    return char === '"' && style === 'printf' ? '"' : whole;
  });
  return { out, stopped };
}

/** printf with %s %d %i %x %X %o %c %b %%, flags and widths; the format is used again while arguments are left. */
export function printf(call: Call): Done {
  let args = call.args.map((arg) => (arg.many ? unknownText : arg.partial));
  let variable: string | undefined;
  if (args[0] === '-v') {
    variable = args[1];
    args = args.slice(2);
  }
  if (args[0] === '--') args = args.slice(1);
  const [format, ...operands] = args;
  const out = format === undefined ? undefined : formatted(format, operands);
  if (variable !== undefined) {
    if (/^[A-Za-z_]\w*$/.test(variable)) store(call.state, variable, out ?? unknownText);
    return { status: 0 };
  }
  return { out: out ?? unknownText, status: format === undefined ? 2 : out === undefined ? undefined : 0 };
}

function formatted(format: string, operands: readonly string[]): string | undefined {
  const known = knownText(format);
  if (known === undefined) return undefined;
  let left = [...operands];
  let out = '';
  for (let round = 0; round < 1_000; round++) {
    const before = left.length;
    let failed = false;
    const piece = known.replace(/%%|%([-0+ #]*)(\d*)(?:\.(\d+))?([sdiuxXocb])|(?:\\x[0-9a-fA-F]{1,2}|\\[0-7]{1,3}|\\[^])|%/g, (whole, flags: string | undefined, width: string | undefined, precision: string | undefined, kind: string | undefined) => {
      if (whole === '%%') return '%';
      if (whole.startsWith('\\')) return unescape(whole, 'printf').out;
      if (kind === undefined) {
        failed = true;
        return '';
      }
      const text = convert(kind, left[0] ?? (kind === 's' || kind === 'c' || kind === 'b' ? '' : '0'), flags!, Number(width), precision);
      left = left.slice(1);
      if (text === undefined) failed = true;
      return text ?? '';
    });
    if (failed) return undefined;
    out += piece;
    if (left.length === 0 || left.length === before) return out;
  }
  return undefined;
}

function convert(kind: string, operand: string, flags: string, width: number, precision: string | undefined): string | undefined {
  let text: string;
  if (kind === 's' || kind === 'b' || kind === 'c') {
    text = kind === 'b' ? unescape(operand, 'echo').out : kind === 'c' ? operand.slice(0, 1) : operand;
    if (precision !== undefined) text = text.slice(0, Number(precision));
    if ((width > 0 || precision !== undefined || kind === 'c') && knownText(operand) === undefined) return undefined;
  } else {
    const number = /^\s*-?\d{1,15}$/.test(operand) && !/^\s*-?0\d/.test(operand) ? Number(operand) : operand === '' ? 0 : undefined;
    if (number === undefined || precision !== undefined || /[+ #]/.test(flags) || (number < 0 && !/[di]/.test(kind))) return undefined;
    text = kind === 'x' ? number.toString(16) : kind === 'X' ? number.toString(16).toUpperCase() : kind === 'o' ? number.toString(8) : String(number);
    if (flags.includes('0') && !flags.includes('-')) return text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0');
  }
  return flags.includes('-') ? text.padEnd(width) : text.padStart(width);
}
