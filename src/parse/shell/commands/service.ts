import type { Effect, FirewallEffect } from '../../../model/script.ts';
import type { Arg } from '../words.ts';
import { textOf, type Invocation } from './invocation.ts';

/** Services that hold the host's packet filter: stopping one removes its rules. */
const filters = /^(iptables|ip6tables|nftables|firewalld|arptables|arptables_jf|ebtables|SuSEfirewall2|ufw|shorewall|netfilter-persistent|iptables-persistent)$/;

function service(name: string | undefined, does: string, words: readonly Arg[]): readonly Effect[] {
  const effects: Effect[] = [{ kind: 'service', service: name, does }];
  if (name !== undefined && filters.test(name) && /^(stop|disable --now|flush|panic|clear)$/.test(does)) {
    const flush: FirewallEffect = { kind: 'firewall', tool: 'service', does: 'flush', table: '*', words };
    effects.push(flush);
  }
  return effects;
}

function plain(arg: Arg | undefined): string | undefined {
  return textOf(arg)?.replace(/\.service$/, '');
}

/** `service NAME ACTION`, `rc-service NAME ACTION`, `invoke-rc.d NAME ACTION`. */
export function serviceCommand(call: Invocation): readonly Effect[] {
  const operands = call.args.filter((arg) => !arg.partial.startsWith('-'));
  const does = textOf(operands[1]);
  return operands.length >= 2 && does !== undefined ? service(plain(operands[0]), does, call.args) : [];
}

/** `systemctl [options] ACTION NAME…` */
export function systemctl(call: Invocation): readonly Effect[] {
  const [verb, ...names] = call.args.filter((arg, at) => !arg.partial.startsWith('-') && !/^(-[tpHMso]|--type|--property|--host|--state)$/.test(call.args[at - 1]?.partial ?? ''));
  const does = textOf(verb);
  if (does === undefined || /^(daemon-reload|daemon-reexec|list-.*|show|cat|get-default)$/.test(does)) return [];
  const now = call.args.some((arg) => arg.partial === '--now');
  return names.flatMap((name) => service(plain(name), now && does === 'disable' ? 'disable --now' : does, call.args));
}

/** `chkconfig NAME on`, `update-rc.d NAME defaults`, `rc-update add NAME`. */
export function enableCommand(call: Invocation): readonly Effect[] {
  const words = call.args.filter((arg) => !arg.partial.startsWith('-') && !/^--level|^\d+$/.test(arg.partial));
  const texts = words.map(textOf);
  const added = call.args.find((arg) => arg.partial === '--add' || arg.partial === '--del');
  if (call.name === 'rc-update') return texts[1] === undefined ? [] : service(texts[1], texts[0] === 'add' ? 'enable' : 'disable', call.args);
  if (added) return service(texts[0], added.partial === '--add' ? 'enable' : 'disable', call.args);
  const does = texts[1];
  if (does === undefined) return [];
  return service(texts[0], /^(on|defaults|enable|start|reset)$/.test(does) ? 'enable' : 'disable', call.args);
}

/** `/etc/init.d/NAME ACTION` */
export function initScript(call: Invocation): readonly Effect[] {
  const does = textOf(call.args[0]);
  return does !== undefined && /^[a-z][a-z-]*$/.test(does) ? service(call.name, does, call.args) : [];
}

/** `ufw disable`, `ufw enable`. */
export function ufw(call: Invocation): readonly Effect[] {
  const does = textOf(call.args.find((arg) => !arg.partial.startsWith('-')));
  return does === 'disable' || does === 'reset' ? service('ufw', 'stop', call.args) : does === 'enable' ? service('ufw', 'start', call.args) : [];
}
