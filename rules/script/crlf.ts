import { spanAt } from '../../src/base/text.ts';
import { linePlace } from '../../src/lint/edits.ts';
import { scriptRule, type Edit } from '../../src/lint/rule.ts';

export default scriptRule({
  id: 'script/crlf',
  severity: 'error',
  title: 'A script has the line ends of Windows.',
  needs: ['scripts'],
  docs: {
    what: 'Lines of the script end in CR LF.',
    why: 'The kernel looks for an interpreter named `/bin/bash` with a carriage return at its end and finds none ("bad interpreter"). Called as `bash script`, every last word of a line holds the carriage return: no pattern of the case matches, and addresses are invalid.',
    repair: '`sed -i "s/\\r$//" FILE` (or dos2unix), and an editor that keeps LF.',
    references: ['https://www.shellcheck.net/wiki/SC1017'],
  },
  proof: [{ kind: 'kernel-source', version: '6.1', cite: 'fs/binfmt_script.c: load_script()', quote: 'i_end = strnchr(bprm->buf, sizeof(bprm->buf), \'\\n\');' }],
  since: '0.1.0',
  *check({ script }) {
    const { source } = script;
    const at = source.text.indexOf('\r\n');
    if (at < 0) return;
    const edits: Edit[] = [];
    for (let next = at; next >= 0; next = source.text.indexOf('\r\n', next + 2)) edits.push({ at: spanAt(source, next, next + 1), text: '' });
    const first = spanAt(source, at, at + 1).line;
    yield {
      at: linePlace(source, first),
      note: `${edits.length === 1 ? 'this line ends' : `${edits.length} lines end`} in CR LF${first === 1 ? ': the kernel looks for an interpreter whose name ends in a carriage return' : ''}`,
      fix: { title: 'end lines in LF', safe: true, edits: edits as [Edit, ...Edit[]] },
    };
  },
});
