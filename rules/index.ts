// Written by npm run accept: every rule under rules/.
import type { Rule } from '../src/lint/rule.ts';
import arpAnnounceMissing from './arp/announce-missing.ts';
import arpIgnoreMissing from './arp/ignore-missing.ts';
import arpSettingsOnLoOnly from './arp/settings-on-lo-only.ts';
import scriptEmptyAddress from './script/empty-address.ts';
import scriptFirewallFlushed from './script/firewall-flushed.ts';
import scriptInitHeaderMissing from './script/init-header-missing.ts';
import scriptIpvsTableCleared from './script/ipvs-table-cleared.ts';
import scriptLoBounce from './script/lo-bounce.ts';
import scriptReadPrompt from './script/read-prompt.ts';
import scriptStartVipBeforeArp from './script/start-vip-before-arp.ts';
import scriptStatusTestsLiteral from './script/status-tests-literal.ts';
import vipNetmaskWideOnLo from './vip/netmask-wide-on-lo.ts';

/** Every rule, by id. */
export const rules: readonly Rule[] = [
  arpAnnounceMissing,
  arpIgnoreMissing,
  arpSettingsOnLoOnly,
  scriptEmptyAddress,
  scriptFirewallFlushed,
  scriptInitHeaderMissing,
  scriptIpvsTableCleared,
  scriptLoBounce,
  scriptReadPrompt,
  scriptStartVipBeforeArp,
  scriptStatusTestsLiteral,
  vipNetmaskWideOnLo,
];
