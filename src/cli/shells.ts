/** Completion scripts: the commands and flags, in the words of each shell. */
import type { Flag } from "./flags.ts";

/** A command, as far as a shell completes it. */
export interface Completed {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
}

/** The shells, and what makes a script for each. */
export const SHELLS: Readonly<Record<string, (commands: readonly Completed[]) => string>> = {
  bash,
  zsh,
  fish,
};

/** The first line of a help text. */
function lineOf({ help }: Flag): string {
  return help.split("\n", 1)[0];
}

/** Flags whose value is a file. */
function takesFile({ value }: Flag): boolean {
  return value === "FILE" || value === "PATH";
}

function bash(commands: readonly Completed[]): string {
  const spellings = (flag: Flag) => [`--${flag.name}`, ...flag.short ? [`-${flag.short}`] : []];
  const cases = commands.map(({ name, flags }) => {
    const withValue = flags.filter(({ value }) => value !== undefined);
    const files = withValue.filter(takesFile).flatMap(spellings);
    const others = withValue.filter((flag) => !takesFile(flag)).flatMap(spellings);
    return `    ${name})
      words="${flags.map(({ name }) => `--${name}`).join(" ")}"
      files="${files.join(" ")}"
      values="${others.join(" ")}"
      ;;
`;
  });
  return `# bash completion for geartrain
_geartrain() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local words="" files="" values=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")} help" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join("")}    help)
      words="${commands.map(({ name }) => name).join(" ")}"
      ;;
  esac
  case " $files " in
    *" $previous "*)
      COMPREPLY=($(compgen -f -- "$current"))
      return
      ;;
  esac
  case " $values " in
    *" $previous "*) return ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _geartrain geartrain
`;
}

/** Text within single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function zsh(commands: readonly Completed[]): string {
  // In a specification of _arguments, brackets and colons have a meaning.
  const plain = (text: string) => text.replace(/[[\]\\:]/g, "\\$&");
  const action = (flag: Flag) => takesFile(flag) ? "_files" : " ";
  const specOf = (flag: Flag, spelling: string) =>
    quoted(
      `${flag.isList ? "*" : ""}${spelling}[${plain(lineOf(flag))}]` +
        (flag.value === undefined ? "" : `:${flag.value}:${action(flag)}`),
    );
  const cases = commands.map(({ name, flags }) => {
    const specs = flags.flatMap((flag) => [
      specOf(flag, flag.value === undefined ? `--${flag.name}` : `--${flag.name}=`),
      ...flag.short ? [specOf(flag, `-${flag.short}`)] : [],
    ]);
    return `    ${name})
      _arguments -s \\
        ${specs.join(" \\\n        ")} \\
        '*: :_files'
      ;;
`;
  });
  const list = commands.map(({ name, summary }) => `    ${quoted(`${name}:${plain(summary)}`)}\n`);
  return `#compdef geartrain
# zsh completion for geartrain
_geartrain() {
  local -a commands=(
${list.join("")}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join("")}    help)
      _describe command commands
      ;;
  esac
}
# Sourced, it is made known; in fpath, it is called.
if [ "$funcstack[1]" = "_geartrain" ]; then
  _geartrain "$@"
else
  compdef _geartrain geartrain
fi
`;
}

function fish(commands: readonly Completed[]): string {
  const text = (text: string) => `'${text.replace(/['\\]/g, "\\$&")}'`;
  const names = commands.map(({ name }) => name).join(" ");
  const lines = commands.flatMap(({ name, summary, flags }) => [
    `complete -c geartrain -n __fish_use_subcommand -f -a ${name} -d ${text(summary)}`,
    `complete -c geartrain -n '__fish_seen_subcommand_from help' -f -a ${name}`,
    ...flags.map((flag) =>
      [
        `complete -c geartrain -n '__fish_seen_subcommand_from ${name}'`,
        `-l ${flag.name}`,
        ...flag.short ? [`-s ${flag.short}`] : [],
        ...flag.value === undefined ? [] : [takesFile(flag) ? "-r -F" : "-x"],
        `-d ${text(lineOf(flag))}`,
      ].join(" ")
    ),
  ]);
  return `# fish completion for geartrain
complete -c geartrain -n 'not __fish_seen_subcommand_from ${names}' -f -a help -d 'tell of a command'
${lines.join("\n")}
`;
}
