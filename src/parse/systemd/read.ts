import type { SourceText } from '../../base/text.ts';
import { readIni, type IniStatement } from '../ini.ts';

const known = /^(?:ExecStart(?:Pre|Post)?|Type|WantedBy|RequiredBy|RemainAfterExit)$/;

/** Reads a unit of systemd: what it runs when it starts is modelled, the rest has no meaning for LVS. */
export function readUnit(source: SourceText): readonly IniStatement[] {
  return readIni(source, (_, key) => ({ state: known.test(key) ? 'modelled' : 'ignored' }), true);
}
