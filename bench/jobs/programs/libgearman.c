/* libgearman, without a language around it: libgearman ROLE HOST PORT SIZE IN_FLIGHT. Takes turns as
 * turns.ts says. Its worker has one job at a time, whatever IN_FLIGHT is: it knows no other way. */
#include <libgearman-1.0/gearman.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static const char FUNCTION_NAME[] = "bench";

static const char *host;
static in_port_t port;
static char *workload;
static size_t size;

static double wall(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double cpu(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void report(long jobs, double start, double cpu_start) {
  printf("{\"jobs\":%ld,\"seconds\":%.9f,\"cpu\":%.9f}\n", jobs, wall() - start, cpu() - cpu_start);
  fflush(stdout);
}

static void insist(gearman_return_t got, const char *error) {
  if (gearman_success(got)) return;
  fprintf(stderr, "%s: %s\n", gearman_strerror(got), error);
  exit(1);
}

static gearman_return_t on_complete(gearman_task_st *task) {
  if (gearman_task_data_size(task) == size) return GEARMAN_SUCCESS;
  fprintf(stderr, "Expected %zu bytes, got %zu\n", size, gearman_task_data_size(task));
  exit(1);
}

/* Batches of IN_FLIGHT: tasks that are added while others run go out one by one. */
static void submit(gearman_client_st *client, long jobs, long in_flight, int is_background) {
  double start = wall(), cpu_start = cpu();
  for (long left = jobs, batch; left > 0; left -= batch) {
    gearman_return_t got;
    batch = left < in_flight ? left : in_flight;
    for (long i = 0; i < batch; i++) {
      (is_background ? gearman_client_add_task_background : gearman_client_add_task)(
          client, NULL, NULL, FUNCTION_NAME, NULL, workload, size, &got);
      insist(got, gearman_client_error(client));
    }
    insist(gearman_client_run_tasks(client), gearman_client_error(client));
    gearman_client_task_free_all(client);
  }
  report(jobs, start, cpu_start);
}

static long done;
static double work_start, work_cpu;

static gearman_return_t echo(gearman_job_st *job, void *context) {
  (void)context;
  if (done++ == 0) {
    work_start = wall();
    work_cpu = cpu();
  }
  return gearman_job_send_complete(job, gearman_job_workload(job), gearman_job_workload_size(job));
}

static void work(long jobs) {
  gearman_worker_st *worker = gearman_worker_create(NULL);
  insist(gearman_worker_add_server(worker, host, port), gearman_worker_error(worker));
  gearman_function_t function = gearman_function_create(echo);
  insist(gearman_worker_define_function(worker, FUNCTION_NAME, strlen(FUNCTION_NAME), function, 0,
                                        NULL),
         gearman_worker_error(worker));
  done = 0;
  puts("ready");
  fflush(stdout);
  while (done < jobs) insist(gearman_worker_work(worker), gearman_worker_error(worker));
  report(jobs, work_start, work_cpu);
  gearman_worker_free(worker);
}

int main(int count, char **arguments) {
  if (count != 6) {
    fprintf(stderr, "Expected ROLE HOST PORT SIZE IN_FLIGHT\n");
    return 2;
  }
  const char *role = arguments[1];
  host = arguments[2];
  port = (in_port_t)atoi(arguments[3]);
  size = (size_t)atol(arguments[4]);
  long in_flight = atol(arguments[5]);
  workload = malloc(size + 1);
  memset(workload, 'w', size);

  gearman_client_st *client = gearman_client_create(NULL);
  insist(gearman_client_add_server(client, host, port), gearman_client_error(client));
  gearman_client_set_complete_fn(client, on_complete);
  char line[64];
  while (fgets(line, sizeof line, stdin) != NULL) {
    long jobs = atol(line);
    if (strcmp(role, "worker") == 0) work(jobs);
    else submit(client, jobs, in_flight, strcmp(role, "background") == 0);
  }
  gearman_client_free(client);
  return 0;
}
