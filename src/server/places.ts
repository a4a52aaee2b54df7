/**
 * Where a job server listens: from what is written to addresses, and who can reach them.
 *
 * @module
 */
import { checkPort, parseAddress } from "../link/mod.ts";
import { checkOptions, type OptionNames, wrongType } from "../misuse.ts";
import { DEFAULT_PORT } from "../protocol/mod.ts";
import {
  type Address,
  addressText,
  type ListenAddress,
  type ListenTls,
  type TcpListenAddress,
  type UnixAddress,
} from "../sockets/socket.ts";
import { wantsCertificates } from "./access.ts";
import type { JobServerOptions, ListenPlace } from "./options.ts";

const LISTEN_ADDRESS: OptionNames<TcpListenAddress | UnixAddress> = {
  host: true,
  port: true,
  path: true,
  tls: true,
};

const LISTEN_TLS: OptionNames<ListenTls> = {
  cert: true,
  key: true,
  ca: true,
  handshakeTimeout: true,
};

/** Where to listen. Throws a `TypeError` or `RangeError` for what is no address. */
export function placesOf(options: JobServerOptions): readonly ListenAddress[] {
  const { addresses, path, host = "127.0.0.1", port = 0, tls, authorize } = options;
  const given = addresses ?? (path === undefined ? { host, port, tls } : { path });
  const list = Array.isArray(given) ? given as readonly ListenPlace[] : [given as ListenPlace];
  const places = list.flatMap((place) =>
    typeof place === "string" ? placesIn(place) : [checkPlace(place)]
  );
  if (places.length === 0) {
    throw new RangeError("Expected at least one address to listen on, got none");
  }
  const areNamed = places.some((at) => "host" in at && at.tls?.ca !== undefined);
  if (typeof authorize === "object" && wantsCertificates(authorize) && !areNamed) {
    throw new RangeError("Expected an address with tls.ca for rules by certificate, got none");
  }
  return places;
}

function placesIn(text: string): ListenAddress[] {
  return text.split(",").map((part) => {
    const address = parseAddress(part.trim(), 0);
    if ("path" in address || address.tls === undefined) return address as ListenAddress;
    throw wrongType("{ host, port, tls: { cert, key } } for TLS", part);
  });
}

function checkPlace(place: Exclude<ListenPlace, string>): ListenAddress {
  checkOptions(place as TcpListenAddress | UnixAddress, LISTEN_ADDRESS, "an address");
  if ("path" in place) {
    if (typeof place.path === "string" && place.path !== "") return place;
    throw wrongType("path to be that of a unix socket", place.path);
  }
  const { host, port = DEFAULT_PORT, tls } = place;
  if (typeof host !== "string" || host === "") {
    throw wrongType("host to be a name or an address", host);
  }
  if (tls !== undefined) checkTls(tls);
  return { ...place, port: checkPort(port, 0) };
}

function checkTls(tls: ListenTls): void {
  checkOptions(tls, LISTEN_TLS, "tls");
  for (const name of ["cert", "key"] as const) {
    if (typeof tls[name] === "string") continue;
    throw wrongType(`tls.${name} as PEM text`, tls[name]);
  }
}

/** Whether others than this machine can reach it, with nothing to show for themselves. */
export function isOpenToAll(at: ListenAddress): boolean {
  return "host" in at && at.tls === undefined && !LOOPBACK.test(at.host);
}

const LOOPBACK = /^(127\.|::1$|localhost$)/;

/** What is said of such an address. */
export function openText(address: Address): string {
  return `Listening on ${
    addressText(address)
  } without TLS or rules: whoever reaches it may submit, work and administer`;
}
