import { lineAt } from '../../src/base/text.ts';
import { beforeLine, lineEnd, linePlace, linesSpan } from '../../src/lint/edits.ts';
import { scriptRule, type Edit } from '../../src/lint/rule.ts';
import { liesInInit } from '../../src/model/timeline.ts';
import type { Script } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/shebang-missing',
  severity: 'warning',
  title: 'The first line of a script names no interpreter.',
  needs: ['scripts'],
  docs: {
    what: 'A script that is run as a program does not begin with `#!`: the line stands further down, is misspelt, or is not there.',
    why: 'The kernel refuses to run such a file. systemd then says "Exec format error" and gives up; a shell that calls it runs it itself, as /bin/sh: on Debian that is dash, where arrays, `&>`, `function` and `[[` are errors.',
    repair: '`#!/bin/bash` as the very first line, without a blank, a comment or a byte-order mark before it.',
    references: ['https://man7.org/linux/man-pages/man2/execve.2.html', 'https://www.shellcheck.net/wiki/SC2148'],
  },
  proof: [{ kind: 'kernel-source', version: '6.1', cite: 'fs/binfmt_script.c: load_script()', quote: "if ((bprm->buf[0] != '#') || (bprm->buf[1] != '!')) return -ENOEXEC;" }],
  since: '0.1.0',
  *check({ script }) {
    if (script.shebang || !(script.service || liesInInit(script) || /(?:^|\/)rc\.local$/.test(script.file))) return;
    const { source } = script;
    const first = lineAt(source, 1);
    if (/^#!\s*\S/.test(first)) return;
    const below = lineBelow(script);
    const meant = /^\s*(?:#\s*[!！]|[!！]\s*#|#\s*\/|[!！]\s*\/).*?(\/(?:usr\/)?(?:local\/)?bin\/(?:env\s+)?(?:ba|da|k|z)?sh(?:\s+-\w+)?)\s*$/.exec(first)?.[1];
    const edits: readonly Edit[] =
      meant !== undefined
        ? [{ at: linesSpan(source, 1, 1), text: `#!${meant}${lineEnd(source)}` }]
        : [{ at: beforeLine(source, 1), text: `${below ? lineAt(source, below).trim() : '#!/bin/bash'}${lineEnd(source)}` }, ...(below ? [{ at: linesSpan(source, below, below), text: '' }] : [])];
    yield {
      at: linePlace(source, 1),
      note: below ? `the '${lineAt(source, below).trim()}' of line ${below} is only a comment there` : /^\s+#!\s*\/\S/.test(first) ? `blanks stand before the '${first.trim()}' of line 1, so that it is only a comment` : first.trim() === '' ? 'line 1 is blank and names no interpreter' : `line 1 is '${first.trim().slice(0, 50)}' and names no interpreter`,
      ...(below ? { related: [{ at: linePlace(source, below), note: 'it counts on line 1 only' }] } : {}),
      confidence: script.service ? 'certain' : 'likely',
      fix: { title: 'name the interpreter on line 1', safe: true, edits: edits as [Edit, ...Edit[]] },
    };
  },
});

/** Line of a `#!` with a shell that stands below comments and blank lines. */
function lineBelow(script: Script): number | undefined {
  for (let line = 2; line <= Math.min(script.source.lineStarts.length, 30); line++) {
    const text = lineAt(script.source, line);
    if (/^\s*#!\s*\/\S*sh\b/.test(text)) return line;
    if (!/^\s*(?:#.*)?$/.test(text)) return undefined;
  }
  return undefined;
}
