/// <reference lib="esnext.disposable" preserve="true" />
/** The admin client alone, for workerd. */
import { Admin as CoreAdmin } from "../../admin/mod.ts";
import { withDial } from "../../link/mod.ts";
import { dial } from "../../sockets/workerd.ts";
import type { AdminOptions } from "./mod.ts";

export * from "./public.ts";
export type { AdminOptions };

/** Asks a job server how it stands. */
export class Admin extends CoreAdmin {
  constructor(options: AdminOptions) {
    super(withDial(options, dial, "server"));
  }
}
