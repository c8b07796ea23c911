import { parseCidr, parseIp } from '../../base/ip.ts';
import type { SourceText } from '../../base/text.ts';
import { readIni, type IniStatement } from '../ini.ts';
import type { Statement } from '../statement.ts';

const modelled: Readonly<Record<string, RegExp>> = {
  connection: /^(?:id|type|interface-name|autoconnect)$/,
  'ip-tunnel': /^(?:mode|remote|local)$/,
  ipv4: /^(?:method|address(?:es)?\d*|gateway|route\d+|never-default)$/,
  ipv6: /^(?:method|address(?:es)?\d*|gateway|route\d+|never-default)$/,
};

/** Reads a NetworkManager connection (nm-settings-keyfile(5)). Settings of other sections say nothing of addresses. */
export function readKeyfile(source: SourceText): readonly IniStatement[] {
  return readIni(source, judge, false);
}

function judge(section: string, key: string, value: string): Pick<Statement, 'state' | 'note'> {
  if (!modelled[section]?.test(key)) return { state: 'ignored' };
  if (/^address(?:es)?\d*$/.test(key) && value !== '' && !parseCidr(value.split(/[,;]/)[0]!.trim(), 'host')) return { state: 'wrong', note: `'${value}' is no address` };
  if (key === 'gateway' && value !== '' && !parseIp(value)) return { state: 'wrong', note: `'${value}' is no address` };
  if (/^route\d+$/.test(key) && !parseCidr(value.split(',')[0]!.trim(), 'host')) return { state: 'wrong', note: `'${value}' is no route` };
  return { state: 'modelled' };
}
