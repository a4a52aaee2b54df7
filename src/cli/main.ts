#!/usr/bin/env node
/**
 * The command line `geartrain`: its first word names a command, the rest is the command's own. Each
 * command is a file, loaded when it is used. This is a program: to import it is to run it.
 *
 *     node_modules/.bin/geartrain serve       the installed package
 *     deno run -A src/cli/main.ts serve       a clone, on Deno
 *     bun src/cli/main.ts serve               or on Bun
 *
 * @module
 */
import process from "node:process";
import { run } from "./run.ts";
import { processTerminal } from "./terminal.ts";

run(process.argv.slice(2), processTerminal()).then((code) => process.exit(code));
