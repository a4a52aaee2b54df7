/**
 * The 157 constants of PHP's gearman extension, with the values of libgearman 1.1.20.
 *
 * @module
 */

// What a call came to: `returnCode()` gives one of these, and a few that have a number and no name here.

/** Done. */
export const GEARMAN_SUCCESS = 0;
/** It would block, in non-blocking mode: `wait()`, and call again. */
export const GEARMAN_IO_WAIT = 1;
/** Asked to stop; a worker callback can set it. */
export const GEARMAN_SHUTDOWN = 2;
/** Server side. */
export const GEARMAN_SHUTDOWN_GRACEFUL = 3;
/** System error, see `getErrno()`. */
export const GEARMAN_ERRNO = 4;
/** Server side. */
export const GEARMAN_EVENT = 5;
/** Packet with too many arguments. */
export const GEARMAN_TOO_MANY_ARGS = 6;
/** `wait()` with nothing connected. */
export const GEARMAN_NO_ACTIVE_FDS = 7;
/** Bad packet magic. */
export const GEARMAN_INVALID_MAGIC = 8;
/** Unknown packet type. */
export const GEARMAN_INVALID_COMMAND = 9;
/** Malformed packet. */
export const GEARMAN_INVALID_PACKET = 10;
/** A packet that does not fit the state, e.g. ERROR in answer to a worker. */
export const GEARMAN_UNEXPECTED_PACKET = 11;
/** Host name not resolved. */
export const GEARMAN_GETADDRINFO = 12;
/** No server was added. */
export const GEARMAN_NO_SERVERS = 13;
/** Peer closed. */
export const GEARMAN_LOST_CONNECTION = 14;
/** Out of memory. */
export const GEARMAN_MEMORY_ALLOCATION_FAILURE = 15;
/** Job known already. */
export const GEARMAN_JOB_EXISTS = 16;
/** Declared; a full queue is in fact reported as 42. */
export const GEARMAN_JOB_QUEUE_FULL = 17;
/** ERROR packet with an unrecognised code. */
export const GEARMAN_SERVER_ERROR = 18;
/** Generic worker error. */
export const GEARMAN_WORK_ERROR = 19;
/** Partial data packet. */
export const GEARMAN_WORK_DATA = 20;
/** Warning packet. */
export const GEARMAN_WORK_WARNING = 21;
/** Status packet. */
export const GEARMAN_WORK_STATUS = 22;
/** Job ended with an exception. */
export const GEARMAN_WORK_EXCEPTION = 23;
/** Job failed. */
export const GEARMAN_WORK_FAIL = 24;
/** Operation needs a connection. */
export const GEARMAN_NOT_CONNECTED = 25;
/** Connect refused or timed out. */
export const GEARMAN_COULD_NOT_CONNECT = 26;
/** Server side. */
export const GEARMAN_SEND_IN_PROGRESS = 27;
/** Server side. */
export const GEARMAN_RECV_IN_PROGRESS = 28;
/** Internal. */
export const GEARMAN_NOT_FLUSHING = 29;
/** More data than announced. */
export const GEARMAN_DATA_TOO_LARGE = 30;
/** Worker got a job it has no callback for. */
export const GEARMAN_INVALID_FUNCTION_NAME = 31;
/** No callback given. */
export const GEARMAN_INVALID_WORKER_FUNCTION = 32;
/** `work()` or `unregisterAll()` with no function. */
export const GEARMAN_NO_REGISTERED_FUNCTIONS = 34;
/** Queue empty (non-blocking work, grabJob). */
export const GEARMAN_NO_JOBS = 35;
/** Ping came back different. */
export const GEARMAN_ECHO_DATA_CORRUPTION = 36;
/** Workload callback missing. */
export const GEARMAN_NEED_WORKLOAD_FN = 37;
/** A task callback asked to interrupt the run. */
export const GEARMAN_PAUSE = 38;
/** Internal "no result yet"; its name shows up in error(). */
export const GEARMAN_UNKNOWN_STATE = 39;
/** Server side. */
export const GEARMAN_PTHREAD = 40;
/** Server side. */
export const GEARMAN_PIPE_EOF = 41;
/** Server refused the job: queue full or queue failure. */
export const GEARMAN_QUEUE_ERROR = 42;
/** Internal. */
export const GEARMAN_FLUSH_DATA = 43;
/** Internal. */
export const GEARMAN_SEND_BUFFER_TOO_SMALL = 44;
/** Internal. */
export const GEARMAN_IGNORE_PACKET = 45;
/** Server does not know the option. */
export const GEARMAN_UNKNOWN_OPTION = 46;
/** The `setTimeout()` limit passed. */
export const GEARMAN_TIMEOUT = 47;
/** Upper bound; 2.1.0 against libgearman 1.1.20. */
export const GEARMAN_MAX_RETURN = 53;

// The bits of `GearmanClient.options()`.

/** Internal, not settable. */
export const GEARMAN_CLIENT_ALLOCATED = 1;
/** RunTasks/do* return IO_WAIT instead of blocking. */
export const GEARMAN_CLIENT_NON_BLOCKING = 2;
/** Internal, not settable. */
export const GEARMAN_CLIENT_TASK_IN_USE = 4;
/** Data is read in callbacks with `recvData()`. */
export const GEARMAN_CLIENT_UNBUFFERED_RESULT = 8;
/** Internal, not settable. */
export const GEARMAN_CLIENT_NO_NEW = 16;
/** Finished tasks are released at once; on by default in the extension. */
export const GEARMAN_CLIENT_FREE_TASKS = 32;

// The bits of `GearmanWorker.options()`.

/** Internal. */
export const GEARMAN_WORKER_ALLOCATED = 1;
/** Work() returns instead of waiting. */
export const GEARMAN_WORKER_NON_BLOCKING = 2;
/** Internal, always shown as set. */
export const GEARMAN_WORKER_PACKET_INIT = 4;
/** Internal. */
export const GEARMAN_WORKER_GRAB_JOB_IN_USE = 8;
/** Internal. */
export const GEARMAN_WORKER_PRE_SLEEP_IN_USE = 16;
/** Internal. */
export const GEARMAN_WORKER_WORK_JOB_IN_USE = 32;
/** Internal: function list changed. */
export const GEARMAN_WORKER_CHANGE = 64;
/** Ask for the unique key with each job; on by default. */
export const GEARMAN_WORKER_GRAB_UNIQ = 128;
/** Return GEARMAN_TIMEOUT when the timeout passes; set by `setTimeout()`. */
export const GEARMAN_WORKER_TIMEOUT_RETURN = 256;

// libgearman's numbers of the three lanes.

export const GEARMAN_JOB_PRIORITY_HIGH = 0;
export const GEARMAN_JOB_PRIORITY_NORMAL = 1;
export const GEARMAN_JOB_PRIORITY_LOW = 2;
export const GEARMAN_JOB_PRIORITY_MAX = 3;

// Defaults, sizes and limits of the C library. Some are history, and no rule of this face.

/** Host used when none is given. */
export const GEARMAN_DEFAULT_TCP_HOST = "localhost";
/** Port used when none is given. */
export const GEARMAN_DEFAULT_TCP_PORT = 4730;
/** Historic default, seconds; not applied by the extension. */
export const GEARMAN_DEFAULT_SOCKET_TIMEOUT = 10;
/** Requested send buffer of a socket. */
export const GEARMAN_DEFAULT_SOCKET_SEND_SIZE = 32768;
/** Requested receive buffer of a socket. */
export const GEARMAN_DEFAULT_SOCKET_RECV_SIZE = 32768;
/** Longest error text. */
export const GEARMAN_MAX_ERROR_SIZE = 2048;
/** Bytes of a binary packet header. */
export const GEARMAN_PACKET_HEADER_SIZE = 12;
/** Room for a handle with its NUL. */
export const GEARMAN_JOB_HANDLE_SIZE = 64;
/** Longest server option name. */
export const GEARMAN_OPTION_SIZE = 64;
/** Nominal limit of a unique key. */
export const GEARMAN_UNIQUE_SIZE = 64;
/** Most arguments in a packet. */
export const GEARMAN_MAX_COMMAND_ARGS = 8;
/** Inline argument buffer. */
export const GEARMAN_ARGS_BUFFER_SIZE = 128;
/** Library send buffer. */
export const GEARMAN_SEND_BUFFER_SIZE = 8192;
/** Library receive buffer. */
export const GEARMAN_RECV_BUFFER_SIZE = 8192;
/** Milliseconds a worker naps or waits by default. */
export const GEARMAN_WORKER_WAIT_TIMEOUT = 10000;

// Packet types, by the names of the protocol.

export const GEARMAN_COMMAND_TEXT = 0;
export const GEARMAN_COMMAND_CAN_DO = 1;
export const GEARMAN_COMMAND_CANT_DO = 2;
export const GEARMAN_COMMAND_RESET_ABILITIES = 3;
export const GEARMAN_COMMAND_PRE_SLEEP = 4;
export const GEARMAN_COMMAND_UNUSED = 5;
export const GEARMAN_COMMAND_NOOP = 6;
export const GEARMAN_COMMAND_SUBMIT_JOB = 7;
export const GEARMAN_COMMAND_JOB_CREATED = 8;
export const GEARMAN_COMMAND_GRAB_JOB = 9;
export const GEARMAN_COMMAND_NO_JOB = 10;
export const GEARMAN_COMMAND_JOB_ASSIGN = 11;
export const GEARMAN_COMMAND_WORK_STATUS = 12;
export const GEARMAN_COMMAND_WORK_COMPLETE = 13;
export const GEARMAN_COMMAND_WORK_FAIL = 14;
export const GEARMAN_COMMAND_GET_STATUS = 15;
export const GEARMAN_COMMAND_ECHO_REQ = 16;
export const GEARMAN_COMMAND_ECHO_RES = 17;
export const GEARMAN_COMMAND_SUBMIT_JOB_BG = 18;
export const GEARMAN_COMMAND_ERROR = 19;
export const GEARMAN_COMMAND_STATUS_RES = 20;
export const GEARMAN_COMMAND_SUBMIT_JOB_HIGH = 21;
export const GEARMAN_COMMAND_SET_CLIENT_ID = 22;
export const GEARMAN_COMMAND_CAN_DO_TIMEOUT = 23;
export const GEARMAN_COMMAND_ALL_YOURS = 24;
export const GEARMAN_COMMAND_WORK_EXCEPTION = 25;
export const GEARMAN_COMMAND_OPTION_REQ = 26;
export const GEARMAN_COMMAND_OPTION_RES = 27;
export const GEARMAN_COMMAND_WORK_DATA = 28;
export const GEARMAN_COMMAND_WORK_WARNING = 29;
export const GEARMAN_COMMAND_GRAB_JOB_UNIQ = 30;
export const GEARMAN_COMMAND_JOB_ASSIGN_UNIQ = 31;
export const GEARMAN_COMMAND_SUBMIT_JOB_HIGH_BG = 32;
export const GEARMAN_COMMAND_SUBMIT_JOB_LOW = 33;
export const GEARMAN_COMMAND_SUBMIT_JOB_LOW_BG = 34;
export const GEARMAN_COMMAND_SUBMIT_JOB_SCHED = 35;
export const GEARMAN_COMMAND_SUBMIT_JOB_EPOCH = 36;
export const GEARMAN_COMMAND_MAX = 43;

// States inside the C library's tasks. Nothing here gives one.

export const GEARMAN_TASK_STATE_NEW = 0;
export const GEARMAN_TASK_STATE_SUBMIT = 1;
export const GEARMAN_TASK_STATE_WORKLOAD = 2;
export const GEARMAN_TASK_STATE_WORK = 3;
export const GEARMAN_TASK_STATE_CREATED = 4;
export const GEARMAN_TASK_STATE_DATA = 5;
export const GEARMAN_TASK_STATE_WARNING = 6;
export const GEARMAN_TASK_STATE_STATUS = 7;
export const GEARMAN_TASK_STATE_COMPLETE = 8;
export const GEARMAN_TASK_STATE_EXCEPTION = 9;
export const GEARMAN_TASK_STATE_FAIL = 10;
export const GEARMAN_TASK_STATE_FINISHED = 11;

// States inside the C library's clients. Nothing here gives one.

export const GEARMAN_CLIENT_STATE_IDLE = 0;
export const GEARMAN_CLIENT_STATE_NEW = 1;
export const GEARMAN_CLIENT_STATE_SUBMIT = 2;
export const GEARMAN_CLIENT_STATE_PACKET = 3;

// States inside the C library's workers. Nothing here gives one.

export const GEARMAN_WORKER_STATE_START = 0;
export const GEARMAN_WORKER_STATE_FUNCTION_SEND = 1;
export const GEARMAN_WORKER_STATE_CONNECT = 2;
export const GEARMAN_WORKER_STATE_GRAB_JOB_SEND = 3;
export const GEARMAN_WORKER_STATE_GRAB_JOB_RECV = 4;
export const GEARMAN_WORKER_STATE_PRE_SLEEP = 5;

// Options and states inside the C library's connections. Nothing here takes one.

export const GEARMAN_CON_READY = 0;
export const GEARMAN_CON_PACKET_IN_USE = 1;
export const GEARMAN_CON_EXTERNAL_FD = 2;
export const GEARMAN_CON_IGNORE_LOST_CONNECTION = 3;
export const GEARMAN_CON_CLOSE_AFTER_FLUSH = 4;
export const GEARMAN_CON_SEND_STATE_NONE = 0;
export const GEARMAN_CON_RECV_STATE_READ_DATA = 2;

// Options of the C library as a whole. Nothing here takes one.

export const GEARMAN_NON_BLOCKING = 0;
export const GEARMAN_DONT_TRACK_PACKETS = 1;

// How much is logged, for `gearman_verbose_name()`.

export const GEARMAN_VERBOSE_FATAL = 1;
export const GEARMAN_VERBOSE_ERROR = 2;
export const GEARMAN_VERBOSE_INFO = 3;
export const GEARMAN_VERBOSE_DEBUG = 4;
export const GEARMAN_VERBOSE_CRAZY = 5;
export const GEARMAN_VERBOSE_MAX = 6;
