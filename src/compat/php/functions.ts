/**
 * The extension's functions: each is a method, with its object as the first argument. They are for
 * objects that give strings as text. The two that make objects are beside the classes, in the entry.
 *
 * @module
 */
import { GearmanClient } from "./client.ts";
import { GEARMAN_VERBOSE_MAX } from "./constants.ts";
import { GearmanJob } from "./job.ts";
import { GearmanTask } from "./task.ts";
import { GearmanWorker } from "./worker.ts";

/** A method as a function. */
export type FunctionOf<Class, Method extends keyof Class> = Class[Method] extends
  (...args: infer Args) => infer Returned ? (object: Class, ...args: Args) => Returned : never;

type ClientFunction<Method extends keyof GearmanClient> = FunctionOf<GearmanClient, Method>;
type TaskFunction<Method extends keyof GearmanTask> = FunctionOf<GearmanTask, Method>;
type WorkerFunction<Method extends keyof GearmanWorker> = FunctionOf<GearmanWorker, Method>;
type JobFunction<Method extends keyof GearmanJob> = FunctionOf<GearmanJob, Method>;

/** Makes a function of a method. Its `length` counts the object, as arguments that must be given. */
function functionOf<Class extends object, Method extends keyof Class>(
  { prototype }: { readonly prototype: Class },
  method: Method,
): FunctionOf<Class, Method> {
  const { length } = prototype[method] as { readonly length: number };
  const call = (object: Class, ...args: unknown[]): unknown =>
    (object[method] as (...args: unknown[]) => unknown)(...args);
  return Object.defineProperty(call, "length", { value: length + 1 }) as FunctionOf<Class, Method>;
}

const ofClient = <Method extends keyof GearmanClient>(method: Method): ClientFunction<Method> =>
  functionOf<GearmanClient, Method>(GearmanClient, method);
const ofTask = <Method extends keyof GearmanTask>(method: Method): TaskFunction<Method> =>
  functionOf<GearmanTask, Method>(GearmanTask, method);
const ofWorker = <Method extends keyof GearmanWorker>(method: Method): WorkerFunction<Method> =>
  functionOf<GearmanWorker, Method>(GearmanWorker, method);
const ofJob = <Method extends keyof GearmanJob>(method: Method): JobFunction<Method> =>
  functionOf<GearmanJob, Method>(GearmanJob, method);

/** The version of libgearman whose names, values and behaviour these are. */
export function gearman_version(): string {
  return "1.1.20";
}

/** Where to tell of bugs. */
export function gearman_bugreport(): string {
  return "Tell the maintainers of geartrain: libgearman has no part in this";
}

const VERBOSE_NAMES = ["NEVER", "FATAL", "ERROR", "INFO", "DEBUG", "CRAZY"];

/** What a level of logging is called; null for one below 0. */
export function gearman_verbose_name(verbose: number): string | null {
  if (verbose < 0) return null;
  return verbose < GEARMAN_VERBOSE_MAX ? VERBOSE_NAMES[Math.trunc(verbose)] : "UNKNOWN";
}

// GearmanClient.

/** {@linkcode GearmanClient.returnCode} as a function. */
export const gearman_client_return_code: ClientFunction<"returnCode"> = ofClient("returnCode");
/** {@linkcode GearmanClient.error} as a function. */
export const gearman_client_error: ClientFunction<"error"> = ofClient("error");
/** {@linkcode GearmanClient.getErrno} as a function. */
export const gearman_client_get_errno: ClientFunction<"getErrno"> = ofClient("getErrno");
/** {@linkcode GearmanClient.options} as a function. */
export const gearman_client_options: ClientFunction<"options"> = ofClient("options");
/** {@linkcode GearmanClient.setOptions} as a function. */
export const gearman_client_set_options: ClientFunction<"setOptions"> = ofClient("setOptions");
/** {@linkcode GearmanClient.addOptions} as a function. */
export const gearman_client_add_options: ClientFunction<"addOptions"> = ofClient("addOptions");
/** {@linkcode GearmanClient.removeOptions} as a function. */
export const gearman_client_remove_options: ClientFunction<"removeOptions"> = ofClient(
  "removeOptions",
);
/** {@linkcode GearmanClient.timeout} as a function. */
export const gearman_client_timeout: ClientFunction<"timeout"> = ofClient("timeout");
/** {@linkcode GearmanClient.setTimeout} as a function. */
export const gearman_client_set_timeout: ClientFunction<"setTimeout"> = ofClient("setTimeout");
/** {@linkcode GearmanClient.addServer} as a function. */
export const gearman_client_add_server: ClientFunction<"addServer"> = ofClient("addServer");
/** {@linkcode GearmanClient.addServers} as a function. */
export const gearman_client_add_servers: ClientFunction<"addServers"> = ofClient("addServers");
/** {@linkcode GearmanClient.wait} as a function. */
export const gearman_client_wait: ClientFunction<"wait"> = ofClient("wait");
/** {@linkcode GearmanClient.doNormal} as a function. */
export const gearman_client_do_normal: ClientFunction<"doNormal"> = ofClient("doNormal");
/** {@linkcode GearmanClient.doHigh} as a function. */
export const gearman_client_do_high: ClientFunction<"doHigh"> = ofClient("doHigh");
/** {@linkcode GearmanClient.doLow} as a function. */
export const gearman_client_do_low: ClientFunction<"doLow"> = ofClient("doLow");
/** {@linkcode GearmanClient.doBackground} as a function. */
export const gearman_client_do_background: ClientFunction<"doBackground"> = ofClient(
  "doBackground",
);
/** {@linkcode GearmanClient.doHighBackground} as a function. */
export const gearman_client_do_high_background: ClientFunction<"doHighBackground"> = ofClient(
  "doHighBackground",
);
/** {@linkcode GearmanClient.doLowBackground} as a function. */
export const gearman_client_do_low_background: ClientFunction<"doLowBackground"> = ofClient(
  "doLowBackground",
);
/** {@linkcode GearmanClient.doJobHandle} as a function. */
export const gearman_client_do_job_handle: ClientFunction<"doJobHandle"> = ofClient("doJobHandle");
/** {@linkcode GearmanClient.doStatus} as a function. */
export const gearman_client_do_status: ClientFunction<"doStatus"> = ofClient("doStatus");
/** {@linkcode GearmanClient.jobStatus} as a function. */
export const gearman_client_job_status: ClientFunction<"jobStatus"> = ofClient("jobStatus");
/** {@linkcode GearmanClient.jobStatusByUniqueKey} as a function. */
export const gearman_client_job_status_by_unique_key: ClientFunction<"jobStatusByUniqueKey"> =
  ofClient("jobStatusByUniqueKey");
/** {@linkcode GearmanClient.ping} as a function. */
export const gearman_client_ping: ClientFunction<"ping"> = ofClient("ping");
/** {@linkcode GearmanClient.addTask} as a function. */
export const gearman_client_add_task: ClientFunction<"addTask"> = ofClient("addTask");
/** {@linkcode GearmanClient.addTaskHigh} as a function. */
export const gearman_client_add_task_high: ClientFunction<"addTaskHigh"> = ofClient("addTaskHigh");
/** {@linkcode GearmanClient.addTaskLow} as a function. */
export const gearman_client_add_task_low: ClientFunction<"addTaskLow"> = ofClient("addTaskLow");
/** {@linkcode GearmanClient.addTaskBackground} as a function. */
export const gearman_client_add_task_background: ClientFunction<"addTaskBackground"> = ofClient(
  "addTaskBackground",
);
/** {@linkcode GearmanClient.addTaskHighBackground} as a function. */
export const gearman_client_add_task_high_background: ClientFunction<"addTaskHighBackground"> =
  ofClient("addTaskHighBackground");
/** {@linkcode GearmanClient.addTaskLowBackground} as a function. */
export const gearman_client_add_task_low_background: ClientFunction<"addTaskLowBackground"> =
  ofClient("addTaskLowBackground");
/** {@linkcode GearmanClient.runTasks} as a function. */
export const gearman_client_run_tasks: ClientFunction<"runTasks"> = ofClient("runTasks");
/** {@linkcode GearmanClient.addTaskStatus} as a function. */
export const gearman_client_add_task_status: ClientFunction<"addTaskStatus"> = ofClient(
  "addTaskStatus",
);
/** {@linkcode GearmanClient.setWorkloadCallback} as a function. */
export const gearman_client_set_workload_callback: ClientFunction<"setWorkloadCallback"> = ofClient(
  "setWorkloadCallback",
);
/** {@linkcode GearmanClient.setCreatedCallback} as a function. */
export const gearman_client_set_created_callback: ClientFunction<"setCreatedCallback"> = ofClient(
  "setCreatedCallback",
);
/** {@linkcode GearmanClient.setDataCallback} as a function. */
export const gearman_client_set_data_callback: ClientFunction<"setDataCallback"> = ofClient(
  "setDataCallback",
);
/** {@linkcode GearmanClient.setWarningCallback} as a function. */
export const gearman_client_set_warning_callback: ClientFunction<"setWarningCallback"> = ofClient(
  "setWarningCallback",
);
/** {@linkcode GearmanClient.setStatusCallback} as a function. */
export const gearman_client_set_status_callback: ClientFunction<"setStatusCallback"> = ofClient(
  "setStatusCallback",
);
/** {@linkcode GearmanClient.setCompleteCallback} as a function. */
export const gearman_client_set_complete_callback: ClientFunction<"setCompleteCallback"> = ofClient(
  "setCompleteCallback",
);
/** {@linkcode GearmanClient.setExceptionCallback} as a function. */
export const gearman_client_set_exception_callback: ClientFunction<"setExceptionCallback"> =
  ofClient("setExceptionCallback");
/** {@linkcode GearmanClient.setFailCallback} as a function. */
export const gearman_client_set_fail_callback: ClientFunction<"setFailCallback"> = ofClient(
  "setFailCallback",
);
/** {@linkcode GearmanClient.clearCallbacks} as a function. */
export const gearman_client_clear_callbacks: ClientFunction<"clearCallbacks"> = ofClient(
  "clearCallbacks",
);
/** {@linkcode GearmanClient.context} as a function. */
export const gearman_client_context: ClientFunction<"context"> = ofClient("context");
/** {@linkcode GearmanClient.setContext} as a function. */
export const gearman_client_set_context: ClientFunction<"setContext"> = ofClient("setContext");
/** {@linkcode GearmanClient.enableExceptionHandler} as a function. */
export const gearman_client_enable_exception_handler: ClientFunction<"enableExceptionHandler"> =
  ofClient("enableExceptionHandler");

// GearmanTask.

/** {@linkcode GearmanTask.returnCode} as a function. */
export const gearman_task_return_code: TaskFunction<"returnCode"> = ofTask("returnCode");
/** {@linkcode GearmanTask.functionName} as a function. */
export const gearman_task_function_name: TaskFunction<"functionName"> = ofTask("functionName");
/** {@linkcode GearmanTask.unique} as a function. */
export const gearman_task_unique: TaskFunction<"unique"> = ofTask("unique");
/** {@linkcode GearmanTask.jobHandle} as a function. */
export const gearman_task_job_handle: TaskFunction<"jobHandle"> = ofTask("jobHandle");
/** {@linkcode GearmanTask.isKnown} as a function. */
export const gearman_task_is_known: TaskFunction<"isKnown"> = ofTask("isKnown");
/** {@linkcode GearmanTask.isRunning} as a function. */
export const gearman_task_is_running: TaskFunction<"isRunning"> = ofTask("isRunning");
/** {@linkcode GearmanTask.taskNumerator} as a function. */
export const gearman_task_numerator: TaskFunction<"taskNumerator"> = ofTask("taskNumerator");
/** {@linkcode GearmanTask.taskDenominator} as a function. */
export const gearman_task_denominator: TaskFunction<"taskDenominator"> = ofTask("taskDenominator");
/** {@linkcode GearmanTask.data} as a function. */
export const gearman_task_data: TaskFunction<"data"> = ofTask("data");
/** {@linkcode GearmanTask.dataSize} as a function. */
export const gearman_task_data_size: TaskFunction<"dataSize"> = ofTask("dataSize");
/** {@linkcode GearmanTask.sendWorkload} as a function. */
export const gearman_task_send_workload: TaskFunction<"sendWorkload"> = ofTask("sendWorkload");
/** {@linkcode GearmanTask.recvData} as a function. */
export const gearman_task_recv_data: TaskFunction<"recvData"> = ofTask("recvData");

// GearmanWorker.

/** {@linkcode GearmanWorker.returnCode} as a function. */
export const gearman_worker_return_code: WorkerFunction<"returnCode"> = ofWorker("returnCode");
/** {@linkcode GearmanWorker.error} as a function. */
export const gearman_worker_error: WorkerFunction<"error"> = ofWorker("error");
/** {@linkcode GearmanWorker.getErrno} as a function. */
export const gearman_worker_errno: WorkerFunction<"getErrno"> = ofWorker("getErrno");
/** {@linkcode GearmanWorker.options} as a function. */
export const gearman_worker_options: WorkerFunction<"options"> = ofWorker("options");
/** {@linkcode GearmanWorker.setOptions} as a function. */
export const gearman_worker_set_options: WorkerFunction<"setOptions"> = ofWorker("setOptions");
/** {@linkcode GearmanWorker.addOptions} as a function. */
export const gearman_worker_add_options: WorkerFunction<"addOptions"> = ofWorker("addOptions");
/** {@linkcode GearmanWorker.removeOptions} as a function. */
export const gearman_worker_remove_options: WorkerFunction<"removeOptions"> = ofWorker(
  "removeOptions",
);
/** {@linkcode GearmanWorker.timeout} as a function. */
export const gearman_worker_timeout: WorkerFunction<"timeout"> = ofWorker("timeout");
/** {@linkcode GearmanWorker.setTimeout} as a function. */
export const gearman_worker_set_timeout: WorkerFunction<"setTimeout"> = ofWorker("setTimeout");
/** {@linkcode GearmanWorker.setId} as a function. */
export const gearman_worker_set_id: WorkerFunction<"setId"> = ofWorker("setId");
/** {@linkcode GearmanWorker.addServer} as a function. */
export const gearman_worker_add_server: WorkerFunction<"addServer"> = ofWorker("addServer");
/** {@linkcode GearmanWorker.addServers} as a function. */
export const gearman_worker_add_servers: WorkerFunction<"addServers"> = ofWorker("addServers");
/** {@linkcode GearmanWorker.wait} as a function. */
export const gearman_worker_wait: WorkerFunction<"wait"> = ofWorker("wait");
/** {@linkcode GearmanWorker.register} as a function. */
export const gearman_worker_register: WorkerFunction<"register"> = ofWorker("register");
/** {@linkcode GearmanWorker.unregister} as a function. */
export const gearman_worker_unregister: WorkerFunction<"unregister"> = ofWorker("unregister");
/** {@linkcode GearmanWorker.unregisterAll} as a function. */
export const gearman_worker_unregister_all: WorkerFunction<"unregisterAll"> = ofWorker(
  "unregisterAll",
);
/** {@linkcode GearmanWorker.grabJob} as a function. */
export const gearman_worker_grab_job: WorkerFunction<"grabJob"> = ofWorker("grabJob");
/** {@linkcode GearmanWorker.addFunction} as a function. */
export const gearman_worker_add_function: WorkerFunction<"addFunction"> = ofWorker("addFunction");
/** {@linkcode GearmanWorker.work} as a function. */
export const gearman_worker_work: WorkerFunction<"work"> = ofWorker("work");
/** {@linkcode GearmanWorker.ping} as a function. */
export const gearman_worker_ping: WorkerFunction<"ping"> = ofWorker("ping");
/** {@linkcode GearmanWorker.enableExceptionHandler} as a function. */
export const gearman_worker_enable_exception_handler: WorkerFunction<"enableExceptionHandler"> =
  ofWorker("enableExceptionHandler");

// GearmanJob.

/** {@linkcode GearmanJob.returnCode} as a function. */
export const gearman_job_return_code: JobFunction<"returnCode"> = ofJob("returnCode");
/** {@linkcode GearmanJob.setReturn} as a function. */
export const gearman_job_set_return: JobFunction<"setReturn"> = ofJob("setReturn");
/** {@linkcode GearmanJob.sendData} as a function. */
export const gearman_job_send_data: JobFunction<"sendData"> = ofJob("sendData");
/** {@linkcode GearmanJob.sendWarning} as a function. */
export const gearman_job_send_warning: JobFunction<"sendWarning"> = ofJob("sendWarning");
/** {@linkcode GearmanJob.sendStatus} as a function. */
export const gearman_job_send_status: JobFunction<"sendStatus"> = ofJob("sendStatus");
/** {@linkcode GearmanJob.sendComplete} as a function. */
export const gearman_job_send_complete: JobFunction<"sendComplete"> = ofJob("sendComplete");
/** {@linkcode GearmanJob.sendException} as a function. */
export const gearman_job_send_exception: JobFunction<"sendException"> = ofJob("sendException");
/** {@linkcode GearmanJob.sendFail} as a function. */
export const gearman_job_send_fail: JobFunction<"sendFail"> = ofJob("sendFail");
/** {@linkcode GearmanJob.handle} as a function. */
export const gearman_job_handle: JobFunction<"handle"> = ofJob("handle");
/** {@linkcode GearmanJob.functionName} as a function. */
export const gearman_job_function_name: JobFunction<"functionName"> = ofJob("functionName");
/** {@linkcode GearmanJob.unique} as a function. */
export const gearman_job_unique: JobFunction<"unique"> = ofJob("unique");
/** {@linkcode GearmanJob.workload} as a function. */
export const gearman_job_workload: JobFunction<"workload"> = ofJob("workload");
/** {@linkcode GearmanJob.workloadSize} as a function. */
export const gearman_job_workload_size: JobFunction<"workloadSize"> = ofJob("workloadSize");

// Names of earlier versions.

/** @deprecated Use {@linkcode gearman_client_do_normal}. */
export const gearman_client_do: ClientFunction<"do"> = ofClient("do");
/** @deprecated Use {@linkcode gearman_client_ping}. */
export const gearman_client_echo: ClientFunction<"echo"> = ofClient("echo");
/** @deprecated Use `gearman_client_create()`. */
export const gearman_client_clone: ClientFunction<"clone"> = ofClient("clone");
/** @deprecated Use {@linkcode gearman_client_context}. */
export const gearman_client_data: ClientFunction<"data"> = ofClient("data");
/** @deprecated Use {@linkcode gearman_client_set_context}. */
export const gearman_client_set_data: ClientFunction<"setData"> = ofClient("setData");
/** @deprecated Use {@linkcode gearman_client_get_errno}. */
export const gearman_client_errno: ClientFunction<"getErrno"> = ofClient("getErrno");
/** @deprecated Use {@linkcode gearman_client_clear_callbacks}. */
export const gearman_client_clear_fn: ClientFunction<"clearCallbacks"> = ofClient("clearCallbacks");
/** @deprecated Use {@linkcode gearman_client_set_workload_callback}. */
export const gearman_client_set_workload_fn: ClientFunction<"setWorkloadCallback"> = ofClient(
  "setWorkloadCallback",
);
/** @deprecated Use {@linkcode gearman_client_set_created_callback}. */
export const gearman_client_set_created_fn: ClientFunction<"setCreatedCallback"> = ofClient(
  "setCreatedCallback",
);
/** @deprecated Use {@linkcode gearman_client_set_data_callback}. */
export const gearman_client_set_data_fn: ClientFunction<"setDataCallback"> = ofClient(
  "setDataCallback",
);
/** @deprecated Use {@linkcode gearman_client_set_warning_callback}. */
export const gearman_client_set_warning_fn: ClientFunction<"setWarningCallback"> = ofClient(
  "setWarningCallback",
);
/** @deprecated Use {@linkcode gearman_client_set_status_callback}. */
export const gearman_client_set_status_fn: ClientFunction<"setStatusCallback"> = ofClient(
  "setStatusCallback",
);
/** @deprecated Use {@linkcode gearman_client_set_complete_callback}. */
export const gearman_client_set_complete_fn: ClientFunction<"setCompleteCallback"> = ofClient(
  "setCompleteCallback",
);
/** @deprecated Use {@linkcode gearman_client_set_exception_callback}. */
export const gearman_client_set_exception_fn: ClientFunction<"setExceptionCallback"> = ofClient(
  "setExceptionCallback",
);
/** @deprecated Use {@linkcode gearman_client_set_fail_callback}. */
export const gearman_client_set_fail_fn: ClientFunction<"setFailCallback"> = ofClient(
  "setFailCallback",
);
/** @deprecated Use {@linkcode gearman_task_function_name}. */
export const gearman_task_function: TaskFunction<"function"> = ofTask("function");
/** @deprecated Use {@linkcode gearman_task_unique}. */
export const gearman_task_uuid: TaskFunction<"uuid"> = ofTask("uuid");
/** @deprecated Use {@linkcode gearman_task_send_workload}. */
export const gearman_task_send_data: TaskFunction<"sendData"> = ofTask("sendData");
/** @deprecated Use {@linkcode gearman_worker_ping}. */
export const gearman_worker_echo: WorkerFunction<"echo"> = ofWorker("echo");
/** @deprecated Use `gearman_worker_create()`. */
export const gearman_worker_clone: WorkerFunction<"clone"> = ofWorker("clone");
/** @deprecated Use {@linkcode gearman_job_send_data}. */
export const gearman_job_data: JobFunction<"data"> = ofJob("data");
/** @deprecated Use {@linkcode gearman_job_send_warning}. */
export const gearman_job_warning: JobFunction<"warning"> = ofJob("warning");
/** @deprecated Use {@linkcode gearman_job_send_status}. */
export const gearman_job_status: JobFunction<"status"> = ofJob("status");
/** @deprecated Use {@linkcode gearman_job_send_complete}. */
export const gearman_job_complete: JobFunction<"complete"> = ofJob("complete");
/** @deprecated Use {@linkcode gearman_job_send_exception}. */
export const gearman_job_exception: JobFunction<"exception"> = ofJob("exception");
/** @deprecated Use {@linkcode gearman_job_send_fail}. */
export const gearman_job_fail: JobFunction<"fail"> = ofJob("fail");
/** @deprecated Tasks are made by {@linkcode gearman_client_add_task}; this makes a shell. */
export function gearman_task_create(): GearmanTask {
  return GearmanTask.create();
}
