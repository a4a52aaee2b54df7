/** Vectors: packets around and beyond the windows. See test/codec/vectors.ts for the form. */
const document: string = String.raw`
# Big packets

Packets around the sizes where decoders change from one way of reading to another.

## A packet of 16383 bytes

One byte below the small window. A small one follows at once.

~~~hex
00 52 45 53 00 00 00 08 00 00 00 07  ; JOB_CREATED
48 3a 73 72 76 3a 31
00 52 45 53 00 00 00 1c 00 00 3f f3  ; WORK_DATA
48 3a 73 72 76 3a 31 00
78*16363
00 52 45 53 00 00 00 0d 00 00 00 09  ; WORK_COMPLETE
48 3a 73 72 76 3a 31 00 79
~~~

~~~events
0 res JOB_CREATED "H:srv:1" slot=0
19 res WORK_DATA "H:srv:1" "x"*16363 slot=0
16402 res WORK_COMPLETE "H:srv:1" "y" slot=0
~~~

## A packet of 16384 bytes

The size of the small window. A small one follows at once.

~~~hex
00 52 45 53 00 00 00 08 00 00 00 07  ; JOB_CREATED
48 3a 73 72 76 3a 31
00 52 45 53 00 00 00 1c 00 00 3f f4  ; WORK_DATA
48 3a 73 72 76 3a 31 00
78*16364
00 52 45 53 00 00 00 0d 00 00 00 09  ; WORK_COMPLETE
48 3a 73 72 76 3a 31 00 79
~~~

~~~events
0 res JOB_CREATED "H:srv:1" slot=0
19 res WORK_DATA "H:srv:1" "x"*16364 slot=0
16403 res WORK_COMPLETE "H:srv:1" "y" slot=0
~~~

## A packet of 16385 bytes

One byte above it. A small one follows at once.

~~~hex
00 52 45 53 00 00 00 08 00 00 00 07  ; JOB_CREATED
48 3a 73 72 76 3a 31
00 52 45 53 00 00 00 1c 00 00 3f f5  ; WORK_DATA
48 3a 73 72 76 3a 31 00
78*16365
00 52 45 53 00 00 00 0d 00 00 00 09  ; WORK_COMPLETE
48 3a 73 72 76 3a 31 00 79
~~~

~~~events
0 res JOB_CREATED "H:srv:1" slot=0
19 res WORK_DATA "H:srv:1" "x"*16365 slot=0
16404 res WORK_COMPLETE "H:srv:1" "y" slot=0
~~~

## A packet of 65535 bytes

One byte below the large window, and the carry. A small one follows at once.

~~~hex
00 52 45 53 00 00 00 08 00 00 00 07  ; JOB_CREATED
48 3a 73 72 76 3a 31
00 52 45 53 00 00 00 1c 00 00 ff f3  ; WORK_DATA
48 3a 73 72 76 3a 31 00
78*65515
00 52 45 53 00 00 00 0d 00 00 00 09  ; WORK_COMPLETE
48 3a 73 72 76 3a 31 00 79
~~~

~~~events
0 res JOB_CREATED "H:srv:1" slot=0
19 res WORK_DATA "H:srv:1" "x"*65515 slot=0
65554 res WORK_COMPLETE "H:srv:1" "y" slot=0
~~~

## A packet of 65536 bytes

The size of the large window, and of the carry. A small one follows at once.

~~~hex
00 52 45 53 00 00 00 08 00 00 00 07  ; JOB_CREATED
48 3a 73 72 76 3a 31
00 52 45 53 00 00 00 1c 00 00 ff f4  ; WORK_DATA
48 3a 73 72 76 3a 31 00
78*65516
00 52 45 53 00 00 00 0d 00 00 00 09  ; WORK_COMPLETE
48 3a 73 72 76 3a 31 00 79
~~~

~~~events
0 res JOB_CREATED "H:srv:1" slot=0
19 res WORK_DATA "H:srv:1" "x"*65516 slot=0
65555 res WORK_COMPLETE "H:srv:1" "y" slot=0
~~~

## A packet of 65537 bytes

One byte above it. A small one follows at once.

~~~hex
00 52 45 53 00 00 00 08 00 00 00 07  ; JOB_CREATED
48 3a 73 72 76 3a 31
00 52 45 53 00 00 00 1c 00 00 ff f5  ; WORK_DATA
48 3a 73 72 76 3a 31 00
78*65517
00 52 45 53 00 00 00 0d 00 00 00 09  ; WORK_COMPLETE
48 3a 73 72 76 3a 31 00 79
~~~

~~~events
0 res JOB_CREATED "H:srv:1" slot=0
19 res WORK_DATA "H:srv:1" "x"*65517 slot=0
65556 res WORK_COMPLETE "H:srv:1" "y" slot=0
~~~

## A payload of 300,000 bytes

Larger than every window.

~~~hex
00 52 45 53 00 00 00 08 00 00 00 07  ; JOB_CREATED
48 3a 73 72 76 3a 31
00 52 45 53 00 00 00 1c 00 04 93 e8  ; WORK_DATA
48 3a 73 72 76 3a 31 00
78*300000
00 52 45 53 00 00 00 0d 00 04 93 e8  ; WORK_COMPLETE
48 3a 73 72 76 3a 31 00
79*300000
00 52 45 53 00 00 00 0d 00 00 00 09  ; WORK_COMPLETE
48 3a 73 72 76 3a 31 00 79
~~~

~~~events
0 res JOB_CREATED "H:srv:1" slot=0
19 res WORK_DATA "H:srv:1" "x"*300000 slot=0
300039 res WORK_COMPLETE "H:srv:1" "y"*300000 slot=0
600059 res WORK_COMPLETE "H:srv:1" "y"
~~~

## A big assignment

Handle and function have their slots.

Registers: sum

~~~hex
00 52 45 53 00 00 00 1f 00 01 11 7a  ; JOB_ASSIGN_UNIQ
48 3a 31 00 73 75 6d 00 75 00
78*70000
00 52 45 53 00 00 00 0b 00 01 11 78  ; JOB_ASSIGN
48 3a 32 00 73 75 6d 00
78*70000
00 52 45 51 00 00 00 0e 00 00 00 03  ; WORK_FAIL
48 3a 31
~~~

~~~events
0 res JOB_ASSIGN_UNIQ "H:1" "sum" "u" "x"*70000 slot=1 function=0
70022 res JOB_ASSIGN "H:2" "sum" "x"*70000 slot=2 function=0
140042 req WORK_FAIL "H:1" slot=1
~~~

## Eight arguments, 20,000 bytes apart

Separators are found however far they are.

~~~hex
00 52 45 51 00 00 00 23 00 02 71 07  ; SUBMIT_JOB_SCHED
66*20000
00
75*20000
00
31*20000
00
32*20000
00
33*20000
00
34*20000
00
35*20000
00
78*20000
~~~

~~~events
0 req SUBMIT_JOB_SCHED "f"*20000 "u"*20000 "1"*20000 "2"*20000 "3"*20000 "4"*20000 "5"*20000 "x"*20000
~~~

## A big packet with a separator too few

It is refused when it is whole.

~~~hex
00 52 45 53 00 00 00 08 00 00 00 07  ; JOB_CREATED
48 3a 73 72 76 3a 31
00 52 45 53 00 00 00 0d 00 01 11 70
61*70000
~~~

~~~events
0 res JOB_CREATED "H:srv:1" slot=0
19 fault MISSING_ARGUMENT: Expected 2 arguments in WORK_COMPLETE, got fewer
~~~

## Big packets between lines

The stream goes on where it should.

Options: text

~~~hex
73 74 61 74 75 73 0a
00 52 45 51 00 00 00 10 00 01 11 70  ; ECHO_REQ
78*70000
73 74 61 74 75 73 0a
~~~

~~~events
0 line "status"
7 req ECHO_REQ "x"*70000
70019 line "status"
~~~

## A big packet that does not end

It is waited for.

~~~hex
00 52 45 51 00 00 00 10 00 00 00 01  ; ECHO_REQ
78
00 52 45 51 00 00 00 10 00 0f 42 40
78*70000
~~~

~~~events
0 req ECHO_REQ "x"
~~~
`;
export default document;
