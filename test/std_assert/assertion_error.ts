/** What every assertion throws, so that a runner can tell a failed expectation from a broken test. */
export class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}
