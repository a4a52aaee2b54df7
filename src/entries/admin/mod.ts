/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The admin client alone: asks a job server how it stands, and tells it what to do.
 *
 * @example
 * ```ts
 * import { Admin } from "geartrain/admin";
 * import { JobServer } from "geartrain/server";
 *
 * await using server = await JobServer.listen();
 * await using admin = new Admin({ server: server.address });
 * await admin.createFunction("resize");
 * console.log(await admin.status()); // [{ functionName: "resize", total: 0, running: 0, workers: 0 }]
 * ```
 *
 * @module
 */
import { Admin as CoreAdmin, type AdminOptions as CoreAdminOptions } from "../../admin/mod.ts";
import { withDial } from "../../link/mod.ts";
import { dial } from "../../sockets/detect.ts";
import type { Dial } from "../../sockets/socket.ts";

export * from "./public.ts";

/**
 * Options of {@linkcode Admin}.
 *
 * @example
 * ```ts
 * import { Admin, type AdminOptions } from "geartrain";
 *
 * const options: AdminOptions = { server: "tls://gearman.example.org", answerTimeout: 5_000 };
 * export const admin = new Admin(options); // dials nobody before the first command
 * ```
 */
export type AdminOptions = Omit<CoreAdminOptions, "dial"> & { readonly dial?: Dial };

/**
 * Asks a job server how it stands.
 *
 * @example
 * ```ts
 * import { Admin, JobServer } from "geartrain";
 *
 * await using server = await JobServer.listen();
 * await using admin = new Admin({ server: server.address });
 * console.log(await admin.version());
 * ```
 */
export class Admin extends CoreAdmin {
  constructor(options: AdminOptions) {
    super(withDial(options, dial, "server"));
  }
}
