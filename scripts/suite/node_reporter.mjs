// deno-lint-ignore-file explicit-module-boundary-types -- JavaScript has no types to write
/** What the runner sums up for readers; the suite counts for itself. */
const SUMMARY = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /;

/**
 * A reporter for Node's test runner: one line of JSON for each test, and what was printed beside them.
 *
 * @param {AsyncIterable<{ type: string, data: any }>} events
 */
export default async function* report(events) {
  for await (const { type, data } of events) {
    if (type === "test:diagnostic" && SUMMARY.test(data.message)) continue;
    if (type === "test:diagnostic") {
      yield JSON.stringify({ printed: `${data.message.trimEnd()}\n` }) + "\n";
    } else if ((type === "test:pass" || type === "test:fail") && data.nesting === 0) {
      const cause = data.details?.error?.cause ?? data.details?.error;
      yield JSON.stringify({
        name: data.name,
        passed: type === "test:pass",
        skip: data.skip,
        seconds: (data.details?.duration_ms ?? 0) / 1000,
        detail: type === "test:fail" ? cause?.stack ?? String(cause) : undefined,
      }) + "\n";
    }
  }
}
