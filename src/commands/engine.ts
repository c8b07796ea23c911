/** All that needs the parsers and the rules: a bundle of its own, so that a command which only remembers what they said does not load them. Imported by `import()` only. */
export { inReleases, lookAt } from './look.ts';
export { lookAtFleet } from './fleet.ts';
export { judgePart } from './fleet-part.ts';
export { faultsOf } from './faults.ts';
export { applyFixes } from './fixes.ts';
export { pageOf } from './page-of.ts';
export * as facts from './facts.ts';
export * as rules from './rules.ts';
