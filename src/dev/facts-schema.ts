import { ArrayType, createFormatter, createParser, createProgram, DEFAULT_CONFIG, ObjectType, SchemaGenerator, type BaseType, type CompletedConfig, type NodeParser, type SubNodeParser } from 'ts-json-schema-generator';

type Node = Parameters<SubNodeParser['supportsNode']>[0];

/** The schema of what `facts --format json` prints, as the types of the model say: src/commands/facts.schema.json. */
export function factsSchema(): string {
  const config: CompletedConfig = { ...DEFAULT_CONFIG, path: 'src/commands/facts-file.ts', tsconfig: 'tsconfig.json', type: 'FactsFile', skipTypeCheck: true, additionalProperties: true };
  const program = createProgram(config);
  const parser = createParser(program, config, (all) => {
    // The generator knows neither: JSON carries maps as objects and sets as arrays.
    all.addNodeParser({
      supportsNode: (node: Node) => /^Readonly(?:Map|Set)</.test(node.getSourceFile() ? node.getText() : '') && 'typeArguments' in node,
      createType(node, context): BaseType {
        const parts = (node as Node & { readonly typeArguments: readonly Node[] }).typeArguments.map((part) => (all as unknown as NodeParser).createType(part, context));
        return parts.length === 2 ? new ObjectType(`map-${node.getSourceFile().fileName}-${node.pos}`, [], [], parts[1]!) : new ArrayType(parts[0]!);
      },
    });
  });
  const schema = new SchemaGenerator(program, parser, createFormatter(config), config).createSchema('FactsFile');
  return `${JSON.stringify(schema, null, 2)}\n`;
}
