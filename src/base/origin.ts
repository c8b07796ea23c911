/** Where a piece of text stands: a half-open stretch of one file of one host. Lines and columns start at 1; a tab is one column; columns count UTF-16 units. */
export interface Span {
  readonly host: string;
  /** Path below the host's root, without a leading slash (`etc/sysctl.conf`), or as the user named it when a single file was given. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A value that no line sets: the kernel's or a tool's own default, by name (`kernel default of net.ipv4.ip_forward`). */
export interface DefaultOrigin {
  readonly host: string;
  readonly default: string;
}

/** The author of a fact: a line, or a default by its name. */
export type Origin = Span | DefaultOrigin;

/** Whether an origin is a line that somebody wrote. */
export function isSpan(origin: Origin): origin is Span {
  return 'file' in origin;
}

/** `web1:/etc/sysctl.conf:12:1`, or `web1: kernel default …`. */
export function showOrigin(origin: Origin): string {
  return isSpan(origin) ? `${origin.host}:/${origin.file}:${origin.line}:${origin.column}` : `${origin.host}: ${origin.default}`;
}

/** Order of places in a report: host, file, line, column. */
export function compareSpans(a: Span, b: Span): number {
  return compareText(a.host, b.host) || compareText(a.file, b.file) || a.line - b.line || a.column - b.column;
}

/** Order of two strings by code unit, the same on every machine whatever its locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
