/** What the kernel tests are written in: scenes that a guest runs, and their results. */

/** A page in the guest. */
export interface GuestFile {
  readonly content: string | Buffer;
  /** Permissions; a page that starts with `#!` is executable by default. */
  readonly mode?: number;
}

/** A bash script that runs in the guest with the functions of `lib/lab.sh`, in fresh namespaces. */
export interface Scene {
  readonly name: string;
  /** Keyed by path below `$SCENE`, the folder in which the script starts; `web1/etc/sysctl.conf` is laid over the root of the host `web1`. */
  readonly files?: ReadonlyMap<string, GuestFile>;
  readonly script: string;
  /** After that many seconds of the guest's clock the scene has failed (default 60; at work it runs up to ten times slower than ours). */
  readonly timeoutSeconds?: number;
  /** What is wrong with a result, one sentence each; nothing = passed. The exit code is looked at beside it. */
  readonly expect: (result: SceneResult) => Iterable<string>;
}

/** A line that the script printed with `row KEY VALUE`. */
export interface Row {
  readonly key: string;
  readonly value: string;
}

/** What became of a scene. */
export interface SceneResult {
  /** The script's exit code; 124: out of time; -1: the guest ended before it. */
  readonly exitCode: number;
  /** Standard output and standard error, as they came. */
  readonly output: string;
  readonly rows: readonly Row[];
  /** Of this machine's time. */
  readonly milliseconds: number;
}

/** The rows among the lines of an output. */
export const rowsOf = (output: string): readonly Row[] => [...output.matchAll(/^ROW \| (.*?) \| (.*)$/gm)].map(([, key = '', value = '']) => ({ key, value }));

/** The value of the one row of that key; undefined when there is none, or more than one. */
export const valueOf = ({ rows }: SceneResult, key: string): string | undefined => {
  const found = rows.filter((row) => row.key === key);
  return found.length === 1 ? found[0]?.value : undefined;
};

/** An expectation that each key has one row, and that it reads as told: literally, or by a pattern. */
export const rowsRead =
  (wanted: Readonly<Record<string, string | RegExp>>) =>
  (result: SceneResult): readonly string[] =>
    Object.entries(wanted).flatMap(([key, reading]) => {
      const value = valueOf(result, key);
      const right = value !== undefined && (typeof reading === 'string' ? value === reading : reading.test(value));
      return right ? [] : [`${key}: ${value === undefined ? 'no such row' : `"${value}"`}, expected ${typeof reading === 'string' ? `"${reading}"` : String(reading)}`];
    });
