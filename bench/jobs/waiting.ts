/** How many jobs wait at a server: what it says by the text command `status`. */
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { FUNCTION_NAME } from "./programs/turns.ts";
import type { ServerAddress } from "./server.ts";

/** Milliseconds between two questions, while a worker that has left still counts. */
const PAUSE = 20;

/** Jobs of the benchmark's function that wait, once no worker has one any more. */
export async function waitingAt(address: ServerAddress): Promise<number> {
  for (;;) {
    const lines = (await status(address)).split("\n").map((line) => line.split("\t"));
    const line = lines.find(([name]) => name === FUNCTION_NAME);
    if (line === undefined) return 0;
    const [, total, running] = line;
    if (running === "0") return Number(total);
    await setTimeout(PAUSE);
  }
}

function status({ host, port }: ServerAddress): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => socket.write("status\n"));
    let text = "";
    socket.on("error", reject).on("data", (chunk) => {
      text += chunk;
      if (text !== ".\n" && !text.endsWith("\n.\n")) return;
      socket.destroy();
      resolve(text);
    });
  });
}
