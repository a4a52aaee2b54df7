/** Measures one cell: each contestant's turn in every round, one at a time, in random order. */
import { median, shuffled } from "../statistics.ts";
import type { Cell } from "./cells.ts";
import type { Contestant, ContestantName } from "./contestants.ts";
import { BenchProgram } from "./program.ts";
import type { Role } from "./programs/turns.ts";
import type { ServerAddress, ServerName } from "./server.ts";
import type { Latency, Report } from "./report.ts";

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
}

/** What a contestant's programs told of one turn: both, or the one that the scenario has. */
interface Turn {
  readonly client?: Report;
  readonly worker?: Report;
}

type TakeTurn = (jobs: number) => Promise<Turn>;

/** Runs the rounds, after one that only warms up. `raw` fills and empties functions between turns. */
export async function measureCell(
  cell: Cell,
  entrants: readonly Entrant[],
  raw: Contestant,
  rounds: number,
): Promise<Result[]> {
  const programs: BenchProgram[] = [];
  try {
    const takers = entrants.map(({ contestant, address: { host, port } }) =>
      turnTaker(cell, contestant, raw, ({ program }, role, inFlight = cell.inFlight) => {
        const part = [role, host, port, cell.size, inFlight];
        const started = new BenchProgram([...program, ...part.map(String)]);
        programs.push(started);
        return started;
      })
    );
    const turns: Turn[][] = entrants.map(() => []);
    for (let round = 0; round <= rounds; round++) {
      for (const index of shuffled(entrants.length)) {
        const turn = await takers[index](Math.ceil(cell.jobs * entrants[index].contestant.share));
        if (round > 0) turns[index].push(turn);
      }
    }
    return entrants.map((entrant, i) => resultOf(entrant, turns[i]));
  } finally {
    await Promise.all(programs.map((program) => program[Symbol.asyncDispose]()));
  }
}

/** In flight for the programs that fill and empty functions: enough to be quick. */
const HELPER_IN_FLIGHT = 64;

function turnTaker(
  { scenario }: Cell,
  contestant: Contestant,
  raw: Contestant,
  start: (contestant: Contestant, role: Role, inFlight?: number) => BenchProgram,
): TakeTurn {
  switch (scenario) {
    case "pair":
    case "foreground": {
      const client = start(contestant, "foreground");
      const worker = start(scenario === "pair" ? contestant : raw, "worker");
      return async (jobs) => {
        const ended = await worker.beginTurn(jobs);
        return { client: await client.takeTurn(jobs), worker: await ended() };
      };
    }
    case "background":
    case "bulk": {
      const client = start(contestant, contestant.isOurs ? scenario : "background");
      const sweeper = start(raw, "worker", HELPER_IN_FLIGHT);
      return async (jobs) => {
        const turn = { client: await client.takeTurn(jobs) };
        const swept = await sweeper.beginTurn(jobs);
        await swept();
        return turn;
      };
    }
    case "drain": {
      const filler = start(raw, "background", HELPER_IN_FLIGHT);
      const worker = start(contestant, "worker");
      return async (jobs) => {
        await filler.takeTurn(jobs);
        const ended = await worker.beginTurn(jobs);
        return { worker: await ended() };
      };
    }
  }
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
  };
}

function cpuOf(reports: readonly Report[]): number | undefined {
  if (reports.length === 0) return undefined;
  return median(reports.map(({ cpu, jobs }) => cpu / jobs * 1e6));
}
