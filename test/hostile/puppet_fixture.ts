/**
 * Speaks packets as it is told, so that its process can be killed between any two of them, and
 * inside of one: a server with `listen <port>`, a client or a worker with `dial <port>`.
 *
 * Prints `listening`, or `dialled`, and then each packet that comes. A line on its standard input is
 * a packet to send, with `half` before it the first half of one, with `text` before it a line of
 * text; `sent` says that it has left.
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { Encoder } from "../../src/codec/mod.ts";
import { Link } from "../../src/link/mod.ts";
import { Command, type CommandName, commandName } from "../../src/protocol/mod.ts";
import { dial, listen } from "../../src/sockets/detect.ts";
import type { Socket } from "../../src/sockets/socket.ts";

const [, , role, port] = process.argv;
const at = { host: "127.0.0.1", port: Number(port) };
let link: Link;

function converse(socket: Socket): void {
  const isServer = role === "listen";
  link = new Link(socket, {
    role: isServer ? "server" : "peer",
    codec: "ts",
    slots: false,
    text: isServer,
  });
  link.receive({
    packet: (packet) => {
      const words: string[] = [commandName(packet.type)!];
      for (let i = 0; i < packet.arity; i++) words.push(packet.text(i));
      console.log(words.join(" "));
    },
    line: (line) => console.log(line),
    closed: () => console.log("closed"),
  });
}

/** The packet as text, which it can be: every byte of it is ASCII. */
function packetText([name, ...args]: string[]): string {
  const encoder = new Encoder(role === "listen" ? "res" : "req");
  const type = Command[name as CommandName];
  if (args.length === 0) encoder.bare(type);
  else encoder.packet(type, args);
  return new TextDecoder().decode(encoder.take()[0]);
}

function textOf(line: string): string {
  const [kind, rest] = [line.slice(0, 4), line.slice(5)];
  if (kind === "text") return `${rest}\n`;
  if (kind !== "half") return packetText(line.split(" "));
  const whole = packetText(rest.split(" "));
  return whole.slice(0, whole.length / 2);
}

if (role === "listen") {
  await listen(at, converse);
  console.log("listening");
} else {
  converse(await dial(at));
  console.log("dialled");
}
for await (const line of createInterface({ input: process.stdin })) {
  link!.text(textOf(line));
  await link!.flushed();
  console.log("sent");
}
