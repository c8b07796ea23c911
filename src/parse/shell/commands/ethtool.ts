import type { Effect } from '../../../model/script.ts';
import { textOf, type Invocation } from './invocation.ts';

/** `ethtool -K DEVICE … lro on|off`: of the features that it switches, the one that a director minds. */
export function ethtool({ args }: Invocation): readonly Effect[] {
  const change = args.findIndex((arg) => /^(?:-K|--offload|--features)$/.test(arg.partial));
  const word = args.findLastIndex((arg, at) => at > change + 1 && /^(?:lro|large-receive-offload|rx-lro)$/.test(arg.partial));
  const state = args[word + 1] && textOf(args[word + 1]!);
  if (change < 0 || word < 0 || (state !== 'on' && state !== 'off')) return [];
  return [{ kind: 'lro', device: args[change + 1] && textOf(args[change + 1]!), on: state === 'on', word: args[word]!.at }];
}
