/** The comments on what the package exports: each says something, and what one looks up first gives an example. */
import { publicEntries } from "../entries.ts";
import { command } from "../suite/command.ts";
import { runtimeProgram } from "../suite/plan.ts";

interface Declaration {
  readonly kind: string;
  readonly jsDoc?: { readonly doc?: string; readonly tags?: readonly { readonly kind: string }[] };
}

interface Exports {
  readonly nodes: Readonly<
    Record<string, {
      readonly symbols: readonly {
        readonly name: string;
        readonly declarations: readonly Declaration[];
      }[];
    }>
  >;
}

/** What PHP's manual tells of, name by name. */
const IN_PHPS_MANUAL = /^(GEARMAN|gearman)_/;

/** What one looks up first, beside classes and functions. */
const MAIN_OPTIONS = /^((Client|Worker|Admin|JobServer|Submit|Background|Add)Options|Schedule)$/;

/** Returns what is exported without a comment, or without an example. */
export async function commentTroubles(): Promise<string[]> {
  const entries = publicEntries().map(({ source }) => source)
    // The adapters of one runtime are what they replace; the command line is nobody's to import.
    .filter((source) => !/workerd\.ts$|^src\/cli\//.test(source));
  const { stdout } = await command(runtimeProgram("deno"), ["doc", "--json", ...entries]);
  const { nodes } = JSON.parse(stdout) as Exports;
  const troubles = Object.values(nodes).flatMap(({ symbols }) => symbols)
    .filter(({ name }) => !IN_PHPS_MANUAL.test(name))
    .map(({ name, declarations }) => troubleOf(name, declarations));
  return [...new Set(troubles)].filter((trouble) => trouble !== undefined);
}

function troubleOf(name: string, declarations: readonly Declaration[]): string | undefined {
  // A second name for something.
  if (declarations.some(({ kind }) => kind === "reference")) return undefined;
  if (!declarations.some(({ jsDoc }) => jsDoc?.doc)) {
    return `Expected a comment on ${name}, found none`;
  }
  const wantsExample = MAIN_OPTIONS.test(name) ||
    declarations.some(({ kind }) => kind === "class" || kind === "function");
  const hasExample = declarations.some(({ jsDoc }) =>
    jsDoc?.tags?.some(({ kind }) => kind === "example")
  );
  return wantsExample && !hasExample ? `Expected an example of ${name}, found none` : undefined;
}
