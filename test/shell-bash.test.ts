import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { memoryFiles } from '../src/base/file-set.ts';
import { sourceText } from '../src/base/text.ts';
import type { Step } from '../src/model/script.ts';
import { readScript } from '../src/parse/shell/read.ts';

/**
 * The evaluator against bash itself: generated scripts print words with `out`, a function that only bash knows. What the evaluator says is known has to be what bash
 * passes; where it decides every test, also the order and the number of the commands.
 */
const prelude = `out() { local k=$1; shift; printf '%s' "$k"; local w; for w in "$@"; do w=\${w//$'\\n'/|}; w=\${w//</(}; printf '<%s>' "\${w//>/)}"; done; echo; }\n`;

interface Shown {
  readonly key: string;
  /** Undefined: unknown; `many`: any number of words. */
  readonly words: readonly (string | undefined | 'many')[];
  readonly certain: boolean;
}

const many = 'many' as const;

function predicted(script: string): readonly Shown[] {
  const read = readScript(sourceText('h', 'etc/init.d/x', script), { files: memoryFiles('.', new Map()) });
  const steps: Step[] = read.actions.flatMap((action) => action.steps);
  return steps
    .filter((step) => step.name === 'out' && !step.effects.some((effect) => effect.kind === 'exit'))
    .map((step) => {
      const words = step.words as readonly (Step['words'][number] & { readonly gone: boolean; readonly many: boolean })[];
      return { key: words[1]?.text ?? '?', words: words.slice(2).filter((word) => !word.gone).map((word) => (word.many ? many : word.text?.replaceAll('\n', '|').replaceAll('<', '(').replaceAll('>', ')'))), certain: step.confidence === 'certain' };
    });
}

function matches(shown: Shown, key: string, words: readonly string[]): boolean {
  if (shown.key !== key) return false;
  const fits = (at: number, from: number): boolean => {
    if (at === shown.words.length) return from === words.length;
    const word = shown.words[at];
    if (word === many) return Array.from({ length: words.length - from + 1 }, (_, take) => from + take).some((next) => fits(at + 1, next));
    if (from >= words.length) return false;
    return (word === undefined || word === words[from]) && fits(at + 1, from + 1);
  };
  return fits(0, 0);
}

const folder = mkdtempSync(join(tmpdir(), 'shell-'));

function real(script: string): readonly { readonly key: string; readonly words: readonly string[] }[] {
  const run = spawnSync('bash', ['-c', `${prelude}${script}`, '/etc/init.d/x'], { cwd: folder, encoding: 'utf8', timeout: 2_000, input: '' });
  return run.stdout.split('\n').filter((line) => /^@\d+/.test(line)).map((line) => {
    const key = /^@\d+/.exec(line)![0];
    return { key, words: [...line.slice(key.length).matchAll(/<([^>]*)>/g)].map((match) => match[1]!) };
  });
}

/** The arm for no argument is no action (caseBranch), so that nothing is said of it where a `case` asks for the script's own argument. */
const withoutArgument = (key: string, shown: readonly Shown[]): boolean => key === '@9002' && shown.some((one) => one.key === '@9001' && one.words[0] === 'dots');

/** What the evaluator says of a script is so when bash runs it. */
function check(script: string, decided: boolean): void {
  const shown = predicted(script);
  const lines = real(script);
  if (decided) {
    lines.forEach((line, at) => {
      if (!shown[at] || !matches(shown[at]!, line.key, line.words)) assert.unreachable(`line ${at}: bash ${line.key}${JSON.stringify(line.words)}, predicted ${JSON.stringify(shown[at])}\n${script}`);
    });
    assert.is(shown.length, lines.length, `predicted ${JSON.stringify(shown.slice(lines.length))} too much\n${script}`);
  } else {
    for (const line of lines) if (!withoutArgument(line.key, shown) && !shown.some((one) => matches(one, line.key, line.words))) assert.unreachable(`bash ${line.key}${JSON.stringify(line.words)}, predicted ${JSON.stringify(shown.filter((one) => one.key === line.key))}\n${script}`);
  }
}

let next = 0;
const text = fc.constantFrom('10.0.0.1', 'eth0:1', 'a b', '', ' x ', '80', 'lo', 'start', '7', '08', 'a-b-c', 'x=y', 'wlc', '192.168.1.0/24', 'a:b:c', "it's", 'A1', '3');
const name = fc.constantFrom('a', 'b', 'c', 'v1', 'LIST');
const array = fc.constantFrom('r', 's');
const quoteSingle = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`;

const expansion: fc.Arbitrary<string> = fc.oneof(
  name.map((n) => `$${n}`), name.map((n) => `\${${n}}`), name.map((n) => `\${${n}:-d 1}`), name.map((n) => `\${${n}-z}`), name.map((n) => `\${${n}:+alt}`), name.map((n) => `\${#${n}}`),
  name.map((n) => `\${${n}%.*}`), name.map((n) => `\${${n}%%:*}`), name.map((n) => `\${${n}#*.}`), name.map((n) => `\${${n}##*[.:]}`), name.map((n) => `\${${n}/a/b}`), name.map((n) => `\${${n}//[0-9]/_}`), name.map((n) => `\${${n}/%1/E}`), name.map((n) => `\${${n}/#1/F}`),
  name.map((n) => `\${${n}:1:3}`), name.map((n) => `\${${n}: -2}`), name.map((n) => `\${${n}^^}`), name.map((n) => `\${${n},}`), fc.tuple(name, name).map(([n, m]) => `\${${n}:-$${m}}`), fc.tuple(name, name).map(([n, m]) => `\${${n}:=$${m}q}`), fc.tuple(name, name).map(([n, m]) => `\${${n}%"$${m}"}`),
  array.map((n) => `\${${n}[0]}`), array.map((n) => `\${${n}[1]}`), array.map((n) => `\${${n}[@]}`), array.map((n) => `\${${n}[*]}`), array.map((n) => `\${#${n}[@]}`), array.map((n) => `\${!${n}[@]}`), array.map((n) => `\${${n}[@]:1}`), array.map((n) => `\${${n}[i]}`), array.map((n) => `\${${n}[@]%.*}`), array.map((n) => `$${n}`),
  fc.constantFrom('$1', '$2', '$#', '$@', '$*', '${1:-none}', '${@:2}', '$0', '$?'),
  fc.constantFrom('$((i+1))', '$((2*3-1))', '$(( 7 / 2 % 3 ))', '$((i<2?5:6))', '$((0x1f & 10))', '$((i==0||1))', '$((-i))', '$((i++))', '$((1<<4))'),
);
const substitution: fc.Arbitrary<string> = fc.oneof(
  name.map((n) => `$(echo $${n})`), name.map((n) => `$(echo "$${n}" | cut -d. -f1)`), name.map((n) => `$(echo "$${n}" | awk -F. '{print $NF}')`), name.map((n) => `$(echo $${n} | tr a-z A-Z)`), name.map((n) => `$(echo $${n} | sed 's/[0-9]/N/g')`), name.map((n) => `$(echo "$${n}" | sed -e 's#a#//#' -e 's/b\\(.\\)/\\1/')`),
  fc.constantFrom('$(basename /etc/init.d/lvs)', '`dirname /usr/sbin/ip`', '$(seq 2 4)', "$(printf '%s-%d\\n' q 7)", '$(echo -n x; echo y)', '$(echo a; echo b | grep a)', '`echo \\`echo in\\``', '$(false; echo $?)', '$(f1 p)', '$(expr 3 + 4)', "$(echo 'a b  c' | awk '{print $2, $3}')", "$(printf 'x\\ny\\nz\\n' | head -n 2 | tail -1)", '$(cat <<< here)', '$(wc -l <<< x)', '$(echo "p q" | while read m n; do echo $n$m; done)', '$(uname)'),
);
const unknown = fc.constantFrom('$RANDOM', '$HOSTNAME', '"$PPID"', '$(date +%s)', '${SECONDS}0');

function wordOf(vague: boolean): fc.Arbitrary<string> {
  const inner = vague ? fc.oneof({ weight: 6, arbitrary: expansion }, { weight: 2, arbitrary: substitution }, { weight: 1, arbitrary: unknown }) : fc.oneof({ weight: 6, arbitrary: expansion }, { weight: 2, arbitrary: substitution });
  return fc.oneof(
    text.map(quoteSingle), text.filter((one) => /^[\w.:/-]+$/.test(one)), inner, inner.filter((one) => !one.includes('"') && !one.includes('`')).map((one) => `"${one}"`), fc.tuple(inner, inner).map(([a, b]) => `${a}:${b}`), inner.filter((one) => !one.includes('"') && !one.includes('`')).map((one) => `"pre ${one} post"`), inner.map((one) => `x${one}y`),
    fc.constantFrom('{1..3}', 'e{a,b}f', '{$a,"$b"}', 'lo:{0..1}', 'a\\ b', '"q\\"q\\$a\\\\"', '""', "$'t\\tu'", '{x,}y'),
  );
}

const fixed = (make: (key: string) => string): fc.Arbitrary<string> => fc.constant(0).map(() => make(`@${++next}`));

function testOf(vague: boolean): fc.Arbitrary<string> {
  const known = fc.oneof(
    fc.tuple(name, text).map(([n, t]) => `[ "$${n}" = ${quoteSingle(t)} ]`), name.map((n) => `[ -z "$${n}" ]`), name.map((n) => `[ -n "$${n}" ]`), fc.tuple(name, name).map(([n, m]) => `[ "$${n}" != "$${m}" ]`), name.map((n) => `[ $${n} = lo ]`), name.map((n) => `[ x$${n} = xlo -o "$${n}" = 80 ]`), name.map((n) => `[ ! "$${n}" ]`), name.map((n) => `[ "$${n}" -gt 5 ]`),
    name.map((n) => `[[ $${n} == *.* ]]`), name.map((n) => `[[ -n $${n} && $${n} != lo ]]`), name.map((n) => `[[ $${n} =~ ^[0-9]+$ ]]`), fc.constantFrom('true', 'false', '((i>1))', '! true', '[ $# -gt 0 ]', '[ $i -lt 2 ]', 'test -n x', '[ ]', 'f1 q', 'echo "$a" | grep -q 0', '[ "$1" ] && [ "$2" ]', '[ $? -eq 0 ]', '[ 1 -eq 1 -a "" = "" ]', '( exit 1 )', 'case $a in lo) true;; *) false;; esac'),
  );
  return vague ? fc.oneof({ weight: 2, arbitrary: known }, { weight: 1, arbitrary: fc.constantFrom('[ $RANDOM -gt 16000 ]', 'ls /proc/$RANDOM >/dev/null 2>&1', '[ "$HOSTNAME" = lvs1 ]', 'kill -0 $RANDOM 2>/dev/null') }) : known;
}

/** Without calls of generated functions, which might go round in a circle. */
const flat = (body: string): string => body.replace(/\bf[12]\b(?!\()/g, ':').replace(/\bf[12]\(/g, 'f3(');

function statements(vague: boolean, depth: number): fc.Arbitrary<string> {
  return fc.array(statement(vague, depth), { minLength: 1, maxLength: depth > 1 ? 5 : 3 }).map((lines) => lines.join('\n'));
}

function statement(vague: boolean, depth: number): fc.Arbitrary<string> {
  const word = wordOf(vague);
  const condition = testOf(vague);
  const out = fc.array(word, { minLength: 1, maxLength: 3 }).chain((words) => fixed((key) => `out ${key} ${words.join(' ')}`));
  const assignment = fc.oneof(
    fc.tuple(name, word).map(([n, w]) => `${n}=${w.includes('{') && /^[\w]*\{[^$]/.test(w) ? 'k' : w}`), fc.tuple(name, text).map(([n, t]) => `${n}+=${quoteSingle(t)}`), fc.tuple(array, fc.array(word, { maxLength: 3 })).map(([n, words]) => `${n}=(${words.join(' ')})`), fc.tuple(array, word).map(([n, w]) => `${n}+=(${w})`), fc.tuple(array, text).map(([n, t]) => `${n}[1]=${quoteSingle(t)}`), name.map((n) => `unset ${n}`), fc.tuple(name, text).map(([n, t]) => `export ${n}=${quoteSingle(t)}`),
    fc.constantFrom('i=$((i+1))', 'let i+=2', '((i--))', 'i=0', 'set -- p "q r"', 'shift', 'set -- $a', 'IFS=:', 'IFS=$\' \\t\\n\'', 'eval "c=\\$a"', 'read a b <<< "one two three"', 'IFS=. read a b c <<< "$v1"', 'read -r c < <(echo z)', 'declare -i i=i+1', 'printf -v b "%03d" 5', 'a=1 b=2 out_nothing 2>/dev/null', 'true', 'mapfile -t r <<< $\'l1\\nl2\'', 'unset "r[0]"', 'readonly ro=1'),
  );
  const simple = fc.oneof({ weight: 3, arbitrary: out }, { weight: 3, arbitrary: assignment });
  if (depth === 0) return simple;
  const body = statements(vague, depth - 1);
  const compound = fc.oneof(
    fc.tuple(condition, body, fc.option(body)).map(([c, t, e]) => `if ${c}; then\n${t}\n${e === null ? '' : `else\n${e}\n`}fi`),
    fc.tuple(condition, body, condition, body, body).map(([c, t, d, e, o]) => `if ${c}; then\n${t}\nelif ${d}; then\n${e}\nelse\n${o}\nfi`),
    fc.tuple(name, fc.array(word, { maxLength: 3 }), body).map(([n, words, b]) => `for ${n} in ${words.join(' ')}; do\n${b}\ndone`),
    fc.tuple(array, body).map(([n, b]) => `for v1 in "\${${n}[@]}"; do\n${b}\n[ "$v1" = lo ] && break\ndone`),
    fc.tuple(body).map(([b]) => `for ((j=0;j<3;j++)); do\n${b}\n[ $j = 1 ] && continue\nout @9000 $j\ndone`),
    fc.tuple(name, body, body).map(([n, b, d]) => `case $${n} in\nlo|eth*)\n${b}\n;;\n*.*) out @9001 dots ;;\n"") out @9002 ;;\n*)\n${d}\n;;\nesac`),
    fc.tuple(condition, simple).map(([c, s]) => `${c} && ${s}`), fc.tuple(condition, simple).map(([c, s]) => `${c} || ${s}`), fc.tuple(condition, simple, simple).map(([c, s, r]) => `${c} && ${s} || ${r}`),
    body.map((b) => `f1() {\nlocal a=$1 LIST\n${flat(b)}\nreturn 3\n}`), fc.array(word, { maxLength: 3 }).chain((words) => fixed((key) => `f1 ${words.join(' ')}\nout ${key} $? "$a"`)), fc.tuple(body, simple).map(([b, s]) => `f2() {\n${flat(b)}\n[ -n "$1" ] || return 1\n${flat(s)}\n}\nf2 "$@"`),
    body.map((b) => `(\n${b}\n)`), body.map((b) => `{\n${b}\n}`), body.map((b) => `while read c v1; do\n${b}\ndone <<EOF\n$a 1\n2 $b z\nEOF`), body.map((b) => `echo "k l" | while read a b; do\n${b}\ndone`), body.map((b) => `n=0; while [ $n -lt 2 ]; do\nn=$((n+1))\n${b}\ndone`), body.map((b) => `until false; do\n${b}\nbreak\ndone`),
  );
  return fc.oneof({ weight: 2, arbitrary: simple }, { weight: 2, arbitrary: compound });
}

const settings = { numRuns: Number(process.env['SHELL_RUNS'] ?? 100), ...(process.env['SHELL_SEED'] ? { seed: Number(process.env['SHELL_SEED']) } : {}), verbose: 0, includeErrorInReport: true };
const start = "i=0; a=10.0.0.1; r=(one 'two 2' 3.x)\n";

test('words that are known are what bash passes, in scripts where everything is decided', () => {
  fc.assert(fc.property(statements(false, 2), (script) => check(start + script, false)), settings);
});

test('the same with tests and values that nobody knows', () => {
  fc.assert(fc.property(statements(true, 2), (script) => check(start + script, false)), settings);
});

test('idioms of init scripts', () => {
  const idioms = [
    'VIP=10.0.0.1; for p in 80 443; do out @1 -t $VIP:$p; done',
    'RIPS="10.0.0.2 10.0.0.3"; n=0; for r in $RIPS; do out @1 lo:$n $r; n=`expr $n + 1`; done; out @2 $n',
    'prog=$(basename $0); LOCK=/var/lock/subsys/$prog; out @1 $LOCK',
    'while IFS=, read -r vip port rest; do out @1 "$vip" "$port" "$rest"; done <<< $\'10.0.0.1,80,a,b\\n10.0.0.2,443\'',
    'add() { local vip=$1; shift; for r; do out @1 $vip $r; done; }; add v r1 "r 2"; out @2 "$vip"',
    'VIPS=(10.0.0.1 10.0.0.2); for i in "${!VIPS[@]}"; do out @1 lo:$i ${VIPS[$i]}; done',
    'for ((i=0;i<${#A[@]};i++)); do out @1; done; A=(x y); for ((i=0;i<${#A[@]};i++)); do out @2 ${A[i]}; done',
    'set -- -v 10.0.0.1 -p 80; while getopts v:p: o; do case $o in v) out @1 $OPTARG;; p) out @2 $OPTARG;; esac; done; shift $((OPTIND-1)); out @3 $#',
    'VIP=; out @1 $VIP broadcast $VIP netmask 255.255.255.255; out @2 "$VIP"; out @3 $VIP:80',
    'x="a b"; y=$x; out @1 $y "$y"; z="$@"; out @2 "$z"',
    'f() { return 2; }; f; case $? in 2) out @1 two;; esac; f || out @2 $?; if ! f; then out @3; fi',
    'i=5; while :; do i=$((i-1)); [ $i -le 2 ] && break; done; out @1 $i',
    'VIP1=1.1.1.1; VIP2=2.2.2.2; for n in 1 2; do eval v=\\$VIP$n; out @1 $v; w=VIP$n; out @2 ${!w}; done',
    'cfg="10.0.0.1:80 rr"; set -- $cfg; out @1 ${1%:*} ${1##*:} $2',
    'out @1 $(for i in 1 2; do echo $i; done); out @2 "$(printf "%s\\n" a b)"',
    'set -e; false || out @1; true && out @2; if false; then :; fi; out @3; false; out @4',
    'set -u; out @1 x; out @2 $nothing; out @3',
    'if [ 1 = 2 ]; then :; else out @1 $?; fi; if [[ 1 = 2 ]]; then :; elif ((0)); then :; else out @2 $?; fi; if false; then :; fi; out @3 $?',
    'until false; do out @1 $?; break; done; false; for x in a b; do out @2 $?; done; false; for ((j=0;j<2;j++)); do out @3 $?; done; false; for x in; do :; done; out @4 $?; false; for ((;0;)); do :; done; out @5 $?',
    'false; case a in a) out @1 $?;; esac; false; case a in b) :;; esac; out @2 $?; false; case a in a) ;; esac; out @3 $?; false; eval "out @4 \\$?"; false; eval ""; out @5 $?',
    's=("" x); out @1 ${s[@]}; IFS=:; out @2 ${s[@]} a${s[@]}; s=(x ""); out @3 ${s[*]}',
    'x=${nothing:?gone}; out @1', '( : ${nothing:?gone} ) 2>/dev/null; out @1 $?',
    'f() { exit 3; }; (f); out @1 $?; x=$(f); out @2 $?; f; out @3',
    'a=1; b=$a$((a++)); out @1 $a $b; let "a = a * 4"; out @2 $a',
    'declare -A m=([x]=1 ["y z"]=2); out @1 ${m[x]} "${m[y z]}" ${#m[@]}; m[x]+=0; out @2 ${m[x]}',
    'case "a.b" in a?b) out @1;; esac; case x in [!a-w]) out @2;; esac; case "a*" in "a*") out @3;; esac',
    "IFS=:; v='a:b::c:'; out @1 $v; set -- $v; out @2 $#; out @3 \"$*\"",
    'x=5; f() { local x=6; g; }; g() { x=7; }; f; out @1 $x; f() { x=8; }; f; out @2 $x',
    "cat <<'E' | while read l; do out @1 \"$l\"; done\n$a b\nE\nout @2", 'while read l; do out @1 "$l"; done <<-E\n\tq $i\n\tE\nout @2',
    'true; out @1 $?; false; out @2 $?; x=$(exit 4); out @3 $?; ! true; out @4 $?',
    'for i in 1 2 3; do for j in 1 2; do [ $j = 2 ] && continue 2; out @1 $i$j; done; out @2; done; out @3',
    'trap "echo x" EXIT; out @1; exec 3>&1; out @2; { out @3; } 2>/dev/null; out @4 ${x-unset} ${x:-e}',
    'echo "${x:-it}" >/dev/null; y="${x:-a\\"b}"; out @1 "$y"; out @2 "${x:-$(echo q)}"', 'out @1 "a\\\nb" c\\\nd; out @2 \'a\\\nb\'',
    'a="x y"; b=($a "$a"); out @1 ${#b[@]}; b=("${b[@]}" z); out @2 "${b[@]: -1}" "${b[@]:1:2}"', 'echo 1 2 3 | { read a b; out @1 "$b"; }; out @2 "$b"',
  ];
  for (const idiom of idioms) check(idiom, true);
});

test.after(() => rmSync(folder, { recursive: true, force: true }));

test.run();
