/** The command line itself, as a program for tests. */
import "../../src/cli/main.ts";
