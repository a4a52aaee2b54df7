/** The assertions of the suite. The one place where `@std/assert` comes in. */
export * from "@std/assert";
