/** The example as a program for tests. */
// Not a bare import: package.json says that modules have no side effects, and bundlers believe it.
await import("../../examples/graceful_shutdown.ts");
