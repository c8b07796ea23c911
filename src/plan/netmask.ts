import { networkOf, type Cidr } from '../base/ip.ts';

/** `255.255.255.0` for 24: what ifconfig and `ipvsadm -M` take. */
export function dottedMask(prefix: number): string {
  return networkOf({ ip: { family: 4, text: '255.255.255.255' }, prefix }).ip.text;
}

/** The last address of a network; of a host address (/32) and a point-to-point net (/31) the address itself, which ifconfig wants to be told lest it takes that of the class. */
export function broadcastOf({ ip, prefix }: Cidr): string {
  if (prefix >= 31) return ip.text;
  const network = networkOf({ ip, prefix }).ip.text.split('.').map(Number);
  const mask = dottedMask(prefix).split('.').map(Number);
  return network.map((part, index) => part | (~mask[index]! & 255)).join('.');
}
