import { hostRule, type Problem } from '../../src/lint/rule.ts';
import { isAddress, type PiranhaConfig } from '../../src/model/piranha.ts';

export default hostRule({
  id: 'piranha/primary-backup',
  severity: 'error',
  title: 'The file of Piranha names no pair of directors that pulse can run.',
  needs: ['services'],
  docs: {
    what: '`backup_active = 1` stands without a `backup`; or a `backup` is named and `backup_active` is left out; or `primary` is left out; or both are the same host.',
    why: 'Without the address of the backup pulse clears backup_active and nobody takes over. Where backup_active is left out it is 0, and pulse on the backup exits at its start. Without a primary every director takes itself for the backup: pulse exits, or binds to an address that it does not have.',
    repair: 'On both directors: `primary = 192.168.14.50`, `backup = 192.168.14.51`, `backup_active = 1`; without a second director `backup_active = 0`.',
    exceptions: '`backup_active = 0` is a single director, whatever `backup` and `heartbeat` say: pulse itself never looks at `heartbeat`.',
    references: ['https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/6/html/load_balancer_administration/'],
  },
  proof: [
    { kind: 'manual', cite: 'Piranha, pulse.c: main()', quote: 'Undefined backup node marked as active? -- clearing that!' },
    { kind: 'manual', cite: 'Piranha, pulse.c: main()', quote: 'We are backup node and backup is marked inactive -- exiting pulse' },
  ],
  since: '0.1.0',
  *check({ host }) {
    // Where a line is refused, or left to a template, it may be the one that seems to be missing.
    if (host.piranha?.whole) yield* flawsOf(host.piranha);
  },
});

function* flawsOf({ at, primary, backup, backupActive }: PiranhaConfig): Iterable<Problem> {
  if (!primary) yield { at, note: 'primary is left out: every director takes itself for the backup, and pulse does not run' };
  if (backupActive?.value && !isAddress(backup?.value)) {
    yield {
      at: backupActive.at,
      note: backup ? `backup is ${backup.value}: pulse clears backup_active, and nobody takes over` : 'backup is left out: pulse clears backup_active, and nobody takes over',
      ...(backup ? { related: [{ at: backup.at, note: 'names no host' }] } : {}),
    };
  }
  if (!backupActive && backup && isAddress(backup.value)) yield { at: backup.at, note: `backup_active is left out, which counts as 0: pulse on ${backup.value} exits, and nobody takes over` };
  if (primary && backup && backupActive?.value && primary.value === backup.value) yield { at: backup.at, note: `backup is ${backup.value}, as primary is: there is no second director`, related: [{ at: primary.at, note: 'the primary' }] };
}
