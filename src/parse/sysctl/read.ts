import type { Span } from '../../base/origin.ts';
import type { SourceText } from '../../base/text.ts';
import { sysctlNumber } from '../../model/sysctl.ts';
import { linesOf, lookAlike, spanIn, trimmed, type Line } from '../lines.ts';
import type { Statement } from '../statement.ts';

/** One line of sysctl.conf(5) or sysctl.d(5). `assign`: a parameter and its value; `exclude`: `-key` alone, which globs leave out. */
export type SysctlStatement = Statement &
  (
    | { readonly kind: 'assign'; /** Slash form below /proc/sys; may be a glob. */ readonly key: string; readonly value: string; readonly keyAt: Span; readonly valueAt: Span; /** A failure is no error. */ readonly optional: boolean }
    | { readonly kind: 'exclude'; readonly key: string }
    | { readonly kind: 'none' }
  );

/** Reads sysctl.conf and sysctl.d files as procps and systemd-sysctl do: one line, one statement. */
export function readSysctl(source: SourceText): readonly SysctlStatement[] {
  return linesOf(source).map((line) => readLine(source, line));
}

function readLine(source: SourceText, line: Line): SysctlStatement {
  const body = trimmed(line.text);
  const at = spanIn(source, line, body.from, body.to);
  const none = (state: Statement['state'], note?: string): SysctlStatement => ({ kind: 'none', at, state, ...(note ? { note } : {}) });
  if (body.text === '' || body.text.startsWith('#') || body.text.startsWith(';')) return none('ignored');

  const equals = line.text.indexOf('=', body.from);
  const optional = body.text.startsWith('-');
  const name = trimmed(line.text, body.from + (optional ? 1 : 0), equals < 0 ? body.to : equals);
  const key = normalKey(name.text);
  const fault = faultOfKey(key) ?? (optional && name.from !== body.from + 1 ? 'a blank after the - becomes part of the key' : undefined);
  if (equals < 0) {
    if (optional && !fault) return { kind: 'exclude', key, at, state: isOurs(key) ? 'modelled' : 'ignored' };
    return none('wrong', withLookAlike('is no assignment: there is no =', body.text));
  }
  if (fault) return none('wrong', withLookAlike(fault, name.text));
  const value = trimmed(line.text, equals + 1, body.to);
  if (!isOurs(key)) return none('ignored');
  if (value.text === '') return none('wrong', 'has no value');
  if (isNumeric(key) && sysctlNumber(value.text) === undefined) return none('wrong', withLookAlike(`the kernel takes a number here, found '${value.text}'`, value.text));
  return {
    kind: 'assign', key, value: value.text, optional, at, state: 'modelled',
    keyAt: spanIn(source, line, name.from, name.to),
    valueAt: spanIn(source, line, value.from, value.to),
  };
}

/** Slash form of a written key: where the first separator is a dot, dots and slashes trade places (`net.ipv4.conf.eth0/57.rp_filter`), else all stays (`src/basic/sysctl-util.c: sysctl_normalize()`). */
export function normalKey(written: string): string {
  const first = /[./]/.exec(written)?.[0];
  const path = first === '.' ? written.replace(/[./]/g, (separator) => (separator === '.' ? '/' : '.')) : written;
  return path.replace(/^\/+/, '').replace(/\/{2,}/g, '/');
}

function faultOfKey(key: string): string | undefined {
  if (key === '') return 'has no key';
  if (key.startsWith('proc/sys/')) return 'the key is written below /proc/sys, without it';
  if (key.endsWith('/')) return 'the key ends in a separator';
  return /^[A-Za-z0-9_.:/@+*?[\]{}!^-]+$/.test(key) ? undefined : 'the key holds a character that no key has';
}

function withLookAlike(note: string, text: string): string {
  const odd = lookAlike(text);
  return odd ? `${note} (it holds ${odd}, which only looks like an ASCII character)` : note;
}

/** Keys that LVS hangs on, and globs that may mean them; the rest of the kernel is of no interest here. */
function isOurs(key: string): boolean {
  return key.startsWith('net/') || key === 'kernel/modules_disabled' || /^[*?[{]/.test(key) || /^n[^/]*[*?[]/.test(key);
}

function isNumeric(key: string): boolean {
  return /^net\/ipv[46]\/(?:conf\/|vs\/|ip_forward$|ip_nonlocal_bind$)/.test(key) && !/\/(?:stable_secret|vs\/(?:sync_threshold|sync_period))$/.test(key);
}
