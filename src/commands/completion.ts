import { exit, UsageError, type CommandRow, type Io, type OptionRow, type Values } from './command.ts';
import { commands } from './table.ts';

/** `lvs-gen completion SHELL`. */
export async function run([shell]: readonly string[], _values: Values, io: Io): Promise<number> {
  const write = shell === undefined ? undefined : Object.hasOwn(writers, shell) ? writers[shell] : undefined;
  if (!write) throw new UsageError(`completion takes ${Object.keys(writers).join(', ')}${shell === undefined ? '' : `; found '${shell}'`}`);
  io.out(write());
  return exit.clean;
}

const help: OptionRow = { name: 'help', short: 'h', help: 'tell the options' };
const optionsOf = (row: CommandRow): readonly OptionRow[] => [...row.options, help];
/** What an operand or a value may be, where it is no file. */
const words: Readonly<Record<string, string>> = { NAME: 'rules', SHELL: 'bash zsh fish', '[spec|report]': 'spec report' };
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const writers: Readonly<Record<string, () => string>> = { bash, zsh, fish };

function bash(): string {
  const cases = commands.map((row) => {
    const values = row.options.flatMap(({ name, choices }) => (choices ? [`      --${name}) mapfile -t COMPREPLY < <(compgen -W ${quoted(choices.join(' '))} -- "$word"); return ;;`] : []));
    const operand = words[row.operands];
    const operands = row.operands === '' ? '' : operand === undefined ? 'mapfile -t COMPREPLY < <(compgen -f -- "$word")' : operand === 'rules' ? `mapfile -t COMPREPLY < <(compgen -W "$(lvs-gen rules --format ids 2>/dev/null)" -- "$word")` : `mapfile -t COMPREPLY < <(compgen -W ${quoted(operand)} -- "$word")`;
    return `    ${row.name})
      case $previous in
${[...values, `      ${row.options.filter(({ value, choices }) => value && !choices).map(({ name }) => `--${name}`).join('|') || '-'}) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;`].join('\n')}
      esac
      if [[ $word == -* ]]; then mapfile -t COMPREPLY < <(compgen -W ${quoted(optionsOf(row).map(({ name }) => `--${name}`).join(' '))} -- "$word"); ${operands ? `else ${operands}; ` : ''}fi
      ;;`;
  });
  return `# bash completion of lvs-gen, made by: lvs-gen completion bash
_lvs_gen() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W ${quoted([...commands.map(({ name }) => name), '--help', '--version'].join(' '))} -- "$word")
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac
}
complete -o filenames -F _lvs_gen lvs-gen
`;
}

function zsh(): string {
  const brackets = (text: string): string => text.replace(/[[\]:]/g, '\\$&');
  const cases = commands.map((row) => {
    const specs = optionsOf(row).map(({ name, value, choices, multiple, help: text }) => quoted(`${multiple ? '*' : ''}--${name}[${brackets(text)}]${value ? `:${value}:${choices ? `(${choices.join(' ')})` : '_files'}` : ''}`));
    const operand = words[row.operands];
    if (row.operands) specs.push(operand === undefined ? "'*:file:_files'" : operand === 'rules' ? "'1:rule:($(lvs-gen rules --format ids 2>/dev/null))'" : `'1:word:(${operand})'`);
    return `    ${row.name}) _arguments ${specs.join(' ')} ;;`;
  });
  return `#compdef lvs-gen
# zsh completion of lvs-gen, made by: lvs-gen completion zsh
_lvs_gen() {
  if ((CURRENT == 2)); then
    local -a commands=(${commands.map(({ name, summary }) => quoted(`${name}:${summary.replaceAll(':', '\\:')}`)).join(' ')})
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${cases.join('\n')}
  esac
}
compdef _lvs_gen lvs-gen
`;
}

function fish(): string {
  const lines = commands.flatMap((row) => {
    const here = `-n '__fish_seen_subcommand_from ${row.name}'`;
    const operand = words[row.operands];
    return [
      `complete -c lvs-gen -n __fish_use_subcommand -f -a ${row.name} -d ${quoted(row.summary)}`,
      ...optionsOf(row).map(({ name, short, value, choices, help: text }) => `complete -c lvs-gen ${here}${short ? ` -s ${short}` : ''} -l ${name}${value ? ` -r${choices ? ` -f -a ${quoted(choices.join(' '))}` : ''}` : ''} -d ${quoted(text)}`),
      ...(operand === undefined ? (row.operands ? [] : [`complete -c lvs-gen ${here} -f`]) : [`complete -c lvs-gen ${here} -f -a ${operand === 'rules' ? "'(lvs-gen rules --format ids 2>/dev/null)'" : quoted(operand)}`]),
    ];
  });
  return `# fish completion of lvs-gen, made by: lvs-gen completion fish\n${lines.join('\n')}\n`;
}
