import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sourceText, spanAt } from '../src/base/text.ts';
import type { Finding } from '../src/lint/rule.ts';
import { checkstyle } from '../src/report/checkstyle.ts';
import { gcc } from '../src/report/gcc.ts';
import { github } from '../src/report/github.ts';
import { json } from '../src/report/json.ts';
import { junit } from '../src/report/junit.ts';
import { pretty } from '../src/report/pretty.ts';
import { sarif } from '../src/report/sarif.ts';
import type { Report } from '../src/report/report.ts';

const source = sourceText('web1', 'etc/init.d/real', '#!/bin/bash\n\tifconfig lo down # "<&>"\n');
const finding: Finding = {
  rule: 'script/lo-bounce',
  severity: 'error',
  confidence: 'likely',
  title: 'A script takes lo down.',
  note: 'lo goes down: \u001b[31m"<&>"\n::error::x, 100%',
  at: spanAt(source, 13, 29),
  related: [
    { at: spanAt(source, 0, 11), note: 'here' },
    { at: { host: 'web1', default: 'kernel default of x' }, note: 'a default' },
  ],
  fix: { title: 'delete the line', safe: false, edits: [{ at: spanAt(source, 12, 38), text: '' }] },
};
const report: Report = {
  version: '1.2.3',
  hosts: [{ name: 'web1', root: 'out/web 1', roles: ['real-server'] }],
  findings: [finding],
  skipped: [{ rule: 'route/dr-gateway-is-dip', host: 'web1', needs: ['gateway'] }],
  unread: [{ at: spanAt(source, 0, 11), text: '#!/bin/bash' }],
  files: 1,
  openPath: (_host, file) => `out/web 1/${file}`,
  source: () => source,
  color: false,
  quiet: false,
};

test('gcc: one line a finding, no control characters', () => {
  assert.is(gcc(report), 'out/web 1/etc/init.d/real:2:2: error: A script takes lo down: lo goes down: \\x1b[31m"<&>" ::error::x, 100% [script/lo-bounce]\n');
});

test('pretty: an abbreviation at the beginning of a title stays one', () => {
  assert.match(pretty({ ...report, findings: [{ ...finding, title: 'FTP is balanced.' }] }), /: FTP is balanced /);
});

test('json: the shape of the contract', () => {
  const parsed = JSON.parse(json(report));
  assert.equal(Object.keys(parsed), ['version', 'tool', 'hosts', 'findings', 'skipped', 'unread', 'summary']);
  const [first] = parsed.findings;
  assert.equal([first.rule, first.host, first.file, first.line, first.column, first.endLine, first.endColumn], ['script/lo-bounce', 'web1', 'etc/init.d/real', 2, 2, 2, 18]);
  assert.is(first.related[1].default, 'kernel default of x');
  assert.equal(parsed.summary, { error: 1, warning: 0, info: 0, files: 1, hosts: 1 });
});

test('pretty: the line, a caret under it even behind a tab, related places, the verdict', () => {
  const text = pretty(report);
  assert.match(text, /^error\[script\/lo-bounce\]: a script takes lo down \(likely\)$/m);
  assert.match(text, /2 \| \tifconfig lo down.*\n\s+\| \t\^{16}\n/);
  assert.match(text, /1 error in 1 file of 1 host, 1 check skipped, 1 line not understood/);
  assert.not.match(text, /\u001b/);
  assert.match(pretty({ ...report, color: true }), /\u001b\[/);
});

test('github: a finding stays one command', () => {
  const text = github(report);
  assert.is(text.split('\n').length, 2);
  assert.match(text, /^::error file=out\/web 1\/etc\/init\.d\/real,line=2,endLine=2,col=2,endColumn=17,title=script\/lo-bounce%3A/);
  assert.match(text, /100%25/);
});

test('xml formats are well-formed for hostile text', () => {
  for (const text of [checkstyle(report), junit(report), junit({ ...report, findings: [] }), checkstyle({ ...report, findings: [] })]) {
    assert.match(text, /^<\?xml version="1\.0"/);
    // Every tag closes: what is left after removing complete elements, inside out, is the prologue alone.
    let rest = text.replace(/^<\?xml[^>]*\?>\n/, '');
    for (let before = ''; before !== rest; ) [before, rest] = [rest, rest.replace(/<(\w+)(?: [\w:]+="[^"<]*")*(?:\/>|>[^<]*<\/\1>)/g, '')];
    assert.is(rest.trim(), '', text);
    assert.not.match(text, /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
  }
});

test('sarif: rules, results, related places and fixes', () => {
  const { runs } = JSON.parse(sarif(report, () => ({ id: 'script/lo-bounce', title: 't', severity: 'error', help: '# page' })));
  const [result] = runs[0].results;
  assert.is(runs[0].tool.driver.rules[result.ruleIndex].id, 'script/lo-bounce');
  assert.is(result.locations[0].physicalLocation.artifactLocation.uri, 'out/web%201/etc/init.d/real');
  assert.is(result.relatedLocations.length, 1);
  assert.is(result.fixes[0].artifactChanges[0].replacements[0].deletedRegion.startLine, 2);
});

test.run();
