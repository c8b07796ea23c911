import type { Forwarding } from '../model/words.ts';

/** What somebody who begins knows of a cluster: one director, its real servers, one service. Addresses as they were typed. */
export interface Answers {
  readonly name: string;
  readonly forwarding: Forwarding;
  readonly vip: string;
  readonly port: number | string;
  readonly scheduler: string;
  readonly dip: string;
  readonly device: string;
  readonly vipDevice?: string;
  /** Next hop of the director. */
  readonly gateway?: string;
  readonly rips: readonly string[];
  /** Next hop of the real servers. */
  readonly realGateway?: string;
}

/** A spec of version 1 as text, laid out for people. Nothing is checked: reading it does that. */
export function specFromAnswers({ name, forwarding, vip, port, scheduler, dip, device, vipDevice, gateway, rips, realGateway }: Answers): string {
  const show = JSON.stringify;
  const director = { device, dip, ...(vipDevice !== undefined && { vipDevice }), ...(gateway !== undefined && { gateway }) };
  const servers = rips.map((rip, at) => `    ${show(`web${at + 1}`)}: ${line({ device: 'eth0', rip, ...(realGateway !== undefined && { gateway: realGateway }) })}`);
  const destinations = rips.map((_, at) => `        ${line({ realServer: `web${at + 1}`, weight: 1 })}`);
  return `{
  "$schema": "./lvs-gen.schema.json",
  "version": 1,
  "name": ${show(name)},
  "forwarding": ${show(forwarding)},
  "directors": {
    "lvs1": ${line(director)}
  },
  "realServers": {
${servers.join(',\n')}
  },
  "services": [
    {
      "vip": ${show(vip)}, "protocol": "tcp", "port": ${show(port)}, "scheduler": ${show(scheduler)},
      "destinations": [
${destinations.join(',\n')}
      ]
    }
  ]
}
`;
}

function line(fields: Readonly<Record<string, unknown>>): string {
  return `{ ${Object.entries(fields).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(', ')} }`;
}
