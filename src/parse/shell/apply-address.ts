import { atLeast, strongest } from '../../base/fact.ts';
import { inSubnet, isLoopback } from '../../base/ip.ts';
import type { Address } from '../../model/host.ts';
import type { AddressEffect, Effect, Step } from '../../model/script.ts';
import type { HostDraft } from '../draft.ts';
import { addDevice } from '../network.ts';

/** Adds an address that a script brings up, or takes away what it brings down. An alias holds one address: another one under its label replaces it. */
export function applyAddress(effect: AddressEffect, step: Step, script: string, draft: HostDraft): void {
  const { device } = effect;
  if (device === undefined) return;
  if (effect.does !== 'add') {
    if (atLeast(step.confidence, 'likely')) drop(effect, draft);
    return;
  }
  const { ip } = effect;
  if (!ip) return;
  if (!draft.devices.has(device)) addDevice(draft, device, undefined);
  const held = draft.addresses.findIndex((address) => address.device === device && address.ip.text === ip.text && (effect.tool !== 'ip' || address.prefix === effect.prefix));
  if (held >= 0) {
    const address = draft.addresses[held]!;
    // ifconfig that finds the address there still sets the netmask.
    const anew = effect.tool === 'ifconfig' && effect.prefixWritten && address.label === effect.label && step.confidence === 'certain';
    draft.addresses[held] = { ...address, ...(anew && { prefix: effect.prefix, prefixWritten: true }), confidence: strongest(address.confidence, step.confidence) };
    return;
  }
  if (draft.addresses.some((address) => clashes(address, effect))) return;
  const replaced = effect.tool === 'ifconfig' && step.confidence !== 'possible' ? draft.addresses.findIndex((address) => address.device === device && address.ip.family === ip.family && replaces(effect, address)) : -1;
  if (replaced >= 0) draft.addresses.splice(replaced, 1);
  draft.addresses.push({
    ip, prefix: effect.prefix, prefixWritten: effect.prefixWritten, device, at: step.at, confidence: step.confidence, by: 'script', script,
    ...(effect.label !== undefined && { label: effect.label }), ...(effect.broadcast !== undefined && { broadcast: effect.broadcast }), ...(effect.scope !== undefined && { scope: effect.scope }), ...(effect.noDad && { noDad: effect.noDad }),
  });
}

/** Whether the kernel refuses an address beside another (`net/ipv4/devinet.c: __inet_insert_ifa()`): in one network of a device all have one scope. */
function clashes(held: Address, { device, ip, prefix, scope, tool }: AddressEffect): boolean {
  if (tool !== 'ip' || ip?.family !== 4 || held.device !== device || prefix === undefined || held.prefix !== prefix || held.confidence !== 'certain') return false;
  return inSubnet(ip, { ip: held.ip, prefix }) && held.ip.text !== ip.text && (held.scope ?? 'global') !== (scope ?? 'global') && !isLoopback(ip);
}

/** Gives the address of an alias, or the first of a device, another netmask. */
export function applyNetmask(effect: Extract<Effect, { readonly kind: 'netmask' }>, step: Step, draft: HostDraft): void {
  const at = draft.addresses.findIndex((address) => address.device === effect.device && address.ip.family === 4 && address.label === effect.label);
  if (at >= 0) draft.addresses[at] = { ...draft.addresses[at]!, prefix: atLeast(step.confidence, 'likely') ? effect.prefix : undefined, prefixWritten: true };
}

/** `ifconfig eth0 A` replaces the first address of eth0, `ifconfig eth0:1 A` that of the alias. lo keeps 127.0.0.1 unless lo itself is set. */
function replaces(effect: AddressEffect, held: Address): boolean {
  return effect.label === undefined ? held.label === undefined : held.label === effect.label;
}

function drop(effect: AddressEffect, draft: HostDraft): void {
  const { ip, label, device } = effect;
  const gone = (address: Address): boolean => {
    if (address.device !== device) return false;
    if (ip) return address.ip.text === ip.text;
    if (effect.ipWord && effect.does === 'remove') return false;
    return label === undefined ? effect.does === 'flush' : address.label === label;
  };
  for (let at = draft.addresses.length - 1; at >= 0; at--) if (gone(draft.addresses[at]!)) draft.addresses.splice(at, 1);
}
