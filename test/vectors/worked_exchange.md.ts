/** Vectors: one job, from its submission to its result. See test/codec/vectors.ts for the form. */
const document: string = String.raw`
# The worked exchange

A worker registers the function rev, finds nothing and sleeps; a client submits a job; the worker
is woken, reports its progress and completes it. Captured from gearmand 1.1.20.

## What the worker sends

It offers an ability, finds no job, sleeps, is woken, and does the job. A server needs no slots.

Options: no slots

~~~hex
00 52 45 51 00 00 00 01 00 00 00 03  ; CAN_DO
72 65 76
00 52 45 51 00 00 00 1e 00 00 00 00  ; GRAB_JOB_UNIQ
00 52 45 51 00 00 00 04 00 00 00 00  ; PRE_SLEEP
00 52 45 51 00 00 00 1e 00 00 00 00  ; GRAB_JOB_UNIQ
00 52 45 51 00 00 00 0c 00 00 00 0b  ; WORK_STATUS
48 3a 73 72 76 3a 31 00 31 00 32
00 52 45 51 00 00 00 0d 00 00 00 0b  ; WORK_COMPLETE
48 3a 73 72 76 3a 31 00 63 62 61
~~~

~~~events
0 req CAN_DO "rev"
15 req GRAB_JOB_UNIQ
27 req PRE_SLEEP
39 req GRAB_JOB_UNIQ
51 req WORK_STATUS "H:srv:1" "1" "2" numerator=1 denominator=2
74 req WORK_COMPLETE "H:srv:1" "cba"
~~~

## What the worker is sent

The function that it registered has slot 0, so the job has slot 1 and says 0 for its function.

Registers: rev

~~~hex
00 52 45 53 00 00 00 0a 00 00 00 00  ; NO_JOB
00 52 45 53 00 00 00 06 00 00 00 00  ; NOOP
00 52 45 53 00 00 00 1f 00 00 00 12  ; JOB_ASSIGN_UNIQ
48 3a 73 72 76 3a 31 00 72 65 76 00 75 31 00 61
62 63
~~~

~~~events
0 res NO_JOB
12 res NOOP
24 res JOB_ASSIGN_UNIQ "H:srv:1" "rev" "u1" "abc" slot=1 function=0
~~~

## What the client sends

One submission, with a unique.

Options: no slots

~~~hex
00 52 45 51 00 00 00 07 00 00 00 0a  ; SUBMIT_JOB
72 65 76 00 75 31 00 61 62 63
~~~

~~~events
0 req SUBMIT_JOB "rev" "u1" "abc"
~~~

## What the client is sent

Acknowledgement, status and result of the job, by one slot.

~~~hex
00 52 45 53 00 00 00 08 00 00 00 07  ; JOB_CREATED
48 3a 73 72 76 3a 31
00 52 45 53 00 00 00 0c 00 00 00 0b  ; WORK_STATUS
48 3a 73 72 76 3a 31 00 31 00 32
00 52 45 53 00 00 00 0d 00 00 00 0b  ; WORK_COMPLETE
48 3a 73 72 76 3a 31 00 63 62 61
~~~

~~~events
0 res JOB_CREATED "H:srv:1" slot=0
19 res WORK_STATUS "H:srv:1" "1" "2" slot=0 numerator=1 denominator=2
42 res WORK_COMPLETE "H:srv:1" "cba" slot=0
~~~
`;
export default document;
