import type { Io } from './command.ts';

const quietFor = 500;
const between = 100;

/** Tells on a terminal how far a long run is, in one line that is gone at the end; says nothing of short ones. */
export function progressOn(io: Io): (what: string, done: number, total: number) => void {
  const started = performance.now();
  let last = 0;
  let shown = false;
  return (what, done, total) => {
    const now = performance.now();
    if (!io.errIsTerminal || now - started < quietFor || (done < total && now - last < between)) return;
    last = now;
    if (done < total) io.err(`\r\u001b[Klvs-gen: ${what} ${done} of ${total}`);
    else if (shown) io.err('\r\u001b[K');
    shown = done < total;
  };
}
