import type { SourceText } from '../../base/text.ts';
import { overlookedKey, overlookedSection, type KnownKeys } from '../ini-near.ts';
import { readIni, type IniStatement } from '../ini.ts';
import type { Statement } from '../statement.ts';

const known = /^(?:ExecStart(?:Pre|Post)?|Type|WantedBy|RequiredBy|RemainAfterExit)$/;

/** Keys on which it hangs whether, when and with what commands a service starts. */
const keys: KnownKeys = {
  Unit: ['Description', 'After', 'Before', 'Wants', 'Requires', 'BindsTo', 'Conflicts', 'PartOf'],
  Service: ['ExecStart', 'ExecStartPre', 'ExecStartPost', 'ExecStop', 'ExecStopPost', 'ExecReload', 'Type', 'RemainAfterExit', 'EnvironmentFile', 'Restart', 'ExecCondition'],
  Install: ['WantedBy', 'RequiredBy', 'Alias', 'Also'],
};

/** Reads a unit of systemd: what it runs when it starts is modelled, the rest has no meaning for LVS. */
export function readUnit(source: SourceText): readonly IniStatement[] {
  return readIni(source, (section, key, value) => overlookedKey(keys, section, key) ?? refused(section, key, value) ?? { state: known.test(key) ? 'modelled' : 'ignored' }, true, (section) => overlookedSection(keys, section));
}

/** Values that systemd passes over (`core/service.c: service_type_table`, `basic/parse-util.c: parse_boolean()`). */
function refused(section: string, key: string, value: string): Pick<Statement, 'state' | 'note'> | undefined {
  if (section !== 'Service' || value === '') return undefined;
  if (key === 'Type' && !/^(?:simple|exec|forking|oneshot|dbus|notify|notify-reload|idle)$/.test(value)) return { state: 'wrong', note: `'${value}' is no type of service` };
  if (key === 'RemainAfterExit' && !/^(?:1|0|yes|y|no|n|true|t|false|f|on|off)$/i.test(value)) return { state: 'wrong', note: `'${value}' is neither yes nor no` };
  return undefined;
}
