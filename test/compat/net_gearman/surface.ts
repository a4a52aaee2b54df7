/**
 * Every class of Net_Gearman 2.3.1 with its public methods, its constants and what it lets
 * subclasses change; and what ours have beside them. Numbers are the arguments that PHP requires.
 *
 * @module
 */

/** A class. */
export interface Surface {
  /** PHP's methods, and how many arguments each requires. `__construct` is the constructor. */
  readonly methods: Readonly<Record<string, number>>;
  /** Its static methods. */
  readonly statics?: Readonly<Record<string, number>>;
  /** Its methods for subclasses, by name. */
  readonly hooks?: readonly string[];
  /** Its constants. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Its abstract methods, which a class of ours has not, and a class made of it must. */
  readonly abstracts?: readonly string[];
  /** Ours alone. */
  readonly ours?: readonly string[];
}

/** What stands for PHP's destructor. */
export const DESTRUCTOR = "[Symbol.asyncDispose]";

/** The classes by their PHP names. */
export const SURFACES: Readonly<Record<string, Surface>> = {
  Net_Gearman_Client: {
    methods: {
      __construct: 1,
      attachCallback: 1,
      __call: 1,
      runSet: 1,
      disconnect: 0,
      [DESTRUCTOR]: 0,
    },
    statics: { getInstance: 1 },
    hooks: ["getConnection", "submitTask", "handleResponse"],
  },
  Net_Gearman_Task: {
    methods: {
      __construct: 2,
      attachCallback: 1,
      getCallbacks: 0,
      complete: 1,
      fail: 0,
      status: 2,
    },
    constants: {
      JOB_NORMAL: 1,
      JOB_BACKGROUND: 2,
      JOB_HIGH: 3,
      JOB_HIGH_BACKGROUND: 4,
      JOB_LOW: 5,
      JOB_LOW_BACKGROUND: 6,
      TASK_COMPLETE: 1,
      TASK_FAIL: 2,
      TASK_STATUS: 3,
    },
    ours: ["data", "warning", "TASK_DATA", "TASK_WARNING"],
  },
  Net_Gearman_Set: {
    methods: {
      __construct: 0,
      addTask: 1,
      getTask: 1,
      finished: 0,
      attachCallback: 1,
      getIterator: 0,
      count: 0,
    },
    ours: ["settled", "[Symbol.iterator]"],
  },
  Net_Gearman_Job: { methods: {}, statics: { factory: 3 }, ours: ["register"] },
  Net_Gearman_Job_Common: {
    methods: { __construct: 2, status: 2, complete: 1, fail: 0 },
    abstracts: ["run"],
  },
  Net_Gearman_Worker: {
    methods: {
      __construct: 1,
      addAbility: 1,
      beginWork: 0,
      attachCallback: 1,
      connection_status: 0,
      endWork: 0,
      [DESTRUCTOR]: 0,
      stopWork: 0,
    },
    constants: { JOB_START: 1, JOB_COMPLETE: 2, JOB_FAIL: 3, WORKER_STATUS: 4 },
  },
  Net_Gearman_Manager: {
    methods: {
      __construct: 0,
      version: 0,
      shutdown: 0,
      workers: 0,
      parseWorkersResponse: 1,
      setMaxQueueSize: 2,
      status: 0,
      disconnect: 0,
      [DESTRUCTOR]: 0,
    },
    ours: [
      "priorityStatus",
      "showJobs",
      "showUniqueJobs",
      "cancelJob",
      "createFunction",
      "dropFunction",
      "verbose",
      "getpid",
    ],
  },
  Net_Gearman_Connection: {
    methods: {
      __construct: 0,
      [DESTRUCTOR]: 0,
      connect: 1,
      addWaitingTask: 1,
      getWaitingTask: 0,
      send: 1,
      read: 0,
      blockingRead: 0,
      close: 0,
      isConnected: 0,
    },
    statics: { calculateTimeout: 1, stringLength: 1, subString: 3 },
    // A public field in PHP.
    ours: ["socket"],
  },
  Net_Gearman_Exception: { methods: {} },
  Net_Gearman_Job_Exception: { methods: {} },
};

/** The constants of a program, and their values before it has set them. */
export const GLOBALS = {
  NET_GEARMAN_JOB_PATH: "Net/Gearman/Job",
  NET_GEARMAN_JOB_CLASS_PREFIX: "Net_Gearman_Job_",
};
