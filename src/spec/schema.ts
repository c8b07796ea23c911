import schema from './v1.schema.json' with { type: 'json' };

/** A piece of the JSON Schema, as far as messages need it. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly errorMessage?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, SchemaNode | boolean>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly propertyNames?: SchemaNode;
  readonly items?: SchemaNode;
}

const root = schema as unknown as SchemaNode & { readonly definitions: Readonly<Record<string, SchemaNode>> };

/** The JSON Schema of the spec, as `lvs-gen schema` prints it and as src/spec/v1.schema.json has it. */
export function schemaText(): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** The schema of the value at a path; undefined where no value may stand. */
export function schemaAt(path: readonly (string | number)[]): SchemaNode | undefined {
  let node: SchemaNode | undefined = root;
  for (const step of path) {
    const next: SchemaNode | boolean | undefined = typeof step === 'number' ? node.items : node.properties && Object.hasOwn(node.properties, step) ? node.properties[step] : node.additionalProperties;
    if (typeof next !== 'object') return undefined;
    node = resolved(next);
  }
  return node;
}

/** The schema that a node refers to, with what the node itself adds to it. */
export function resolved(node: SchemaNode): SchemaNode {
  if (node.$ref === undefined) return node;
  return { ...root.definitions[node.$ref.replace('#/definitions/', '')], ...node };
}
