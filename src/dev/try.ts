import { gcc } from '../report/gcc.ts';
import { pretty } from '../report/pretty.ts';
import { verdictLine } from '../report/report.ts';
import { casesOf, lookAtCase } from './cases.ts';
import { reportOf } from './report-of.ts';

/** `npm run try -- FAMILY/NAME [CASE]`: what a user sees on the rule's own trees. */
const [rule, only] = process.argv.slice(2);
if (!rule) {
  console.error('usage: npm run try -- FAMILY/NAME [CASE]');
  process.exit(2);
}
const cases = casesOf(rule).filter((one) => only === undefined || one.name === only);
if (cases.length === 0) {
  console.error(`there is no tree under fixtures/rules/${rule}/; npm run new-rule -- ${rule} host makes the first`);
  process.exit(1);
}
for (const one of cases) {
  const report = reportOf(await lookAtCase(one), one.folder, process.stdout.isTTY === true);
  console.log(`── ${one.name}`);
  console.log(process.stdout.isTTY ? pretty(report) : `${gcc(report)}${report.skipped.map((skip) => `skipped ${skip.rule} on ${skip.host}: unseen ${skip.needs.join(', ')}\n`).join('')}${verdictLine(report)}\n`);
  for (const { rule: broken, reason } of (await lookAtCase(one)).verdict.broken) console.log(`BROKEN ${broken}: ${reason}`);
}
