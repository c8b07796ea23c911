import { parseArgs, type ParseArgsConfig } from 'node:util';
import { maxFileBytes } from './base/file-set.ts';
import { nearest } from './base/text.ts';
import { exit, texts, UsageError, type CommandRow, type Io, type Values } from './commands/command.ts';
import { helpOf, helpOfAll } from './commands/help.ts';
import { commands } from './commands/table.ts';

/** Set by the build. */
declare const LVS_GEN_VERSION: string;
declare const LVS_GEN_EDITION: string;
const version = typeof LVS_GEN_VERSION === 'string' ? LVS_GEN_VERSION : '0.0.0-dev';

const io: Io = {
  cwd: process.cwd(),
  env: process.env,
  version,
  ...(typeof LVS_GEN_EDITION === 'string' && { edition: LVS_GEN_EDITION }),
  out: (text) => void process.stdout.write(text),
  drained: () => (process.stdout.writableNeedDrain ? new Promise((resolve) => process.stdout.once('drain', resolve)) : Promise.resolve()),
  err: (text) => void process.stderr.write(text),
  outIsTerminal: process.stdout.isTTY === true,
  errIsTerminal: process.stderr.isTTY === true,
  ...(process.stdin.isTTY === true && process.stderr.isTTY === true && { ask }),
  streams: { input: process.stdin, output: process.stdout },
  stdin: readStdin,
};

// A reader that went away (`lvs-gen lint | head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.once('SIGINT', () => process.exit(130));

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // By name: each bundle has a class of its own.
    if (error instanceof Error && error.name === 'UsageError') {
      io.err(`lvs-gen: ${error.message}\n`);
      process.exitCode = exit.usage;
    } else {
      io.err(`lvs-gen: a defect of lvs-gen itself: ${error instanceof Error ? error.stack : String(error)}\n`);
      process.exitCode = 70;
    }
  },
);

async function main(args: readonly string[]): Promise<number> {
  const [first, ...rest] = args;
  if (first === '--version' || first === '-V') {
    io.out(`lvs-gen ${version}\n`);
    return exit.clean;
  }
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    const named = first === 'help' ? commands.find((row) => row.name === rest[0]) : undefined;
    (first === undefined ? io.err : io.out)(named ? helpOf(named) : helpOfAll(commands));
    return first === undefined ? exit.usage : exit.clean;
  }
  const row = commands.find((command) => command.name === first);
  if (!row) {
    const near = nearest(first, commands.map((command) => command.name));
    throw new UsageError(`there is no command '${first}'${near ? `; did you mean '${near}'?` : ''} (lvs-gen --help lists them)`);
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    io.out(helpOf(row));
    return exit.clean;
  }
  const { operands, values } = parse(row, rest);
  return (await row.load()).run(operands, values, io);
}

function parse(row: CommandRow, args: readonly string[]): { readonly operands: readonly string[]; readonly values: Values } {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const option of row.options) {
    options[option.name] = { type: option.value ? 'string' : 'boolean', ...(option.short ? { short: option.short } : {}), ...(option.multiple ? { multiple: true } : {}) };
  }
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(usageMessage(row, error as Error));
  }
  if (parsed.positionals.length > row.max) throw new UsageError(`${row.name} takes ${row.max === 0 ? 'no operand' : `at most ${row.max}`}, found '${parsed.positionals[row.max]}'`);
  const values = parsed.values as Values;
  for (const option of row.options) {
    const wrong = option.choices && texts(values, option.name).find((value) => !option.choices!.includes(value));
    if (wrong !== undefined) {
      const near = nearest(wrong, option.choices!);
      throw new UsageError(`--${option.name} takes ${option.choices!.join(', ')}; found '${wrong}'${near ? `; did you mean '${near}'?` : ''}`);
    }
  }
  return { operands: parsed.positionals, values };
}

function usageMessage(row: CommandRow, error: Error): string {
  const unknown = /^Unknown option '(-[^']+)'/.exec(error.message)?.[1];
  const near = unknown && nearest(unknown.replace(/^-+/, ''), row.options.map((option) => option.name));
  return unknown ? `${row.name} has no option '${unknown}'${near ? `; did you mean '--${near}'?` : ''} (lvs-gen ${row.name} --help lists them)` : error.message;
}

async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.once('SIGINT', () => process.exit(130));
  try {
    return await terminal.question(question);
  } catch {
    // Ctrl-D: the end of input is no answer.
    process.exit(130);
  } finally {
    terminal.close();
  }
}

async function readStdin(most = maxFileBytes): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    total += (chunk as Buffer).length;
    if (total > most) throw new UsageError(`standard input is larger than ${most >> 20} MB`);
  }
  return Buffer.concat(chunks);
}
