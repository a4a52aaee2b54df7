/** What is measured: how far each subject is grown, and what it cost. */

/** What `count` of something cost. */
export interface Cost {
  readonly count: number;
  /** Microseconds for each, from its beginning to its end. */
  readonly time: number;
  /** Bytes of heap and buffers for each while all are there. */
  readonly bytes: number;
}

/** How far each subject is grown, in steps of ten. */
export const MOST = {
  "tasks of a client": 1_000_000,
  "queued jobs": 1_000_000,
  "functions with a job": 100_000,
  "sleeping workers": 10_000,
} as const;

/** A subject's name. */
export type SubjectName = keyof typeof MOST;
