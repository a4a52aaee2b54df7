/** Where a server listens: names become addresses, all of those that a name has here. */
import { lookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";
import { UsageError } from "./usage_error.ts";

/** The addresses of a host's name. `"*"`: every address of this machine. */
export async function addressesOf(host: string): Promise<readonly string[]> {
  const mine = Object.values(networkInterfaces()).flatMap((rows) => rows ?? []);
  if (host === "*") {
    return [mine.some(({ family }) => family === "IPv6") ? "::" : "0.0.0.0"];
  }
  const found = await named(host);
  // A name may have an address of a family that this machine does not speak: ::1, in a container.
  const here = found.filter((address) => mine.some((row) => row.address === address));
  return here.length > 0 ? here : found;
}

async function named(host: string): Promise<readonly string[]> {
  try {
    const found = await lookup(host, { all: true });
    return [...new Set(found.map(({ address }) => address))];
  } catch (error) {
    throw new UsageError(`Expected --listen to name a host, got "${host}"`, { cause: error });
  }
}
