import { lineAt, offsetAt, spanAt } from '../../src/base/text.ts';
import { scriptRule, type Fix } from '../../src/lint/rule.ts';
import { concernsCluster, everyStep, inScript } from '../../src/model/timeline.ts';
import type { Script, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/bad-redirect',
  severity: 'warning',
  title: 'A redirect is misspelt.',
  needs: ['scripts'],
  docs: {
    what: 'A redirect lost a character: `sysctl -p /dev/null` for `> /dev/null`, `2&1` for `2>&1`, `& > /dev/null` for `&> /dev/null`, `2>1` for `2>&1`. Or a number stands right before one (`echo 1>/proc/sys/…`) and is read as a stream.',
    why: 'The command then reads /dev/null as its file and loads nothing, runs in the background while the script goes on, or leaves a file named 1 behind. None of it gives an error.',
    repair: '`COMMAND >/dev/null 2>&1`: first where the output goes, then the errors to the same place.',
    references: ['https://www.gnu.org/software/bash/manual/html_node/Redirections.html', 'https://www.shellcheck.net/wiki/SC2210'],
  },
  proof: [{ kind: 'manual', cite: 'bash(1), Duplicating File Descriptors', quote: 'The operator [n]>&word is used similarly to duplicate output file descriptors.' }],
  since: '0.1.0',
  *check({ script }) {
    if (!concernsCluster(script) || script.syntaxErrors.length > 0) return;
    for (const { step } of everyStep(script, (each) => inScript(script, each.at) && each.words.length > 0)) {
      const slip = lostArrow(step) ?? background(script, step) ?? fileNamedOne(step) ?? numberOfStream(step);
      if (slip) yield { at: step.at, note: slip.note, confidence: step.confidence === 'possible' ? 'likely' : step.confidence, ...(slip.fix ? { fix: slip.fix } : {}) };
    }
  },
});

interface Slip {
  readonly note: string;
  readonly fix?: Fix;
}

/** /dev/null as a plain word of a command that has no use for it. */
function lostArrow(step: Step): Slip | undefined {
  const at = step.words.findIndex((word, index) => index > 0 && word.raw === '/dev/null');
  const word = step.words[at];
  if (!word || !/^(?:sysctl|ifconfig|ip|route|ipvsadm|iptables|arping|modprobe|touch|service|echo)$/.test(step.name ?? '')) return undefined;
  if (step.name === 'echo' && step.redirects.length === 0) return undefined;
  const what = step.name === 'sysctl' ? 'sysctl loads /dev/null, which sets nothing' : `${step.name} gets /dev/null as an argument`;
  return { note: `${what}: the '>' before it is lost`, fix: { title: "write '> /dev/null'", safe: false, edits: [{ at: word.at, text: '> /dev/null' }] } };
}

/** `command & > /dev/null` and `command 2&1`: the command goes into the background. */
function background(script: Script, step: Step): Slip | undefined {
  const line = lineAt(script.source, step.at.endLine);
  const behind = line.slice(step.at.endColumn - 1);
  const start = offsetAt(script.source, step.at.endLine, step.at.endColumn);
  const redirect = /^\s*&\s+>{1,2}\s*\/dev\/null/.exec(behind);
  if (redirect) return { note: `'${redirect[0].trim()}' sends the command into the background, and redirects nothing`, fix: { title: "write '&> /dev/null'", safe: false, edits: [{ at: spanAt(script.source, start, start + redirect[0].length), text: ' > /dev/null 2>&1' }] } };
  const last = step.words.at(-1);
  if (last?.raw !== '2' || !/^&1(?:\s|;|$)/.test(behind) || step.redirects.length === 0) return undefined;
  const from = offsetAt(script.source, last.at.line, last.at.column);
  return { note: "'2&1' runs the command in the background with an argument 2, and then a command named 1", fix: { title: "write '2>&1'", safe: false, edits: [{ at: spanAt(script.source, from, start + 2), text: '2>&1' }] } };
}

/** `2>1`, `> 1`: a file named 1 or 2. */
function fileNamedOne(step: Step): Slip | undefined {
  const redirect = step.redirects.find((each) => /^[12]?>>?$/.test(each.operator) && /^[12]$/.test(each.target?.raw ?? ''));
  if (!redirect?.target) return undefined;
  return { note: `the output goes into a file named '${redirect.target.raw}'`, ...(redirect.operator === '2>' && redirect.target.raw === '1' ? { fix: { title: "write '2>&1'", safe: false, edits: [{ at: redirect.target.at, text: '&1' }] } } : {}) };
}

/** `echo 1>/proc/sys/…`: the number is read as a stream. */
function numberOfStream(step: Step): Slip | undefined {
  const redirect = step.redirects.find((each) => /^\d+>>?$/.test(each.operator) && /^\/proc\/sys\//.test(each.target?.text ?? ''));
  const [number, arrow] = /^(\d+)(>>?)$/.exec(redirect?.operator ?? '')?.slice(1) ?? [];
  if (!redirect || number === undefined || arrow === undefined || step.name !== 'echo' || step.words.length !== 1) return undefined;
  return {
    note: `'${number}>' names stream ${number}, so that ${number === '1' ? 'an empty line is written, which sets nothing' : 'nothing is written'}`,
    fix: { title: `write '${number} ${arrow}'`, safe: false, edits: [{ at: { ...redirect.at, endLine: redirect.at.line, endColumn: redirect.at.column + redirect.operator.length }, text: `${number} ${arrow}` }] },
  };
}
