/**
 * Job servers as the extension lets one write them.
 *
 * @module
 */
import {
  GEARMAN_DEFAULT_TCP_HOST as DEFAULT_HOST,
  GEARMAN_DEFAULT_TCP_PORT as DEFAULT_PORT,
} from "./constants.ts";

/** A job server. */
export interface ServerPlace {
  readonly host: string;
  readonly port: number;
}

/** One server: no host is `localhost`, no port 4730, and a port too high wraps. */
export function serverPlace(host: string, port: number): ServerPlace {
  const wrapped = port > 0 ? port & 0xffff : 0;
  return { host: host === "" ? DEFAULT_HOST : host, port: wrapped === 0 ? DEFAULT_PORT : wrapped };
}

/**
 * A list, `host:port,host,:port`. An empty entry is the server of the defaults, and what follows a
 * port's digits is dropped. Unlike in PHP spaces do not count, and IPv6 may be written `[::1]:4730`.
 */
export function serverPlaces(list: string): ServerPlace[] {
  return list.split(",").map((entry) => {
    const [, bracketed, plain = "", port = ""] =
      /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?/.exec(entry.trim()) ?? [];
    return serverPlace(bracketed ?? plain, Number(port));
  });
}
