/** Opens a store, `FILE`, and says what came of it. */
import process from "node:process";
import { StoreError } from "../../src/errors.ts";
import { sqliteStore } from "../../src/server/mod.ts";

try {
  await sqliteStore(process.argv[2]).open();
  console.log("opened");
} catch (error) {
  console.log(error instanceof StoreError ? `${error.code} ${error.message}` : `${error}`);
}
