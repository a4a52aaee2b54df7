/** Measures one cell: each contestant's turn in every round, one at a time, in random order. */
import { median, shuffled } from "../statistics.ts";
import type { Cell } from "./cells.ts";
import type { Contestant, ContestantName } from "./contestants.ts";
import { BenchProgram } from "./program.ts";
import type { Role } from "./programs/turns.ts";
import type { ServerAddress, ServerName } from "./server.ts";
import type { Latency, Report } from "./report.ts";
import { waitingAt } from "./waiting.ts";

/** A contestant, and the server that it goes through. */
export interface Entrant {
  readonly contestant: Contestant;
  readonly server: ServerName;
  readonly address: ServerAddress;
}

/** One contestant in one cell: medians over the rounds. */
export interface Result {
  readonly name: ContestantName;
  readonly server: ServerName;
  readonly jobsPerSecond: number;
  /** Jobs a second of every round, in their order. */
  readonly rounds: readonly number[];
  readonly latency?: Latency;
  /** CPU time of each program for a job, in microseconds. */
  readonly clientCpu?: number;
  readonly workerCpu?: number;
  /** Resident bytes of the client after a turn, where the system tells: the most of all rounds. */
  readonly clientMemory?: number;
}

/** What a contestant's programs told of one turn: both, or the one that the scenario has. */
interface Turn {
  readonly client?: Report;
  readonly clientMemory?: number;
  readonly worker?: Report;
}

type TakeTurn = (jobs: number) => Promise<Turn>;

/** Rounds that are not counted: some engines still compile in the second. */
const WARM_UPS = 2;

/** Runs the rounds, after some that only warm up. `raw` fills and empties functions between turns. */
export async function measureCell(
  cell: Cell,
  entrants: readonly Entrant[],
  raw: Contestant,
  rounds: number,
): Promise<Result[]> {
  const programs: BenchProgram[] = [];
  try {
    const takers = entrants.map(({ contestant, address }) =>
      turnTaker(cell, contestant, raw, address, ({ program }, role, inFlight = cell.inFlight) => {
        const { host, port } = address;
        const part = [role, host, port, cell.size, inFlight];
        const started = new BenchProgram([...program, ...part.map(String)]);
        programs.push(started);
        return started;
      })
    );
    const turns: Turn[][] = entrants.map(() => []);
    for (let round = 0; round < WARM_UPS + rounds; round++) {
      for (const index of shuffled(entrants.length)) {
        const { share } = entrants[index].contestant;
        const turn = await takers[index](Math.ceil(cell.jobs * share(cell)));
        if (round >= WARM_UPS) turns[index].push(turn);
      }
    }
    for (const address of new Set(entrants.map(({ address }) => address))) {
      await sweep(address, cell.size, raw);
    }
    return entrants.map((entrant, i) => resultOf(entrant, turns[i]));
  } finally {
    await Promise.all(programs.map((program) => program[Symbol.asyncDispose]()));
  }
}

/** In flight for the programs that fill and empty functions: enough to be quick. */
const HELPER_IN_FLIGHT = 64;

function turnTaker(
  { scenario, backlog }: Cell,
  contestant: Contestant,
  raw: Contestant,
  address: ServerAddress,
  start: (contestant: Contestant, role: Role, inFlight?: number) => BenchProgram,
): TakeTurn {
  switch (scenario) {
    case "pair":
    case "foreground": {
      const client = start(contestant, "foreground");
      const worker = start(scenario === "pair" ? contestant : raw, "worker");
      return async (jobs) => {
        const ended = await worker.beginTurn(jobs);
        // Both at once: a worker that dies leaves its client waiting for ever.
        const [ofClient, ofWorker] = await Promise.all([client.takeTurn(jobs), ended()]);
        return { client: ofClient, clientMemory: client.memory(), worker: ofWorker };
      };
    }
    case "background":
    case "bulk": {
      const client = start(contestant, contestant.isOurs ? scenario : "background");
      const sweeper = start(raw, "worker", HELPER_IN_FLIGHT);
      return async (jobs) => {
        const turn = { client: await client.takeTurn(jobs), clientMemory: client.memory() };
        const swept = await sweeper.beginTurn(jobs);
        await swept();
        return turn;
      };
    }
    case "drain": {
      const filler = start(raw, "background", HELPER_IN_FLIGHT);
      const worker = start(contestant, "worker");
      return async (jobs) => {
        const missing = backlog - await waitingAt(address);
        if (missing > 0) await filler.takeTurn(missing);
        const ended = await worker.beginTurn(jobs);
        return { worker: await ended() };
      };
    }
  }
}

/** Takes away what a drain has left. */
async function sweep(address: ServerAddress, size: number, raw: Contestant): Promise<void> {
  const left = await waitingAt(address);
  if (left === 0) return;
  const part = ["worker", address.host, address.port, size, HELPER_IN_FLIGHT];
  await using sweeper = new BenchProgram([...raw.program, ...part.map(String)]);
  const swept = await sweeper.beginTurn(left);
  await swept();
}

function resultOf({ contestant, server }: Entrant, turns: readonly Turn[]): Result {
  const rounds = turns.map(({ client, worker }) => {
    const { jobs, seconds } = (client ?? worker)!;
    return jobs / seconds;
  });
  const latencies = turns.flatMap(({ client }) => client?.latency ?? []);
  const latency = latencies.length === 0 ? undefined : {
    p50: median(latencies.map(({ p50 }) => p50)),
    p99: median(latencies.map(({ p99 }) => p99)),
  };
  return {
    name: contestant.name,
    server,
    jobsPerSecond: median(rounds),
    rounds,
    latency,
    clientCpu: cpuOf(turns.flatMap(({ client }) => client ?? [])),
    workerCpu: cpuOf(turns.flatMap(({ worker }) => worker ?? [])),
    clientMemory: mostOf(turns.flatMap(({ clientMemory }) => clientMemory ?? [])),
  };
}

function cpuOf(reports: readonly Report[]): number | undefined {
  if (reports.length === 0) return undefined;
  return median(reports.map(({ cpu, jobs }) => cpu / jobs * 1e6));
}

function mostOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values);
}
