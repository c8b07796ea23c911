import { rulePage } from '../lint/page.ts';
import type { SarifRule } from '../report/sarif.ts';
import { rules } from '../../rules/index.ts';

/** A rule of ours as SARIF tells it; undefined for those of others. */
export function pageOf(id: string): SarifRule | undefined {
  const rule = rules.find((one) => one.id === id);
  return rule && { id, title: rule.title, severity: rule.severity, help: rulePage(rule) };
}
