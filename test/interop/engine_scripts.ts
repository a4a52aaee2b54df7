/** Who sends what, for the comparison with gearmand. */
import type { CommandName } from "../../src/protocol/mod.ts";

/**
 * A peer, by a name of its own, and what it does: a request and its arguments; `text` and a line;
 * `type` and a packet's number and arguments; `response`, the same with the wrong magic; or `leaves`.
 */
export type Step = readonly [
  who: string,
  what: CommandName | "text" | "type" | "response" | "leaves",
  ...args: string[],
];

/** A script, and the row of `docs/server-differences.md` by which the answers differ, if they do. */
export interface Script {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly differs?: number;
}

const EVERY_GRAB = ["GRAB_JOB", "GRAB_JOB_UNIQ", "GRAB_JOB_ALL"] as const;

const EVERY_SUBMISSION = [
  "SUBMIT_JOB_LOW",
  "SUBMIT_JOB_LOW_BG",
  "SUBMIT_JOB",
  "SUBMIT_JOB_BG",
  "SUBMIT_JOB_HIGH",
  "SUBMIT_JOB_HIGH_BG",
] as const;

export const SCRIPTS: readonly Script[] = [
  // Errors.
  {
    name: "unexpected commands",
    steps: [
      ["a", "type", "6"],
      ["a", "type", "10"],
      ["a", "ALL_YOURS"],
      ["a", "type", "8", "handle"],
      ["a", "type", "17", "echo"],
      ["a", "type", "27", "option"],
    ],
  },
  {
    name: "unexpected commands with their arguments",
    steps: [
      ["a", "type", "11", "h", "f", "w"],
      ["a", "type", "19", "c", "t"],
      ["a", "type", "20", "h", "1", "1", "0", "0"],
      ["a", "type", "31", "h", "f", "u", "w"],
      ["a", "type", "40", "h", "f", "u", "r", "w"],
      ["a", "type", "42", "u", "1", "1", "0", "0", "1"],
    ],
  },
  {
    name: "a cron submission",
    steps: [["a", "SUBMIT_JOB_SCHED", "f", "u", "*", "*", "*", "*", "*", "w"]],
  },
  {
    name: "the magic of a response",
    steps: [["a", "response", "16", "x"], ["a", "response", "7", "f", "u", "w"]],
  },
  {
    name: "unknown options",
    steps: [
      ["a", "OPTION_REQ", "exception"],
      ["a", "OPTION_REQ", ""],
      ["a", "OPTION_REQ", "x".repeat(64)],
      ["a", "OPTION_REQ", "Exceptions"],
      ["a", "OPTION_REQ", "exceptions\0"],
    ],
  },
  {
    name: "long uniques and reducers",
    steps: [
      ["a", "SUBMIT_JOB", "f", "u".repeat(65), "w"],
      ["a", "SUBMIT_JOB_BG", "f", "u".repeat(200), "w"],
      ["a", "SUBMIT_REDUCE_JOB", "f", "u", "r".repeat(65), "", "w"],
      ["a", "SUBMIT_JOB", "f", "u".repeat(63), "w"],
    ],
  },
  {
    name: "reports on jobs that are not there",
    steps: [
      ["a", "WORK_STATUS", "H:x:1", "1", "2"],
      ["a", "WORK_COMPLETE", "H:x:1", "r"],
      ["a", "WORK_FAIL", "H:x:1"],
      ["a", "WORK_DATA", "H:x:1", "d"],
      ["a", "WORK_WARNING", "H:x:1", "w"],
      ["a", "WORK_EXCEPTION", "H:x:1", "e"],
      ["a", "WORK_COMPLETE", "x".repeat(100), "r"],
      ["a", "WORK_FAIL", "x".repeat(63)],
      ["a", "WORK_FAIL", "x".repeat(64)],
    ],
  },
  {
    name: "a full function",
    steps: [
      ["a", "SUBMIT_JOB_BG", "f", "u", "w"],
      ["a", "text", "maxqueue f 1\r\n"],
      ["a", "SUBMIT_JOB", "f", "", "w"],
      ["a", "SUBMIT_JOB_HIGH_BG", "f", "", "w"],
      ["a", "SUBMIT_JOB", "f", "u", "w"],
      ["a", "text", "maxqueue f 5 1\n"],
      ["a", "SUBMIT_JOB_HIGH", "f", "", "w"],
      ["a", "SUBMIT_JOB", "f", "", "w"],
      ["a", "SUBMIT_JOB_LOW", "f", "", "w"],
      ["a", "text", "maxqueue f\n"],
      ["a", "SUBMIT_JOB", "f", "", "w"],
      ["a", "text", "prioritystatus\n"],
    ],
  },

  // Workers: registering and grabbing.
  {
    name: "a job goes round",
    steps: [
      ["w", "CAN_DO", "rev"],
      ["w", "GRAB_JOB_UNIQ"],
      ["w", "PRE_SLEEP"],
      ["c", "SUBMIT_JOB", "rev", "u1", "abc"],
      ["w", "GRAB_JOB_UNIQ"],
      ["w", "WORK_DATA", "H:x:1", "c"],
      ["w", "WORK_WARNING", "H:x:1", "careful"],
      ["w", "WORK_STATUS", "H:x:1", "1", "2"],
      ["w", "WORK_COMPLETE", "H:x:1", "cba"],
      ["w", "WORK_COMPLETE", "H:x:1", "cba"],
    ],
  },
  {
    name: "bytes that are no text",
    steps: [
      ["c", "SUBMIT_JOB", "f", "", "a\0b\0"],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
      ["w", "WORK_DATA", "H:x:1", "\0"],
      ["w", "WORK_COMPLETE", "H:x:1", ""],
      ["c", "ECHO_REQ", "\0a\0"],
      ["c", "ECHO_REQ", ""],
    ],
  },
  {
    name: "every grab for every kind of job",
    steps: EVERY_GRAB.flatMap((grab): Step[] => [
      ["w", "RESET_ABILITIES"],
      ["w", "CAN_DO", grab],
      ["w", grab],
      ["c", "SUBMIT_JOB", grab, "", "w"],
      ["c", "SUBMIT_JOB_BG", grab, "u", "w"],
      ["c", "SUBMIT_REDUCE_JOB", grab, "v", "red", "", "w"],
      ["c", "SUBMIT_REDUCE_JOB_BACKGROUND", grab, "x", "red", "ignored", "w"],
      ["c", "SUBMIT_REDUCE_JOB", grab, "y", "", "", "w"],
      ["w", grab],
      ["w", grab],
      ["w", grab],
      ["w", grab],
      ["w", grab],
    ]),
  },
  {
    name: "priorities of one function",
    steps: [
      ...EVERY_SUBMISSION.map((submit): Step => ["c", submit, "f", "", submit]),
      ["c", "text", "prioritystatus\n"],
      ["w", "CAN_DO", "f"],
      ...EVERY_SUBMISSION.map((): Step => ["w", "GRAB_JOB"]),
      ["w", "GRAB_JOB"],
    ],
  },
  {
    name: "the latest ability first",
    steps: [
      ["c", "SUBMIT_JOB_HIGH_BG", "first", "", ""],
      ["c", "SUBMIT_JOB_LOW_BG", "last", "", ""],
      ["w", "CAN_DO", "first"],
      ["w", "CAN_DO", "last"],
      ["w", "GRAB_JOB"],
      ["w", "GRAB_JOB"],
      ["w", "GRAB_JOB"],
    ],
  },
  {
    name: "an ability offered twice",
    steps: [
      ["w", "CAN_DO", "f"],
      ["w", "CAN_DO", "g"],
      ["w", "CAN_DO", "f"],
      ["w", "text", "workers\n"],
      ["w", "text", "status\n"],
      ["w", "PRE_SLEEP"],
      ["c", "SUBMIT_JOB_BG", "f", "", ""],
      ["w", "CANT_DO", "f"],
      ["w", "GRAB_JOB"],
      ["w", "text", "status\n"],
      ["w", "CANT_DO", "never"],
      ["w", "text", "status\n"],
    ],
  },
  {
    name: "an ability withdrawn while its job runs",
    steps: [
      ["c", "SUBMIT_JOB", "f", "", "w"],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
      ["v", "CAN_DO", "f"],
      ["v", "PRE_SLEEP"],
      ["w", "CANT_DO", "f"],
      ["w", "WORK_COMPLETE", "H:x:1", "r"],
      ["v", "GRAB_JOB"],
      ["v", "RESET_ABILITIES"],
      ["v", "WORK_DATA", "H:x:1", "r"],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB_UNIQ"],
      ["w", "WORK_COMPLETE", "H:x:1", "r"],
    ],
  },
  {
    name: "an ability withdrawn in sleep while its job runs",
    steps: [
      ["c", "SUBMIT_JOB", "f", "", "w"],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
      ["w", "PRE_SLEEP"],
      ["w", "CANT_DO", "f"],
    ],
  },
  {
    name: "a name with a NUL, and one in another case",
    steps: [
      ["w", "CAN_DO", "f\0"],
      ["w", "CAN_DO", "F"],
      ["c", "SUBMIT_JOB_BG", "f", "", ""],
      ["w", "GRAB_JOB"],
    ],
  },
  {
    name: "many grabs in flight, and jobs finished in any order",
    steps: [
      ["w", "CAN_DO", "f"],
      ...["a", "b", "c"].map((workload): Step => ["c", "SUBMIT_JOB", "f", "", workload]),
      ["w", "GRAB_JOB"],
      ["w", "GRAB_JOB_ALL"],
      ["w", "GRAB_JOB_UNIQ"],
      ["w", "GRAB_JOB"],
      ["w", "WORK_COMPLETE", "H:x:3", "C"],
      ["w", "WORK_FAIL", "H:x:1"],
      ["w", "WORK_DATA", "H:x:2", "B"],
      ["w", "WORK_COMPLETE", "H:x:2", ""],
    ],
  },
  {
    name: "client ids",
    steps: [
      ["w", "SET_CLIENT_ID", "worker-1"],
      ["w", "text", "workers\n"],
      ["w", "SET_CLIENT_ID", "with spaces"],
      ["w", "text", "workers\n"],
      ["w", "SET_CLIENT_ID", ""],
      ["w", "text", "workers\n"],
      ["w", "SET_CLIENT_ID", "x".repeat(200)],
      ["w", "text", "workers\n"],
      ["w", "SET_CLIENT_ID", "a\0b"],
      ["w", "text", "workers\n"],
    ],
  },

  // Sleeping and waking.
  {
    name: "all sleepers of a function are woken once",
    steps: [
      ["w", "CAN_DO", "f"],
      ["w", "PRE_SLEEP"],
      ["v", "CAN_DO", "f"],
      ["v", "PRE_SLEEP"],
      ["x", "CAN_DO", "g"],
      ["x", "PRE_SLEEP"],
      ["y", "CAN_DO", "f"],
      ["c", "SUBMIT_JOB_BG", "f", "", ""],
      ["c", "SUBMIT_JOB_BG", "f", "", ""],
      ["v", "GRAB_JOB"],
      ["w", "PRE_SLEEP"],
      ["w", "GRAB_JOB"],
      ["y", "GRAB_JOB"],
    ],
  },
  {
    name: "a sleeper that submits to itself",
    steps: [
      ["w", "CAN_DO", "f"],
      ["w", "PRE_SLEEP"],
      ["w", "SUBMIT_JOB", "f", "", "w"],
      ["w", "GRAB_JOB"],
      ["w", "WORK_COMPLETE", "H:x:1", "r"],
    ],
  },
  {
    name: "an ability offered in sleep",
    steps: [
      ["c", "SUBMIT_JOB_BG", "f", "", ""],
      ["w", "PRE_SLEEP"],
      ["w", "CAN_DO", "f"],
      ["w", "ECHO_REQ", "x"],
      ["c", "SUBMIT_JOB_BG", "f", "", ""],
    ],
  },
  {
    name: "sleeping anew after a NOOP without a grab",
    differs: 1,
    steps: [
      ["w", "CAN_DO", "f"],
      ["w", "PRE_SLEEP"],
      ["c", "SUBMIT_JOB_BG", "f", "", ""],
      ["v", "CAN_DO", "f"],
      ["v", "GRAB_JOB"],
      ["w", "PRE_SLEEP"],
      ["c", "SUBMIT_JOB_BG", "f", "", ""],
    ],
  },

  // Status.
  {
    name: "the status of a job through its life",
    steps: [
      ["c", "GET_STATUS", "H:x:1"],
      ["c", "SUBMIT_JOB", "f", "u", ""],
      ["c", "GET_STATUS", "H:x:1"],
      ["c", "GET_STATUS_UNIQUE", "u"],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
      ["d", "GET_STATUS", "H:x:1\0"],
      ["w", "WORK_STATUS", "H:x:1", "3", "10"],
      ["d", "GET_STATUS", "H:x:1"],
      ["d", "SUBMIT_JOB", "f", "u", ""],
      ["d", "GET_STATUS_UNIQUE", "u"],
      ["w", "leaves"],
      ["d", "GET_STATUS_UNIQUE", "u"],
      ["v", "CAN_DO", "f"],
      ["v", "GRAB_JOB"],
      ["v", "WORK_COMPLETE", "H:x:1", ""],
      ["d", "GET_STATUS", "H:x:1"],
      ["d", "GET_STATUS_UNIQUE", "u"],
      ["d", "GET_STATUS_UNIQUE", ""],
    ],
  },
  {
    name: "numbers of WORK_STATUS that are none",
    steps: [
      ["c", "SUBMIT_JOB", "f", "", ""],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
      ...[["-1", "abc"], ["1.5", " 7"], ["", "4294967296"], ["+5", "-3"], ["99999999999", "1"]]
        .flatMap(([numerator, denominator]): Step[] => [
          ["w", "WORK_STATUS", "H:x:1", numerator, denominator],
          ["c", "GET_STATUS", "H:x:1"],
        ]),
      ["w", "WORK_STATUS", "H:x:1", "99999999999999999999999", "1\0"],
      ["c", "GET_STATUS", "H:x:1"],
    ],
  },
  {
    name: "status of a handle of 64 bytes",
    differs: 12,
    steps: [["a", "GET_STATUS", "x".repeat(64)]],
  },
  {
    name: "status of a unique of 64 bytes",
    differs: 12,
    steps: [["a", "GET_STATUS_UNIQUE", "x".repeat(64)]],
  },
  {
    name: "a denominator of twelve digits",
    differs: 13,
    steps: [
      ["c", "SUBMIT_JOB", "f", "", ""],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
      ["w", "WORK_STATUS", "H:x:1", "1", "100000000000"],
    ],
  },

  // Uniques and coalescing.
  {
    name: "foreground submissions of one unique",
    steps: [
      ["a", "SUBMIT_JOB", "f", "u", "one"],
      ["b", "SUBMIT_JOB_HIGH", "f", "u", "two"],
      ["a", "SUBMIT_JOB", "f", "u", "three"],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
      ["w", "WORK_DATA", "H:x:1", "early"],
      ["d", "SUBMIT_JOB", "f", "u", "late"],
      ["w", "WORK_COMPLETE", "H:x:1", "r"],
      ["a", "SUBMIT_JOB", "f", "u", "again"],
    ],
  },
  {
    name: "uniques that are not alike",
    steps: [
      ["a", "SUBMIT_JOB", "f", "u", "w"],
      ["a", "SUBMIT_JOB", "g", "u", "w"],
      ["a", "SUBMIT_JOB", "f", "U", "w"],
      ["a", "SUBMIT_JOB", "f", " u", "w"],
      ["a", "SUBMIT_JOB", "f", "", "w"],
      ["a", "SUBMIT_JOB", "f", "", "w"],
      ["a", "SUBMIT_JOB_BG", "f", "ü", "w"],
      ["a", "SUBMIT_JOB_BG", "f", "ü", "w"],
    ],
  },
  {
    name: "the unique -",
    steps: [
      ["a", "SUBMIT_JOB", "f", "-", "x"],
      ["a", "SUBMIT_JOB", "f", "-", "y"],
      ["b", "SUBMIT_JOB", "f", "-", "x"],
      ["a", "SUBMIT_JOB", "f", "named", "x"],
      ["a", "SUBMIT_JOB", "f", "-", ""],
      ["a", "SUBMIT_JOB", "f", "-", ""],
      ["a", "GET_STATUS_UNIQUE", "-"],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB_UNIQ"],
      ["w", "WORK_COMPLETE", "H:x:1", "r"],
      ["a", "SUBMIT_JOB", "f", "-", "x"],
    ],
  },
  {
    name: "the unique - beside a job whose unique is its workload",
    differs: 6,
    steps: [["a", "SUBMIT_JOB", "f", "x", "x"], ["a", "SUBMIT_JOB", "f", "-", "x"]],
  },
  {
    name: "a unique of 64 bytes",
    differs: 7,
    steps: [["a", "SUBMIT_JOB", "f", "u".repeat(64), "w"]],
  },
  {
    name: "background and foreground of one unique",
    steps: [
      ["a", "SUBMIT_JOB_BG", "f", "u", "w"],
      ["b", "SUBMIT_JOB", "f", "u", "x"],
      ["b", "SUBMIT_JOB_BG", "f", "u", "y"],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB_ALL"],
      ["w", "WORK_COMPLETE", "H:x:1", "r"],
    ],
  },
  {
    name: "a foreground client leaves a background job",
    differs: 3,
    steps: [
      ["a", "SUBMIT_JOB_BG", "f", "u", "w"],
      ["b", "SUBMIT_JOB", "f", "u", "x"],
      ["b", "leaves"],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
    ],
  },
  {
    name: "a foreground client leaves a job that a background submission has joined",
    differs: 4,
    steps: [
      ["a", "SUBMIT_JOB", "f", "u", "w"],
      ["b", "SUBMIT_JOB_BG", "f", "u", "x"],
      ["a", "leaves"],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
    ],
  },
  {
    name: "a new submission of a unique whose client has left",
    differs: 5,
    steps: [
      ["a", "SUBMIT_JOB", "f", "u", "w"],
      ["a", "leaves"],
      ["b", "SUBMIT_JOB", "f", "u", "x"],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
    ],
  },

  // Time limits.
  {
    name: "limits that are none",
    steps: [
      ["w", "CAN_DO_TIMEOUT", "f", "0"],
      ["w", "CAN_DO_TIMEOUT", "g", ""],
      ["w", "CAN_DO_TIMEOUT", "h", "60000"],
      ["w", "text", "workers\n"],
      ["c", "SUBMIT_JOB", "h", "", "w"],
      ["w", "GRAB_JOB"],
      ["w", "WORK_COMPLETE", "H:x:1", "r"],
    ],
  },
  {
    name: "a limit of more than twenty digits",
    differs: 9,
    steps: [["w", "CAN_DO_TIMEOUT", "f", "1".repeat(21)], ["w", "text", "workers\n"]],
  },

  // Exceptions.
  {
    name: "an exception to a client that asked for it",
    steps: [
      ["a", "OPTION_REQ", "exceptions"],
      ["a", "SUBMIT_JOB", "f", "u", ""],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
      ["w", "WORK_EXCEPTION", "H:x:1", "bo\0om"],
      ["w", "WORK_FAIL", "H:x:1"],
    ],
  },
  {
    name: "an exception to a client that did not ask",
    differs: 10,
    steps: [
      ["a", "SUBMIT_JOB", "f", "u", ""],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
      ["w", "WORK_EXCEPTION", "H:x:1", "boom"],
    ],
  },
  {
    name: "a failure with a NUL after the handle",
    differs: 10,
    steps: [
      ["a", "SUBMIT_JOB", "f", "u", ""],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
      ["w", "WORK_FAIL", "H:x:1\0"],
    ],
  },

  // Who leaves.
  {
    name: "a worker leaves with jobs",
    steps: [
      ...["a", "b", "c"].map((workload): Step => ["c", "SUBMIT_JOB", "f", "", workload]),
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
      ["w", "GRAB_JOB"],
      ["w", "WORK_STATUS", "H:x:1", "1", "2"],
      ["v", "CAN_DO", "f"],
      ["v", "GRAB_JOB"],
      ["v", "PRE_SLEEP"],
      ["w", "leaves"],
      ["c", "text", "status\n"],
      ["c", "text", "show jobs\n"],
      ["c", "GET_STATUS", "H:x:1"],
      ["v", "GRAB_JOB"],
      ["v", "GRAB_JOB"],
      ["v", "GRAB_JOB"],
      ["v", "WORK_COMPLETE", "H:x:1", "r"],
    ],
  },
  {
    name: "a client leaves a job that waits",
    steps: [
      ["c", "SUBMIT_JOB", "f", "", "w"],
      ["c", "SUBMIT_JOB_BG", "f", "", "bg"],
      ["c", "leaves"],
      ["d", "text", "status\n"],
      ["d", "text", "show jobs\n"],
      ["w", "CAN_DO", "f"],
      ["w", "PRE_SLEEP"],
      ["d", "text", "status\n"],
      ["w", "GRAB_JOB"],
      ["w", "GRAB_JOB"],
    ],
  },
  {
    name: "one client of two leaves",
    steps: [
      ["c", "SUBMIT_JOB", "f", "u", "w"],
      ["d", "SUBMIT_JOB", "f", "u", "w"],
      ["c", "leaves"],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
      ["w", "WORK_COMPLETE", "H:x:1", "r"],
    ],
  },
  {
    name: "a client leaves a job that runs, and then its worker leaves, too",
    steps: [
      ["c", "SUBMIT_JOB", "f", "", "w"],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
      ["c", "leaves"],
      ["w", "WORK_DATA", "H:x:1", "d"],
      ["w", "leaves"],
      ["v", "CAN_DO", "f"],
      ["v", "text", "status\n"],
      ["v", "GRAB_JOB"],
      ["v", "text", "status\n"],
    ],
  },

  // Jobs for later.
  {
    name: "jobs for a time gone by",
    steps: [
      ["w", "CAN_DO", "f"],
      ...["0", "-5", "soon", "", "5"].flatMap((time): Step[] => [
        ["c", "SUBMIT_JOB_EPOCH", "f", "", time, `at ${time}`],
        ["w", "GRAB_JOB"],
      ]),
    ],
  },
  {
    name: "a job for much later",
    steps: [
      ["c", "SUBMIT_JOB_EPOCH", "f", "u", "9999999999", "w"],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
      ["c", "GET_STATUS", "H:x:1"],
      ["c", "text", "status\n"],
      ["c", "text", "prioritystatus\n"],
    ],
  },
  {
    name: "a job for much later does not wake who sleeps",
    differs: 2,
    steps: [
      ["w", "CAN_DO", "f"],
      ["w", "PRE_SLEEP"],
      ["c", "SUBMIT_JOB_EPOCH", "f", "u", "9999999999", "w"],
    ],
  },
  {
    name: "a job for much later does not hide others",
    differs: 2,
    steps: [
      ["c", "SUBMIT_JOB_EPOCH", "f", "", "9999999999", "w"],
      ["c", "SUBMIT_JOB_LOW", "f", "", "low"],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
    ],
  },
  {
    name: "a time that no number holds",
    differs: 14,
    steps: [["c", "SUBMIT_JOB_EPOCH", "f", "", "99999999999999999999", "w"]],
  },

  // The text protocol.
  {
    name: "text commands",
    steps: [
      "status\n",
      "STATUS x y\r\n",
      " status\n",
      "\r\n",
      "bogus arg\n",
      "BoGus\r\n",
      "show\n",
      "show it\n",
      "show unique\n",
      "show jobs\r\n",
      "Show Unique Jobs\n",
      "cancel job\n",
      "cancel x y\n",
      "cancel job H:x:9\n",
      "create\n",
      "create x y\n",
      "create function fn\r\n",
      "create function a b\r\n",
      "drop\n",
      "drop function nope\r\n",
      "drop function fn\r\n",
      "maxqueue\n",
      "maxqueue nope 1 2 3\n",
      "prioritystatus\r\n",
      "priority status\n",
      "status\t\n",
      "shutdown\n",
    ].map((line): Step => ["a", "text", line]),
  },
  { name: "six words", steps: [["a", "text", "status 1 2 3 4 5\n"], ["b", "ECHO_REQ", "x"]] },
  { name: "six words, the last one empty", steps: [["a", "text", "status 1 2 3 4 \n"]] },
  {
    name: "uniques and jobs listed",
    steps: [
      ["c", "SUBMIT_JOB_BG", "f", "u0", "w"],
      ["c", "text", "show unique jobs\n"],
      ["c", "text", "show jobs\n"],
      ["c", "text", "drop function f\n"],
    ],
  },
  {
    name: "a job cancelled while it waits",
    steps: [
      ["c", "SUBMIT_JOB", "f", "", "w"],
      ["c", "text", "cancel job H:x:1\n"],
      ["c", "GET_STATUS", "H:x:1"],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
      ["c", "GET_STATUS", "H:x:1"],
    ],
  },
  {
    name: "a job cancelled while it runs",
    differs: 16,
    steps: [
      ["c", "SUBMIT_JOB", "f", "", "w"],
      ["w", "CAN_DO", "f"],
      ["w", "GRAB_JOB"],
      ["c", "text", "cancel job H:x:1\n"],
      ["w", "WORK_DATA", "H:x:1", "d"],
    ],
  },
  {
    name: "a unique submitted anew after its job was cancelled",
    differs: 16,
    steps: [
      ["c", "SUBMIT_JOB", "f", "u", "w"],
      ["c", "text", "cancel job H:x:1\n"],
      ["c", "SUBMIT_JOB", "f", "u", "w"],
    ],
  },
  {
    name: "a function dropped while a job waits",
    differs: 17,
    steps: [
      ["c", "SUBMIT_JOB", "f", "", "w"],
      ["c", "text", "drop function f\n"],
      ["c", "text", "show jobs\n"],
    ],
  },
  { name: "verbose", steps: [["a", "text", "verbose x\r\n"]] },
  {
    name: "create function with a bare newline",
    differs: 18,
    steps: [["a", "text", "create function name\n"], ["a", "text", "status\n"]],
  },

  // What makes no sense.
  { name: "a type that does not exist", steps: [["a", "type", "43", ""], ["b", "ECHO_REQ", "x"]] },
  { name: "the type 0", steps: [["a", "type", "0", ""], ["b", "ECHO_REQ", "x"]] },
  { name: "the type 5", steps: [["a", "type", "5"], ["a", "type", "5", "body"]] },
  {
    name: "a body where none is expected",
    steps: ["3", "4", "9", "24", "30", "39"].map((type): Step => ["w", "type", type, "bo", "dy"]),
  },
];
