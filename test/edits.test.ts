import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { memoryFiles } from '../src/base/file-set.ts';
import { sourceText, spanAt, type SourceText } from '../src/base/text.ts';
import { moveUp, removeCommands, replaceCommand, standsAlone, straightBetween } from '../src/lint/edits.ts';
import { applyEdits } from '../src/lint/fix.ts';
import type { Edit } from '../src/lint/rule.ts';
import { startSteps, stopSteps, timeline } from '../src/model/timeline.ts';
import { readScript } from '../src/parse/shell/read.ts';

const source = (text: string): SourceText => sourceText('h', 'etc/init.d/x', text);
const place = (of: SourceText, part: string) => spanAt(of, of.text.indexOf(part), of.text.indexOf(part) + part.length);
const script = (text: string) => readScript(source(text), { files: memoryFiles('h', new Map([['etc/init.d/x', text]])) });

test('a command that stands alone goes with its line; beside another it leaves a colon', () => {
  const alone = source('a\n  b c\nd\n');
  assert.is(applyEdits(alone, removeCommands(alone, [place(alone, 'b c')])), 'a\nd\n');
  const beside = source('a; b c; d\n');
  assert.is(applyEdits(beside, removeCommands(beside, [place(beside, 'b c')])), 'a; :; d\n');
});

test('a body is never left empty', () => {
  const text = source('if x; then\n  one\n  two\nfi\n');
  assert.is(applyEdits(text, removeCommands(text, [place(text, 'one'), place(text, 'two')])), 'if x; then\n  :\nfi\n');
  const branch = source('case $1 in\nstart)\n  one\n  ;;\nesac\n');
  assert.is(applyEdits(branch, removeCommands(branch, [place(branch, 'one')])), 'case $1 in\nstart)\n  ;;\nesac\n');
});

test('a continued line is no line of its own', () => {
  const text = source('a \\\n  b\nc\n');
  assert.not(standsAlone(text, place(text, 'b')));
  assert.ok(standsAlone(text, place(text, 'c')));
});

test('lines move up only within straight code', () => {
  const straight = source('  a\n  # why b\n  b\n  last\n');
  assert.is(applyEdits(straight, moveUp(straight, place(straight, 'last'), place(straight, 'a')) as readonly Edit[]), '  last\n  a\n  # why b\n  b\n');
  const bent = source('a\nif x; then\n  c1\nfi\n');
  assert.is(moveUp(bent, place(bent, 'c1'), spanAt(bent, 0, 1)), undefined);
  assert.not(straightBetween(bent, spanAt(bent, 0, 1), place(bent, 'c1')));
});

test('a command that shares its line is replaced by one command only', () => {
  const text = source('a; b\n');
  assert.is(replaceCommand(text, place(text, 'b'), ['x', 'y']), undefined);
  assert.equal(replaceCommand(text, place(text, 'b'), ['x'])?.text, 'x');
});

test('a timeline is what stands before the dispatch, the branch, what stands behind it', () => {
  const whole = script('#!/bin/sh\none\ncase "$1" in\nstart) two ;;\nstop) three; exit 0 ;;\nesac\nfour\n');
  assert.equal(startSteps(whole).map((step) => step.name), ['one', 'two', 'four']);
  assert.equal(stopSteps(whole).map((step) => step.name), ['one', 'three', 'exit']);
  assert.is(timeline(whole, 'status'), undefined);
  const flat = script('#!/bin/sh\none\ntwo\n');
  assert.equal(startSteps(flat).map((step) => step.name), ['one', 'two']);
  assert.equal(stopSteps(flat), []);
});

test('removing any commands of a straight script leaves the others as they are', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('alpha', 'beta', 'gamma'), { minLength: 1, maxLength: 12 }), fc.array(fc.nat(11)), (names, chosen) => {
      const text = source(names.map((name, at) => `${name}${at}\n`).join(''));
      const gone = new Set(chosen.filter((at) => at < names.length));
      const places = [...gone].map((at) => place(text, `${names[at]}${at}`));
      const left = names.map((name, at) => `${name}${at}\n`).filter((_, at) => !gone.has(at)).join('');
      assert.is(applyEdits(text, removeCommands(text, places)), left);
    }),
  );
});

test.run();
