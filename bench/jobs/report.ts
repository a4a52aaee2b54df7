/** What the programs of a benchmark tell the process that started them. */

/** One turn of one program. */
export interface Report {
  readonly jobs: number;
  /** From the first job to the last. */
  readonly seconds: number;
  /** CPU time of the program within them, in seconds. */
  readonly cpu: number;
  /** Milliseconds from a submission to its answer. Not known of libgearman, nor of workers. */
  readonly latency?: Latency;
}

/** The middle, and what one in a hundred exceeds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}
