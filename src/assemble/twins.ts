import { traced, answersAlike, type FileTrace } from '../base/trace.ts';
import type { Script } from '../model/script.ts';
import { actionsToJudge } from '../model/timeline.ts';
import { readScript } from '../parse/shell/read.ts';
import { twinOf } from '../parse/shell/twin.ts';

interface Known {
  readonly script: Script;
  readonly trace: FileTrace;
}

/** Scripts with all that they do are large. */
const maxKnown = 12;

/**
 * Reads scripts as `readScript` does, but works each out once: the hosts of a fleet carry the same ones. A twin is the same text at the same path (comments at its head
 * aside, which may name the host) whose host answers every question about other files as the first one did.
 */
export function readingTwins(): typeof readScript {
  const known = new Map<string, Known>();
  return (source, context) => {
    const key = `${source.file}\n${withoutHead(source.text)}`;
    const first = known.get(key);
    if (first) {
      // What is worked out later might ask for more.
      for (const action of actionsToJudge(first.script)) void action.steps.length;
      if (answersAlike(context.files, first.trace)) return twinOf(first.script, source, context.mode);
    }
    const { files, trace } = traced(context.files);
    const script = readScript(source, { ...context, files });
    known.delete(key);
    known.set(key, { script, trace });
    // A fleet of many clusters has many scripts, and those that were read last come again.
    if (known.size > maxKnown) known.delete(known.keys().next().value!);
    return script;
  };
}

/** A text whose first comments are empty; lines and columns of the rest stay. */
function withoutHead(text: string): string {
  const head = /^(?:#.*\n|[ \t]*\n)*/.exec(text)![0];
  return head.replace(/#.*/g, '#') + text.slice(head.length);
}
