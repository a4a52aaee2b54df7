/**
 * A failure that nobody awaits must not end the program.
 *
 * @module
 */

const ignore = () => {};

/** The same promise, whose rejection may go unheard. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore);
  return promise;
}
