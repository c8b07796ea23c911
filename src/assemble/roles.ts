import { isLoopback } from '../base/ip.ts';
import { kindOn, vipHoldings } from '../model/device.ts';
import { actionsToJudge } from '../model/timeline.ts';
import type { Address } from '../model/host.ts';
import { assignmentsOf, sysctlNumber } from '../model/sysctl.ts';
import type { Script } from '../model/script.ts';
import type { Role } from '../model/words.ts';
import type { HostDraft } from '../parse/draft.ts';

/**
 * What a host is for, as far as its own files tell. A director has an IPVS service, or a script that adds one. A real server holds an address, not its own, where nothing asks for it (lo, dummy, tunl0),
 * put there for LVS: by a script, as an alias of lo, or beside ARP settings. A VIP that the host serves itself makes it no real server.
 */
export function rolesOf(draft: HostDraft): readonly Role[] {
  const roles: Role[] = [];
  const served = new Set(draft.services.flatMap((service) => service.vips.map((vip) => vip.text)));
  if (draft.services.length > 0 || scriptedService(draft)) roles.push('director');
  const settings = hasArpSettings(draft);
  // A director of marks whose VIPs are not known may serve what it holds.
  const unknown = !settings && draft.services.some(({ key, vips }) => key.by === 'fwmark' && vips.length === 0);
  const held = unknown ? [] : vipHoldings(draft).filter((address) => !served.has(address.ip.text) || settings);
  if (held.some((address) => putForLvs(address, settings, draft)) || scriptedVip(draft, settings, settings ? new Set() : served)) roles.push('real-server');
  return roles;
}

function scriptedService(draft: HostDraft): boolean {
  return draft.scripts.some((script) => actionsToJudge(script).some((action) => action.name !== 'stop' && action.steps.some((step) => step.effects.some((effect) => effect.kind === 'ipvs' && (effect.does === 'add-service' || effect.does === 'add-destination')))));
}

function putForLvs(address: Address, settings: boolean, draft: HostDraft): boolean {
  if (settings) return true;
  if (runsRouting(draft) || draft.scripts.some((script) => script.file === address.at.file && isSilentDirector(script))) return false;
  return address.by === 'script' || address.label !== undefined || address.device.startsWith('tunl');
}

/** A script whose ipvsadm lines are all commented out: what it holds is a director's VIP all the same. */
function isSilentDirector({ source }: Script): boolean {
  return /^[ \t]*#.*\bipvsadm[ \t]+(?:-[aA]|--add-)/m.test(source.text) && !/^[^#\n]*\bipvsadm\b/m.test(source.text);
}

/** A routing daemon announces an address of lo as well. */
function runsRouting(draft: HostDraft): boolean {
  return ['etc/frr', 'etc/quagga', 'etc/bird', 'etc/bird.conf'].some((path) => draft.files.list(path).length > 0 || draft.files.read(path).state === 'text');
}

/** A script that puts an address on lo or a tunnel, though which one could not be known (it asks, or its variable is empty) or its own roll-back takes it away again. */
function scriptedVip(draft: HostDraft, settings: boolean, served: ReadonlySet<string>): boolean {
  if (!settings && runsRouting(draft)) return false;
  return draft.scripts.some((script) =>
    (settings || !isSilentDirector(script)) && actionsToJudge(script).some(
      (action) =>
        action.name !== 'stop' &&
        action.steps.some((step) =>
          step.effects.some((effect) => effect.kind === 'address' && effect.does === 'add' && !(effect.ip && (isLoopback(effect.ip) || served.has(effect.ip.text))) && effect.device !== undefined && kindOn(draft, effect.device) !== 'nic' && (settings || effect.label !== undefined)),
        ),
    ),
  );
}

/** ARP settings that only a holder of somebody else's address makes. */
function hasArpSettings(draft: HostDraft): boolean {
  for (const key of draft.sysctls.keys()) {
    if (/^net\/ipv4\/conf\/[^/]+\/arp_(?:ignore|announce)$/.test(key) && assignmentsOf(draft, key).some((line) => (sysctlNumber(line.value) ?? 0) > 0)) return true;
  }
  return draft.scripts.some((script) => actionsToJudge(script).some((action) => action.steps.some((step) => step.effects.some((effect) => effect.kind === 'firewall' && effect.tool === 'arptables'))));
}
