import type { Effect } from '../../../model/script.ts';
import { deviceOf, type Invocation } from './invocation.ts';

/** ifup and ifdown: a device goes up or down; an alias brings or takes the address that its configuration holds. */
export function ifupdown(call: Invocation): readonly Effect[] {
  const up = call.name === 'ifup';
  const operands = call.args.filter((arg, at) => !arg.partial.startsWith('-') && !/^(-i|--interfaces|--exclude|-X|--state-dir|-o)$/.test(call.args[at - 1]?.partial ?? ''));
  return operands.map((arg): Effect => {
    const { device, label, alias } = deviceOf(arg.partial.includes('ifcfg-') ? { ...arg, partial: arg.partial.slice(arg.partial.lastIndexOf('ifcfg-') + 6) } : arg);
    if (!alias) return { kind: 'link', device, up };
    return { kind: 'address', does: up ? 'add' : 'remove', device, ...(label !== undefined && { label }), ip: undefined, prefix: undefined, prefixWritten: false, tool: 'ifup' };
  });
}
