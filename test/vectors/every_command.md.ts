/** Vectors: one packet of each kind. See test/codec/vectors.ts for the form. */
const document: string = String.raw`
# Every command

One packet of each of the 42 numbers, in their order.

## CAN_DO

One argument, which runs to the end.

~~~hex
00 52 45 51 00 00 00 01 00 00 00 07
72 65 76 65 72 73 65
~~~

~~~events
0 req CAN_DO "reverse"
~~~

## CANT_DO

One argument, which runs to the end.

~~~hex
00 52 45 51 00 00 00 02 00 00 00 07
72 65 76 65 72 73 65
~~~

~~~events
0 req CANT_DO "reverse"
~~~

## RESET_ABILITIES

No body.

~~~hex
00 52 45 51 00 00 00 03 00 00 00 00
~~~

~~~events
0 req RESET_ABILITIES
~~~

## PRE_SLEEP

No body.

~~~hex
00 52 45 51 00 00 00 04 00 00 00 00
~~~

~~~events
0 req PRE_SLEEP
~~~

## UNUSED

No body. The one number without a meaning.

~~~hex
00 52 45 51 00 00 00 05 00 00 00 00
~~~

~~~events
0 req UNUSED
~~~

## NOOP

No body.

~~~hex
00 52 45 53 00 00 00 06 00 00 00 00
~~~

~~~events
0 res NOOP
~~~

## SUBMIT_JOB

Three arguments, the last of which runs to the end.

~~~hex
00 52 45 51 00 00 00 07 00 00 00 0e
72 65 76 65 72 73 65 00 75 31 00 61 62 63
~~~

~~~events
0 req SUBMIT_JOB "reverse" "u1" "abc"
~~~

## JOB_CREATED

The handle takes a slot.

~~~hex
00 52 45 53 00 00 00 08 00 00 00 07
48 3a 73 72 76 3a 31
~~~

~~~events
0 res JOB_CREATED "H:srv:1" slot=0
~~~

## GRAB_JOB

No body.

~~~hex
00 52 45 51 00 00 00 09 00 00 00 00
~~~

~~~events
0 req GRAB_JOB
~~~

## NO_JOB

No body.

~~~hex
00 52 45 53 00 00 00 0a 00 00 00 00
~~~

~~~events
0 res NO_JOB
~~~

## JOB_ASSIGN

The handle takes a slot; nobody registered the function.

~~~hex
00 52 45 53 00 00 00 0b 00 00 00 13
48 3a 73 72 76 3a 31 00 72 65 76 65 72 73 65 00
61 62 63
~~~

~~~events
0 res JOB_ASSIGN "H:srv:1" "reverse" "abc" slot=0 function=-1
~~~

## WORK_STATUS

Its numbers are read on the way; a handle that nobody introduced has no slot.

~~~hex
00 52 45 51 00 00 00 0c 00 00 00 0b
48 3a 73 72 76 3a 31 00 31 00 32
~~~

~~~events
0 req WORK_STATUS "H:srv:1" "1" "2" numerator=1 denominator=2
~~~

## WORK_COMPLETE

Two arguments, the last of which runs to the end.

~~~hex
00 52 45 51 00 00 00 0d 00 00 00 0b
48 3a 73 72 76 3a 31 00 63 62 61
~~~

~~~events
0 req WORK_COMPLETE "H:srv:1" "cba"
~~~

## WORK_FAIL

A handle alone: no NUL follows it.

~~~hex
00 52 45 51 00 00 00 0e 00 00 00 07
48 3a 73 72 76 3a 31
~~~

~~~events
0 req WORK_FAIL "H:srv:1"
~~~

## GET_STATUS

One argument, which runs to the end.

~~~hex
00 52 45 51 00 00 00 0f 00 00 00 07
48 3a 73 72 76 3a 31
~~~

~~~events
0 req GET_STATUS "H:srv:1"
~~~

## ECHO_REQ

One argument, which runs to the end.

~~~hex
00 52 45 51 00 00 00 10 00 00 00 05
68 65 6c 6c 6f
~~~

~~~events
0 req ECHO_REQ "hello"
~~~

## ECHO_RES

One argument, which runs to the end.

~~~hex
00 52 45 53 00 00 00 11 00 00 00 05
68 65 6c 6c 6f
~~~

~~~events
0 res ECHO_RES "hello"
~~~

## SUBMIT_JOB_BG

Three arguments, the last of which runs to the end.

~~~hex
00 52 45 51 00 00 00 12 00 00 00 0e
72 65 76 65 72 73 65 00 75 31 00 61 62 63
~~~

~~~events
0 req SUBMIT_JOB_BG "reverse" "u1" "abc"
~~~

## ERROR

Its text is data: it runs to the end.

~~~hex
00 52 45 53 00 00 00 13 00 00 00 1d
51 55 45 55 45 5f 45 52 52 4f 52 00 4a 6f 62 20
71 75 65 75 65 20 69 73 20 66 75 6c 6c
~~~

~~~events
0 res ERROR "QUEUE_ERROR" "Job queue is full"
~~~

## STATUS_RES

Five arguments, the last of them runs to the end.

~~~hex
00 52 45 53 00 00 00 14 00 00 00 10
48 3a 73 72 76 3a 31 00 31 00 31 00 33 00 31 30
~~~

~~~events
0 res STATUS_RES "H:srv:1" "1" "1" "3" "10"
~~~

## SUBMIT_JOB_HIGH

Three arguments, the last of which runs to the end.

~~~hex
00 52 45 51 00 00 00 15 00 00 00 0e
72 65 76 65 72 73 65 00 75 31 00 61 62 63
~~~

~~~events
0 req SUBMIT_JOB_HIGH "reverse" "u1" "abc"
~~~

## SET_CLIENT_ID

One argument, which runs to the end.

~~~hex
00 52 45 51 00 00 00 16 00 00 00 08
77 6f 72 6b 65 72 2d 31
~~~

~~~events
0 req SET_CLIENT_ID "worker-1"
~~~

## CAN_DO_TIMEOUT

Two arguments, the last of which runs to the end.

~~~hex
00 52 45 51 00 00 00 17 00 00 00 0c
72 65 76 65 72 73 65 00 33 30 30 30
~~~

~~~events
0 req CAN_DO_TIMEOUT "reverse" "3000"
~~~

## ALL_YOURS

No body.

~~~hex
00 52 45 51 00 00 00 18 00 00 00 00
~~~

~~~events
0 req ALL_YOURS
~~~

## WORK_EXCEPTION

Two arguments, the last of which runs to the end.

~~~hex
00 52 45 51 00 00 00 19 00 00 00 15
48 3a 73 72 76 3a 31 00 6f 75 74 20 6f 66 20 6d
65 6d 6f 72 79
~~~

~~~events
0 req WORK_EXCEPTION "H:srv:1" "out of memory"
~~~

## OPTION_REQ

One argument, which runs to the end.

~~~hex
00 52 45 51 00 00 00 1a 00 00 00 0a
65 78 63 65 70 74 69 6f 6e 73
~~~

~~~events
0 req OPTION_REQ "exceptions"
~~~

## OPTION_RES

One argument, which runs to the end.

~~~hex
00 52 45 53 00 00 00 1b 00 00 00 0a
65 78 63 65 70 74 69 6f 6e 73
~~~

~~~events
0 res OPTION_RES "exceptions"
~~~

## WORK_DATA

Two arguments, the last of which runs to the end.

~~~hex
00 52 45 51 00 00 00 1c 00 00 00 0c
48 3a 73 72 76 3a 31 00 70 61 72 74
~~~

~~~events
0 req WORK_DATA "H:srv:1" "part"
~~~

## WORK_WARNING

Two arguments, the last of which runs to the end.

~~~hex
00 52 45 51 00 00 00 1d 00 00 00 0c
48 3a 73 72 76 3a 31 00 73 6c 6f 77
~~~

~~~events
0 req WORK_WARNING "H:srv:1" "slow"
~~~

## GRAB_JOB_UNIQ

No body.

~~~hex
00 52 45 51 00 00 00 1e 00 00 00 00
~~~

~~~events
0 req GRAB_JOB_UNIQ
~~~

## JOB_ASSIGN_UNIQ

As before, with the unique before the workload.

~~~hex
00 52 45 53 00 00 00 1f 00 00 00 16
48 3a 73 72 76 3a 31 00 72 65 76 65 72 73 65 00
75 31 00 61 62 63
~~~

~~~events
0 res JOB_ASSIGN_UNIQ "H:srv:1" "reverse" "u1" "abc" slot=0 function=-1
~~~

## SUBMIT_JOB_HIGH_BG

Three arguments, the last of which runs to the end.

~~~hex
00 52 45 51 00 00 00 20 00 00 00 0e
72 65 76 65 72 73 65 00 75 31 00 61 62 63
~~~

~~~events
0 req SUBMIT_JOB_HIGH_BG "reverse" "u1" "abc"
~~~

## SUBMIT_JOB_LOW

Three arguments, the last of which runs to the end.

~~~hex
00 52 45 51 00 00 00 21 00 00 00 0e
72 65 76 65 72 73 65 00 75 31 00 61 62 63
~~~

~~~events
0 req SUBMIT_JOB_LOW "reverse" "u1" "abc"
~~~

## SUBMIT_JOB_LOW_BG

Three arguments, the last of which runs to the end.

~~~hex
00 52 45 51 00 00 00 22 00 00 00 0e
72 65 76 65 72 73 65 00 75 31 00 61 62 63
~~~

~~~events
0 req SUBMIT_JOB_LOW_BG "reverse" "u1" "abc"
~~~

## SUBMIT_JOB_SCHED

Eight arguments, the most there are.

~~~hex
00 52 45 51 00 00 00 23 00 00 00 19
72 65 76 65 72 73 65 00 75 31 00 30 00 31 32 00
31 00 36 00 33 00 61 62 63
~~~

~~~events
0 req SUBMIT_JOB_SCHED "reverse" "u1" "0" "12" "1" "6" "3" "abc"
~~~

## SUBMIT_JOB_EPOCH

Four arguments, the last of which runs to the end.

~~~hex
00 52 45 51 00 00 00 24 00 00 00 19
72 65 76 65 72 73 65 00 75 31 00 31 39 30 30 30
30 30 30 30 30 00 61 62 63
~~~

~~~events
0 req SUBMIT_JOB_EPOCH "reverse" "u1" "1900000000" "abc"
~~~

## SUBMIT_REDUCE_JOB

Four arguments before the workload, the last of them empty: the published text has three.

~~~hex
00 52 45 51 00 00 00 25 00 00 00 13
72 65 76 65 72 73 65 00 75 31 00 73 75 6d 00 00
61 62 63
~~~

~~~events
0 req SUBMIT_REDUCE_JOB "reverse" "u1" "sum" "" "abc"
~~~

## SUBMIT_REDUCE_JOB_BACKGROUND

As in the foreground.

~~~hex
00 52 45 51 00 00 00 26 00 00 00 13
72 65 76 65 72 73 65 00 75 31 00 73 75 6d 00 00
61 62 63
~~~

~~~events
0 req SUBMIT_REDUCE_JOB_BACKGROUND "reverse" "u1" "sum" "" "abc"
~~~

## GRAB_JOB_ALL

No body.

~~~hex
00 52 45 51 00 00 00 27 00 00 00 00
~~~

~~~events
0 req GRAB_JOB_ALL
~~~

## JOB_ASSIGN_ALL

Five arguments. The reducer stands where the function's slot would, so there is none.

~~~hex
00 52 45 53 00 00 00 28 00 00 00 1a
48 3a 73 72 76 3a 31 00 72 65 76 65 72 73 65 00
75 31 00 73 75 6d 00 61 62 63
~~~

~~~events
0 res JOB_ASSIGN_ALL "H:srv:1" "reverse" "u1" "sum" "abc" slot=0
~~~

## GET_STATUS_UNIQUE

One argument, which runs to the end.

~~~hex
00 52 45 51 00 00 00 29 00 00 00 02
75 31
~~~

~~~events
0 req GET_STATUS_UNIQUE "u1"
~~~

## STATUS_RES_UNIQUE

Six arguments, and no data.

~~~hex
00 52 45 53 00 00 00 2a 00 00 00 0d
75 31 00 31 00 30 00 33 00 31 30 00 32
~~~

~~~events
0 res STATUS_RES_UNIQUE "u1" "1" "0" "3" "10" "2"
~~~
`;
export default document;
