/**
 * Net_Gearman's names for packets and for their fields. The first part of the table is its own;
 * the rest it does not know.
 *
 * @module
 */

/** A packet's number and its fields, in the order of the wire. */
export type PacketRow = readonly [type: number, fields: readonly string[]];

const SUBMISSION = ["func", "uniq", "arg"];

/** Every packet by its name. */
export const PACKETS: Readonly<Record<string, PacketRow>> = {
  can_do: [1, ["func"]],
  can_do_timeout: [23, ["func", "timeout"]],
  cant_do: [2, ["func"]],
  reset_abilities: [3, []],
  set_client_id: [22, ["client_id"]],
  pre_sleep: [4, []],
  noop: [6, []],
  submit_job: [7, SUBMISSION],
  submit_job_high: [21, SUBMISSION],
  submit_job_bg: [18, SUBMISSION],
  submit_job_high_bg: [32, SUBMISSION],
  submit_job_low: [33, SUBMISSION],
  submit_job_low_bg: [34, SUBMISSION],
  job_created: [8, ["handle"]],
  grab_job: [9, []],
  no_job: [10, []],
  job_assign: [11, ["handle", "func", "arg"]],
  work_status: [12, ["handle", "numerator", "denominator"]],
  work_complete: [13, ["handle", "result"]],
  work_fail: [14, ["handle"]],
  get_status: [15, ["handle"]],
  status_res: [20, ["handle", "known", "running", "numerator", "denominator"]],
  echo_req: [16, ["text"]],
  echo_res: [17, ["text"]],
  error: [19, ["err_code", "err_text"]],
  all_yours: [24, []],

  unused: [5, []],
  work_exception: [25, ["handle", "exception"]],
  option_req: [26, ["option"]],
  option_res: [27, ["option"]],
  work_data: [28, ["handle", "data"]],
  work_warning: [29, ["handle", "data"]],
  grab_job_uniq: [30, []],
  job_assign_uniq: [31, ["handle", "func", "uniq", "arg"]],
  submit_job_sched: [35, ["func", "uniq", "minute", "hour", "mday", "month", "wday", "arg"]],
  submit_job_epoch: [36, ["func", "uniq", "time", "arg"]],
  submit_reduce_job: [37, ["func", "uniq", "reducer", "aggregator", "arg"]],
  submit_reduce_job_background: [38, ["func", "uniq", "reducer", "aggregator", "arg"]],
  grab_job_all: [39, []],
  job_assign_all: [40, ["handle", "func", "uniq", "reducer", "arg"]],
  get_status_unique: [41, ["uniq"]],
  status_res_unique: [42, ["uniq", "known", "running", "numerator", "denominator", "clients"]],
};

/** The packets that Net_Gearman knows: as many of the table, from its beginning. */
export const NET_GEARMAN_PACKETS = 26;

const byType = new Map(
  Object.entries(PACKETS).map(([name, [type, fields]]) => [type, { name, fields }]),
);

/** The name and the fields of a packet's number. */
export function packetOf(
  type: number,
): { readonly name: string; readonly fields: readonly string[] } | undefined {
  return byType.get(type);
}
