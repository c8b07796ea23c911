import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'keepalived/unknown-keyword',
  severity: 'error',
  title: 'A keyword is none that keepalived knows.',
  needs: ['services'],
  docs: {
    what: 'A line begins with a word that keepalived.conf(5) does not have, most often a misspelt one; or, with `[lint] keepalived = RELEASE` in .lvs-genrc, one that came after that release.',
    why: 'keepalived logs “Unknown keyword” and goes on without the line: the check, the weight or the notification that it asks for does not exist. A misspelt block loses all that stands in it.',
    repair: 'Spell the word as keepalived.conf(5) does; `keepalived -t` lists what it does not take.',
    exceptions: 'Words of other blocks and words that older versions took have rules of their own; so are files for forks of keepalived not judged.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [
    { kind: 'manual', cite: 'keepalived 2.2.7, lib/parser.c: process_stream()', quote: 'Unknown keyword \'%s\'' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const { at, found, outcome, confidence, releases } of faultsOf(host, 'keepalived', 'newer-keyword')) {
      if (releases?.upTo !== undefined) yield { at, note: `'${found}' came after keepalived ${releases.upTo}: that release and older ones do not know it, and ${outcome}`, confidence, releases: { program: 'keepalived', upTo: releases.upTo } };
    }
    for (const fault of faultsOf(host, 'keepalived', 'unknown-keyword')) {
      yield {
        at: fault.at,
        note: `'${fault.found}' is no keyword${fault.nearest ? `; ${fault.nearest} is` : ''}: ${fault.outcome}`,
        ...(fault.other ? { related: [{ at: fault.other, note: 'the other one' }] } : {}),
        confidence: fault.confidence,
        ...(fault.nearest ? { fix: { title: `write ${fault.nearest}`, safe: false, edits: [{ at: fault.at, text: fault.nearest }] as const } } : {}),
      };
    }
  },
});
