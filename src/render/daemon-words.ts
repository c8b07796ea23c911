import type { Ip } from '../base/ip.ts';

/** One word of a daemon's configuration, where nothing quotes: it must hold no blank, quote, brace, comment or variable. Throws on another one, which no checked spec has. */
export function plain(word: string | number): string {
  const text = String(word);
  if (!/^[A-Za-z0-9_.,:/?&=%+~@[\]-]+$/.test(text)) throw new TypeError(`found ${JSON.stringify(text)}, expected a plain word`);
  return text;
}

/** `172.16.1.10:80`, `[2001:db8::10]:80`. */
export function endpoint(ip: Ip, port: number): string {
  return ip.family === 6 ? `[${ip.text}]:${port}` : `${ip.text}:${port}`;
}
