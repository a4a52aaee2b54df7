/**
 * Every function of the extension's reference, those of earlier versions too, each called once at
 * least. A function is its method with the object before the arguments, so every method runs, too.
 */
import { JobServer } from "../../mod.ts";
import * as php from "../../src/compat/php/mod.ts";
import type { GearmanJob, GearmanTask } from "../../src/compat/php/mod.ts";

const server = await JobServer.listen();
const { host, port } = server.address as { host: string; port: number };
const list = `${host}:${port}`;

console.log(`libgearman ${php.gearman_version()}, ${php.gearman_verbose_name(3)}`);
console.log(php.gearman_bugreport());

// A worker.
const worker = php.gearman_worker_create();
php.gearman_worker_set_options(worker, php.GEARMAN_WORKER_GRAB_UNIQ | 512);
php.gearman_worker_add_options(worker, php.GEARMAN_WORKER_TIMEOUT_RETURN);
php.gearman_worker_remove_options(worker, php.GEARMAN_WORKER_NON_BLOCKING);
php.gearman_worker_set_timeout(worker, 10_000);
php.gearman_worker_set_id(worker, "reference");
await php.gearman_worker_add_server(worker, host, port);
await php.gearman_worker_enable_exception_handler(worker);
console.log("worker", php.gearman_worker_options(worker), php.gearman_worker_timeout(worker));
console.log(
  "ping",
  await php.gearman_worker_ping(worker, "x"),
  await php.gearman_worker_echo(worker, "x"),
);

php.gearman_worker_register(worker, "gone");
php.gearman_worker_unregister(worker, "gone");
php.gearman_worker_register(worker, "gone");
php.gearman_worker_unregister_all(worker);
php.gearman_worker_add_function(worker, "say", async (job: GearmanJob, context: string) => {
  const what = php.gearman_job_workload(job);
  console.log(
    `${context}: ${php.gearman_job_function_name(job)} "${what}"`,
    php.gearman_job_workload_size(job),
    typeof php.gearman_job_handle(job),
    typeof php.gearman_job_unique(job),
    php.gearman_job_return_code(job),
  );
  if (what === "fail") return php.gearman_job_send_fail(job);
  if (what === "old fail") return php.gearman_job_fail(job);
  if (what === "exception") return php.gearman_job_send_exception(job, "boom");
  if (what === "old exception") return php.gearman_job_exception(job, "old boom");
  if (what === "complete") return php.gearman_job_send_complete(job, "all");
  if (what === "old complete") return php.gearman_job_complete(job, "old all");
  if (what === "set") return php.gearman_job_set_return(job, php.GEARMAN_WORK_FAIL);
  await php.gearman_job_send_status(job, 1, 2);
  await php.gearman_job_send_data(job, "part");
  await php.gearman_job_send_warning(job, "careful");
  await php.gearman_job_status(job, 2, 2);
  await php.gearman_job_data(job, "old part");
  await php.gearman_job_warning(job, "old warning");
  return `${what}!`;
}, "context");
let isOn = true;
const working = (async () => {
  while (isOn) {
    await php.gearman_worker_work(worker);
    console.log("work", php.gearman_worker_return_code(worker));
  }
})();

// A client.
const client = php.gearman_client_create({ doCalls: "once" });
php.gearman_client_set_options(client, php.GEARMAN_CLIENT_FREE_TASKS);
php.gearman_client_add_options(client, php.GEARMAN_CLIENT_UNBUFFERED_RESULT);
php.gearman_client_remove_options(client, php.GEARMAN_CLIENT_UNBUFFERED_RESULT);
php.gearman_client_set_timeout(client, 10_000);
php.gearman_client_set_context(client, "kept");
php.gearman_client_set_data(client, php.gearman_client_context(client));
console.log("client", php.gearman_client_options(client), php.gearman_client_timeout(client));
console.log(php.gearman_client_data(client));
await php.gearman_client_add_servers(client, list);
await php.gearman_client_enable_exception_handler(client);
console.log(
  "ping",
  await php.gearman_client_ping(client, "x"),
  await php.gearman_client_echo(client, "x"),
);

for (
  const what of [
    "fail",
    "old fail",
    "exception",
    "old exception",
    "complete",
    "old complete",
    "set",
  ]
) {
  const result = await php.gearman_client_do(client, "say", what);
  console.log(`${what}: "${result}"`, php.gearman_client_return_code(client));
}
console.log(await php.gearman_client_do_normal(client, "say", "normal"));
console.log(await php.gearman_client_do_high(client, "say", "high"));
console.log(await php.gearman_client_do_low(client, "say", "low"));
console.log(php.gearman_client_do_status(client), php.gearman_client_error(client));
console.log(php.gearman_client_get_errno(client), php.gearman_client_errno(client));

const handle = await php.gearman_client_do_background(client, "later", "x", "key");
await php.gearman_client_do_high_background(client, "later", "y");
await php.gearman_client_do_low_background(client, "later", "z");
console.log("handle", typeof php.gearman_client_do_job_handle(client));
console.log(await php.gearman_client_job_status(client, handle));
console.log(await php.gearman_client_job_status_by_unique_key(client, "key"));

// Tasks.
const told = (kind: string) => (task: GearmanTask) => {
  console.log(
    `${kind} ${php.gearman_task_function_name(task)} "${php.gearman_task_data(task)}"`,
    php.gearman_task_data_size(task),
    php.gearman_task_is_known(task),
    php.gearman_task_is_running(task),
    php.gearman_task_numerator(task),
    php.gearman_task_denominator(task),
    php.gearman_task_return_code(task),
    php.gearman_task_recv_data(task, 4),
    php.gearman_task_function(task) === php.gearman_task_function_name(task),
    php.gearman_task_uuid(task) === php.gearman_task_unique(task),
    typeof php.gearman_task_job_handle(task),
  );
};
php.gearman_client_set_workload_fn(client, told("workload"));
php.gearman_client_set_created_fn(client, told("created"));
php.gearman_client_set_data_fn(client, told("data"));
php.gearman_client_set_warning_fn(client, told("warning"));
php.gearman_client_set_status_fn(client, told("status"));
php.gearman_client_set_complete_fn(client, told("complete"));
await php.gearman_client_set_exception_fn(client, told("exception"));
php.gearman_client_set_fail_fn(client, told("fail"));
php.gearman_client_clear_fn(client);
php.gearman_client_clear_callbacks(client);
php.gearman_client_set_workload_callback(client, told("workload"));
php.gearman_client_set_created_callback(client, told("created"));
php.gearman_client_set_data_callback(client, told("data"));
php.gearman_client_set_warning_callback(client, told("warning"));
php.gearman_client_set_status_callback(client, told("status"));
php.gearman_client_set_complete_callback(client, told("complete"));
await php.gearman_client_set_exception_callback(client, told("exception"));
php.gearman_client_set_fail_callback(client, told("fail"));
php.gearman_client_add_task(client, "say", "task");
console.log(await php.gearman_client_run_tasks(client));
php.gearman_client_add_task_high(client, "say", "exception");
console.log(await php.gearman_client_run_tasks(client));
php.gearman_client_add_task_low(client, "say", "fail");
console.log(await php.gearman_client_run_tasks(client));
php.gearman_client_add_task_background(client, "later", "a");
php.gearman_client_add_task_high_background(client, "later", "b");
php.gearman_client_add_task_low_background(client, "later", "c");
php.gearman_client_add_task_status(client, handle);
console.log(await php.gearman_client_run_tasks(client));

// What there is without a job, and the ends.
const shell = php.gearman_task_create();
console.log(php.gearman_task_send_workload(shell, "x"), php.gearman_task_send_data(shell, "x"));
php.gearman_client_set_timeout(client, 1);
console.log("wait", await php.gearman_client_wait(client));
php.gearman_client_set_timeout(client, 10_000);
const clone = php.gearman_client_clone(client);
console.log(await php.gearman_client_add_server(clone, host, port));
isOn = false;
await php.gearman_client_do_normal(client, "say", "goodbye");
await working;
const spare = php.gearman_worker_clone(worker);
await php.gearman_worker_add_servers(spare, list);
php.gearman_worker_unregister_all(spare);
php.gearman_worker_register(spare, "later");
console.log("wait", await php.gearman_worker_wait(spare));
const job = await php.gearman_worker_grab_job(spare);
console.log(
  "grabbed",
  job !== false,
  php.gearman_worker_error(spare),
  php.gearman_worker_errno(spare),
);
if (job !== false) await job.sendComplete("");

for (const object of [client, clone, worker, spare]) await object.__destruct();
await server.close();
console.log("done");
