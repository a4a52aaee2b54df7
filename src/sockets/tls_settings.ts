/**
 * Our TLS options in the words of `node:tls`, for Node and for Deno.
 *
 * @module
 */
import { isIP } from "node:net";
import { linkError } from "./link_error.ts";
import { handshakeTimeoutOf } from "./handshakes.ts";
import type { TlsAddress, TlsListenAddress } from "./socket.ts";

/** What `tls.connect` takes. */
export interface DialSettings {
  readonly host: string;
  readonly port: number;
  readonly ca: string | string[] | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly servername: string | undefined;
  readonly allowHalfOpen: true;
}

/** What `tls.createServer` takes. */
export interface ListenSettings {
  readonly cert: string;
  readonly key: string;
  readonly ca: string | string[] | undefined;
  readonly requestCert: boolean;
  readonly rejectUnauthorized: true;
  readonly handshakeTimeout: number;
  readonly allowHalfOpen: true;
}

/** The settings for dialling `to`. */
export function dialSettings({ host, port, tls }: TlsAddress): DialSettings {
  return {
    host,
    port,
    ca: mutable(tls.ca),
    cert: tls.cert,
    key: tls.key,
    // An address is no name to ask for; without one it is still the address that is checked.
    servername: tls.serverName ?? (isIP(host) === 0 ? host : undefined),
    allowHalfOpen: true,
  };
}

/** The settings for listening at `at`. With authorities given, a client must show a certificate. */
export function listenSettings({ tls }: TlsListenAddress): ListenSettings {
  return {
    cert: tls.cert,
    key: tls.key,
    ca: mutable(tls.ca),
    requestCert: tls.ca !== undefined,
    rejectUnauthorized: true,
    // Or the runtime's own time would count, which may be shorter.
    handshakeTimeout: handshakeTimeoutOf(tls),
    allowHalfOpen: true,
  };
}

function mutable(ca: string | readonly string[] | undefined): string | string[] | undefined {
  return typeof ca === "object" ? [...ca] : ca;
}

/** Opens what needs the PEM texts of `at`. Node finds a bad one within the call; Deno goes on without it. */
export function withPems<T>(at: TlsAddress | TlsListenAddress, open: () => T): T {
  const { ca = [], cert, key } = at.tls;
  try {
    for (const pem of [ca, cert, key].flat()) {
      if (pem?.includes("-----BEGIN ") === false) throw new Error("no PEM text");
    }
    return open();
  } catch (error) {
    throw linkError("TLS", at, error);
  }
}
