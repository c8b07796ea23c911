/** What ldirectord takes from the value of a real line, with offsets into the value. */
export interface RealForm {
  /** Where the address begins: above 0 when ldirectord passes over what stands before it. */
  readonly from: number;
  readonly first: string;
  readonly end?: string;
  readonly port?: string;
  readonly portAt?: number;
  readonly method: string;
  readonly methodAt: number;
  readonly weight?: string;
  readonly weightAt?: number;
  readonly lower?: string;
  readonly upper?: string;
  /** What is left behind all that it takes: it refuses it. */
  readonly rest: string;
}

// The classes are those of ldirectord, `A-f` among them.
const address = String.raw`\d+\.\d+\.\d+\.\d+|[A-Za-z0-9.-]+|\[[0-9A-f:]+\]`;
const form = new RegExp(String.raw`(${address})(?:->(${address}))?(?::(\d+|[A-Za-z0-9_-]+))?\s+(.*)`, 'd');

/** Reads the value of a real line as `_ld_read_config_real_resolve()` and `add_real_server()` do: from left to right, each part wherever it is found. */
export function readReal(value: string): RealForm | undefined {
  const found = form.exec(`${value} `);
  if (!found) return undefined;
  const [, first, end, port] = found;
  const flagsAt = found.indices![4]![0];
  const method = /\w+/.exec(found[4]!);
  let left = method ? found[4]!.slice(method.index + method[0].length) : found[4]!;
  let at = method ? flagsAt + method.index + method[0].length : flagsAt;
  const take = (part: RegExp): RegExpExecArray | undefined => {
    const match = part.exec(left);
    if (!match) return undefined;
    const behind = match.index + match[0].length;
    [left, at] = [left.slice(behind), at + behind];
    return match;
  };
  const weight = take(/\s+(\d+)/);
  const weightAt = at - (weight?.[1]!.length ?? 0);
  take(/\s+"(.*)"[, ]\s*"(.*)"/);
  const lower = take(/\s+l:(\d+)/);
  const upper = take(/\s+u:(\d+)/);
  return {
    from: found.index, first: first!, method: method?.[0] ?? '', methodAt: method ? flagsAt + method.index : flagsAt,
    ...(end === undefined ? {} : { end }),
    ...(port === undefined ? {} : { port, portAt: found.indices![3]![0] }),
    ...(weight ? { weight: weight[1]!, weightAt } : {}),
    ...(lower ? { lower: lower[1]! } : {}),
    ...(upper ? { upper: upper[1]! } : {}),
    rest: left.trim(),
  };
}
