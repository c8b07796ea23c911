/** The shape of a rule's `proof.json` (told in proof.ts), as types and as a JSON Schema. */
import { Ajv } from 'ajv';

/** A host of a proof. What a case says replaces what the proof says, which replaces what the ready-made cluster says, field by field. */
export interface ProofHost {
  readonly role?: 'client' | 'router' | 'director' | 'real-server';
  /** Device → its wire, and its addresses with prefix length. */
  readonly devices?: Readonly<Record<string, { readonly wire: string; readonly addresses?: readonly string[] }>>;
  readonly gateway?: string;
  /** The folder of the case that is this host's root; default: the host's own name. */
  readonly tree?: string;
  /** The commands that bring the host up, in order. */
  readonly boot?: readonly string[];
  /** Commands before and after `boot`, whoever said what that is. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  /** Ports that a real server's web server listens on (default 80). */
  readonly listen?: readonly number[];
  readonly without?: readonly string[];
  /** How long all of its commands together may take. */
  readonly seconds?: number;
}

/** One thing to measure, and what is right; exactly one of the kinds. */
export interface Measure {
  readonly requests?: number;
  readonly from?: string;
  readonly to?: string;
  readonly expect?: Readonly<Record<string, number | string>>;
  readonly fails?: true;
  readonly arp?: { readonly asks?: string; readonly for?: string; readonly answers: readonly string[] };
  readonly owner?: { readonly asks?: string; readonly is: readonly string[] };
  readonly run?: string;
  readonly on?: string;
  readonly seconds?: number;
  readonly exit?: number;
  readonly prints?: string;
  readonly lacks?: string;
  readonly leaves?: { readonly on: string; readonly commands: readonly string[]; readonly changes?: readonly string[]; readonly nothing?: true };
}

/** A case: one measure, or several in order. */
export interface ProofCase extends Measure {
  readonly hosts?: Readonly<Record<string, ProofHost>>;
  readonly measures?: readonly Measure[];
}

/** A whole proof.json. */
export interface ProofPage {
  readonly cluster?: 'dr' | 'nat' | 'tun';
  readonly addresses?: Readonly<Record<string, string>>;
  readonly port?: number;
  readonly scheduler?: string;
  readonly hosts?: Readonly<Record<string, ProofHost>>;
  readonly cases: Readonly<Record<string, ProofCase>>;
}

const text = { type: 'string' };
const texts = { type: 'array', items: text };
const only = (properties: object, required: readonly string[] = []): object => ({ type: 'object', additionalProperties: false, properties, required });
const by = (values: object): object => ({ type: 'object', additionalProperties: values });

const host = only({
  role: { enum: ['client', 'router', 'director', 'real-server'] },
  devices: by(only({ wire: text, addresses: texts }, ['wire'])),
  gateway: text,
  tree: text,
  boot: texts,
  before: texts,
  after: texts,
  listen: { type: 'array', items: { type: 'integer' } },
  without: texts,
  seconds: { type: 'integer' },
});

const measure = {
  requests: { type: 'integer', minimum: 1 },
  from: text,
  to: text,
  expect: by({ anyOf: [{ type: 'integer' }, { type: 'string', pattern: '^(>|>=|<|<=)[0-9]+$' }] }),
  fails: { const: true },
  arp: only({ asks: text, for: text, answers: texts }, ['answers']),
  owner: only({ asks: text, is: texts }, ['is']),
  run: text,
  on: text,
  seconds: { type: 'integer' },
  exit: { type: 'integer' },
  prints: text,
  lacks: text,
  leaves: only({ on: text, commands: texts, changes: texts, nothing: { const: true } }, ['on', 'commands']),
};

/** JSON Schema of a proof.json. */
export const proofSchema = only(
  {
    cluster: { enum: ['dr', 'nat', 'tun'] },
    addresses: only({ vip: text, dip: text, web1: text, web2: text, router: text, client: text, outside: text }),
    port: { type: 'integer' },
    scheduler: text,
    hosts: by(host),
    cases: { ...by(only({ ...measure, hosts: by(host), measures: { type: 'array', items: only(measure) } })), minProperties: 1 },
  },
  ['cases'],
);

const validate = new Ajv({ allErrors: true }).compile(proofSchema);

const kinds = ['requests', 'arp', 'owner', 'run', 'leaves'] as const;

/** The measures of a case, in order. */
export const measuresOf = ({ hosts: _, measures = [], ...own }: ProofCase): readonly Measure[] => (kinds.some((kind) => own[kind] !== undefined) ? [own, ...measures] : measures);

const measureMistakes = (name: string, one: Measure): readonly string[] => {
  const named = kinds.filter((kind) => one[kind] !== undefined);
  return [
    ...(named.length === 1 ? [] : [`${name}: a measure is exactly one of ${kinds.join(', ')}; found ${named.join(' and ') || 'none'}`]),
    ...(one.requests !== undefined && (one.expect === undefined) === (one.fails === undefined) ? [`${name}: requests want either "expect" or "fails": true`] : []),
    ...(one.run !== undefined && one.on === undefined ? [`${name}: "run" wants "on", a host`] : []),
    ...(one.run !== undefined && one.exit === undefined && one.prints === undefined && one.lacks === undefined ? [`${name}: "run" wants "exit", "prints" or "lacks"`] : []),
    ...(one.leaves !== undefined && (one.leaves.changes === undefined) === (one.leaves.nothing === undefined)
      ? [`${name}: "leaves" wants either "changes" or "nothing": true`]
      : []),
  ];
};

/** Reads the text of a proof.json: the page, or what is wrong with it. Never throws. */
export const readProofPage = (source: string): { readonly page?: ProofPage; readonly mistakes: readonly string[] } => {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    return { mistakes: [String((error as Error).message)] };
  }
  if (!validate(value)) return { mistakes: (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`) };
  const page = value as ProofPage;
  const names = Object.keys(page.cases);
  const mistakes = [
    ...Object.entries(page.cases).flatMap(([name, each]) => {
      const measures = measuresOf(each);
      return measures.length === 0 ? [`${name}: nothing is measured`] : measures.flatMap((one) => measureMistakes(name, one));
    }),
    ...(names.some((name) => name.startsWith('bad-')) && names.some((name) => /^(good|fixed)-/.test(name))
      ? []
      : ['a proof shows a bad-* case to break and a good-* (or fixed-*) case to work: it wants one of each']),
    ...(page.cluster === undefined && page.hosts === undefined ? ['either "cluster" or "hosts" must say what stands where'] : []),
  ];
  return mistakes.length > 0 ? { mistakes } : { page, mistakes };
};
