import type { Assignment as ShellAssignment } from 'unbash';
import type { Assigned } from '../../model/script.ts';
import { expandFields, expandString, expansion, type Expansion } from './expand.ts';
import type { Field } from './fields.ts';
import { indexText } from './parameter.ts';
import type { Frame } from './run.ts';
import type { State } from './state.ts';
import { append, storeArray, storeElement, store } from './store.ts';
import { isKnown, knownText, unknownText } from './value.ts';

const maxAssigned = 4_000;

/** Carries out `name=value`, `name+=value`, `name[i]=value`, `name=(…)`, and notes it when it stands at top level. Returns what its expansion noted. */
export function assign(node: ShellAssignment, frame: Frame, state: State): Expansion {
  const ex = expansion(frame, state);
  const { name, value } = node;
  let shown: Field;
  if (value.type === 'ArrayValue') {
    const elements: { key?: string; text: string }[] = [];
    let open = false;
    for (const element of value.elements) {
      const keyed = /^\[([^\]]*)\]=/.exec(element.text);
      if (keyed) {
        const whole = expandString(element, ex).text;
        const key = /^\[([^\]]*)\]=/.exec(whole);
        elements.push(key ? { key: key[1]!.replace(/^(["'])(.*)\1$/s, '$2'), text: whole.slice(key[0].length) } : { text: unknownText });
        continue;
      }
      for (const field of expandFields(element, ex)) {
        if (field.many || (!isKnown(field.text) && !element.text.startsWith('"'))) open = true;
        if (!field.many) elements.push({ text: field.text });
      }
    }
    storeArray(state, name, elements, open, node.append === true);
    shown = { text: open ? unknownText : elements.map((element) => element.text).join(' '), many: false };
  } else {
    shown = expandString(value, ex);
    const index = node.index && indexText(node.index, name, ex);
    if (index !== undefined) storeElement(state, name, index, node.append ? unknownText : shown.text);
    else if (node.append) append(state, name, shown.text);
    else store(state, name, shown.text, shown.from);
  }
  const { run } = frame;
  if (frame.recording && !frame.dispatched && frame.within === undefined && !frame.subshell && run.records === 'outside' && run.assigned.length < maxAssigned) {
    const assigned: Assigned = { name, value: { text: knownText(shown.text), ...(ex.unset.length > 0 && { unset: ex.unset }) }, at: frame.source.span(node.pos, node.end) };
    run.assigned.push(assigned);
  }
  return ex;
}
