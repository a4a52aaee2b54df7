/** Vectors: where arguments end. See test/codec/vectors.ts for the form. */
const document: string = String.raw`
# Arguments

Every argument but the last ends at a NUL; the last runs to the end of the body.

## A command of one argument with no body

The argument is there, and empty.

~~~hex
00 52 45 51 00 00 00 01 00 00 00 00  ; CAN_DO
00 52 45 51 00 00 00 10 00 00 00 00  ; ECHO_REQ
~~~

~~~events
0 req CAN_DO ""
12 req ECHO_REQ ""
~~~

## A command without arguments with a body

gearmand reads the body and ignores it; so do we.

~~~hex
00 52 45 51 00 00 00 09 00 00 00 03  ; GRAB_JOB
78 00 79
00 52 45 51 00 00 00 10 00 00 00 01  ; ECHO_REQ
78
~~~

~~~events
0 req GRAB_JOB
15 req ECHO_REQ "x"
~~~

## Empty data

The NUL after the handle ends the body.

~~~hex
00 52 45 51 00 00 00 0d 00 00 00 08  ; WORK_COMPLETE
48 3a 73 72 76 3a 31 00
~~~

~~~events
0 req WORK_COMPLETE "H:srv:1" ""
~~~

## Every argument empty

Nothing but separators.

~~~hex
00 52 45 51 00 00 00 07 00 00 00 02  ; SUBMIT_JOB
00 00
00 52 45 51 00 00 00 23 00 00 00 07  ; SUBMIT_JOB_SCHED
00 00 00 00 00 00 00
00 52 45 53 00 00 00 2a 00 00 00 05  ; STATUS_RES_UNIQUE
00 00 00 00 00
~~~

~~~events
0 req SUBMIT_JOB "" "" ""
14 req SUBMIT_JOB_SCHED "" "" "" "" "" "" "" ""
33 res STATUS_RES_UNIQUE "" "" "" "" "" ""
~~~

## NULs in data

Only as many NULs separate as there are arguments before the last.

~~~hex
00 52 45 51 00 00 00 10 00 00 00 03  ; ECHO_REQ
00 00 00
00 52 45 51 00 00 00 07 00 00 00 0a  ; SUBMIT_JOB
66 00 75 00 00 61 00 00 62 00
00 52 45 51 00 00 00 1c 00 00 00 09  ; WORK_DATA
48 3a 73 72 76 3a 31 00 00
~~~

~~~events
0 req ECHO_REQ "\x00\x00\x00"
15 req SUBMIT_JOB "f" "u" "\x00a\x00\x00b\x00"
37 req WORK_DATA "H:srv:1" "\x00"
~~~

## All 256 bytes as data

Data is opaque: no byte means anything.

~~~hex
00 52 45 51 00 00 00 10 00 00 01 00  ; ECHO_REQ
00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f
10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f
20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f
30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f
40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f
50 51 52 53 54 55 56 57 58 59 5a 5b 5c 5d 5e 5f
60 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e 6f
70 71 72 73 74 75 76 77 78 79 7a 7b 7c 7d 7e 7f
80 81 82 83 84 85 86 87 88 89 8a 8b 8c 8d 8e 8f
90 91 92 93 94 95 96 97 98 99 9a 9b 9c 9d 9e 9f
a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 aa ab ac ad ae af
b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 ba bb bc bd be bf
c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 ca cb cc cd ce cf
d0 d1 d2 d3 d4 d5 d6 d7 d8 d9 da db dc dd de df
e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 ea eb ec ed ee ef
f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 fa fb fc fd fe ff
~~~

~~~events
0 req ECHO_REQ "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_\x60abcdefghijklmnopqrstuvwxyz{|}~\x7f\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xab\xac\xad\xae\xaf\xb0\xb1\xb2\xb3\xb4\xb5\xb6\xb7\xb8\xb9\xba\xbb\xbc\xbd\xbe\xbf\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xcb\xcc\xcd\xce\xcf\xd0\xd1\xd2\xd3\xd4\xd5\xd6\xd7\xd8\xd9\xda\xdb\xdc\xdd\xde\xdf\xe0\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\xec\xed\xee\xef\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\xfa\xfb\xfc\xfd\xfe\xff"
~~~

## Bytes that are no UTF-8

Arguments are bytes first.

~~~hex
00 52 45 51 00 00 00 01 00 00 00 03  ; CAN_DO
ff fe c3
~~~

~~~events
0 req CAN_DO "\xff\xfe\xc3"
~~~

## A trailing NUL after WORK_FAIL

Some peers send it. The argument runs to the end, so the NUL belongs to it, and no handle has that name.

~~~hex
00 52 45 53 00 00 00 08 00 00 00 07  ; JOB_CREATED
48 3a 73 72 76 3a 31
00 52 45 53 00 00 00 0e 00 00 00 08  ; WORK_FAIL
48 3a 73 72 76 3a 31 00
00 52 45 53 00 00 00 0e 00 00 00 07  ; WORK_FAIL
48 3a 73 72 76 3a 31
~~~

~~~events
0 res JOB_CREATED "H:srv:1" slot=0
19 res WORK_FAIL "H:srv:1\x00"
39 res WORK_FAIL "H:srv:1" slot=0
~~~

## A trailing NUL after a function

It belongs to the name.

~~~hex
00 52 45 51 00 00 00 01 00 00 00 08  ; CAN_DO
72 65 76 65 72 73 65 00
~~~

~~~events
0 req CAN_DO "reverse\x00"
~~~

## A response with a command that only clients send

Direction is not for the decoder to judge.

~~~hex
00 52 45 53 00 00 00 01 00 00 00 07  ; CAN_DO
72 65 76 65 72 73 65
00 52 45 51 00 00 00 06 00 00 00 00  ; NOOP
~~~

~~~events
0 res CAN_DO "reverse"
19 req NOOP
~~~

## Six arguments, some of them empty

The ends of the fourth and fifth stand in a second descriptor.

~~~hex
00 52 45 53 00 00 00 2a 00 00 00 0b  ; STATUS_RES_UNIQUE
75 31 00 31 00 00 33 00 00 31 00
00 52 45 53 00 00 00 06 00 00 00 00  ; NOOP
~~~

~~~events
0 res STATUS_RES_UNIQUE "u1" "1" "" "3" "" "1\x00"
23 res NOOP
~~~

## Eight arguments, some of them empty

The second descriptor is filled as far as it may be.

~~~hex
00 52 45 51 00 00 00 23 00 00 00 14  ; SUBMIT_JOB_SCHED
72 65 76 65 72 73 65 00 00 00 2a 00 31 00 00 33
00 61 00 62
00 52 45 51 00 00 00 09 00 00 00 00  ; GRAB_JOB
~~~

~~~events
0 req SUBMIT_JOB_SCHED "reverse" "" "" "*" "1" "" "3" "a\x00b"
32 req GRAB_JOB
~~~

## Separators 62 to 66 bytes into the body

The kernel looks at 64 bytes at once.

~~~hex
00 52 45 51 00 00 00 07 00 00 00 86  ; SUBMIT_JOB
66*61
00 75 00
77*70
00 52 45 51 00 00 00 07 00 00 00 87  ; SUBMIT_JOB
66*62
00 75 00
77*70
00 52 45 51 00 00 00 07 00 00 00 88  ; SUBMIT_JOB
66*63
00 75 00
77*70
00 52 45 51 00 00 00 07 00 00 00 89  ; SUBMIT_JOB
66*64
00 75 00
77*70
00 52 45 51 00 00 00 07 00 00 00 8a  ; SUBMIT_JOB
66*65
00 75 00
77*70
00 52 45 51 00 00 00 07 00 00 00 40  ; SUBMIT_JOB
66 00
75*61
00
00 52 45 51 00 00 00 07 00 00 00 41  ; SUBMIT_JOB
66 00
75*62
00
00 52 45 51 00 00 00 07 00 00 00 42  ; SUBMIT_JOB
66 00
75*63
00
~~~

~~~events
0 req SUBMIT_JOB "f"*61 "u" "w"*70
146 req SUBMIT_JOB "f"*62 "u" "w"*70
293 req SUBMIT_JOB "f"*63 "u" "w"*70
441 req SUBMIT_JOB "f"*64 "u" "w"*70
590 req SUBMIT_JOB "f"*65 "u" "w"*70
740 req SUBMIT_JOB "f" "u"*61 ""
816 req SUBMIT_JOB "f" "u"*62 ""
893 req SUBMIT_JOB "f" "u"*63 ""
~~~

## Arguments of hundreds of bytes

Nothing limits them but the packet.

~~~hex
00 52 45 51 00 00 00 23 00 00 04 a0  ; SUBMIT_JOB_SCHED
66*500
00
75*300
00
31*200
00 32 00
33*100
00 34 00
35*65
00 77 77 77 77 77 77 77 77 77 77
~~~

~~~events
0 req SUBMIT_JOB_SCHED "f"*500 "u"*300 "1"*200 "2" "3"*100 "4" "5"*65 "wwwwwwwwww"
~~~

## Numbers of WORK_STATUS

Plain numbers of one to ten digits below 2^31 are read; for anything else the bytes must tell.

~~~hex
00 52 45 51 00 00 00 0c 00 00 00 05  ; WORK_STATUS
48 00 30 00 30
00 52 45 51 00 00 00 0c 00 00 00 15  ; WORK_STATUS
48 00 30 30 30 30 30 30 30 37 00 30 30 30 30 30
30 30 30 39 39
00 52 45 51 00 00 00 0c 00 00 00 14  ; WORK_STATUS
48 00 31 32 33 34 35 36 37 38 00 31 32 33 34 35
36 37 38 39
00 52 45 51 00 00 00 0c 00 00 00 17  ; WORK_STATUS
48 00 32 31 34 37 34 38 33 36 34 37 00 32 31 34
37 34 38 33 36 34 38
00 52 45 51 00 00 00 0c 00 00 00 03  ; WORK_STATUS
48 00 00
00 52 45 51 00 00 00 0c 00 00 00 19  ; WORK_STATUS
48 00 31 32 33 34 35 36 37 38 39 30 31 00 30 30
30 30 30 30 30 30 30 30 31
00 52 45 51 00 00 00 0c 00 00 00 07  ; WORK_STATUS
48 00 2d 31 00 2b 31
00 52 45 51 00 00 00 0c 00 00 00 07  ; WORK_STATUS
48 00 20 31 00 31 20
00 52 45 51 00 00 00 0c 00 00 00 09  ; WORK_STATUS
48 00 31 2e 35 00 31 65 33
00 52 45 51 00 00 00 0c 00 00 00 05  ; WORK_STATUS
48 00 61 00 2f
00 52 45 51 00 00 00 0c 00 00 00 0c  ; WORK_STATUS
48 00 3a 00 31 32 33 34 35 36 37 3a
00 52 45 51 00 00 00 0c 00 00 00 17  ; WORK_STATUS
48 00 39 39 39 39 39 39 39 39 39 39 00 34 32 39
34 39 36 37 32 39 36
00 52 45 51 00 00 00 0c 00 00 00 06  ; WORK_STATUS
48 00 31 00 32 00
~~~

~~~events
0 req WORK_STATUS "H" "0" "0" numerator=0 denominator=0
17 req WORK_STATUS "H" "00000007" "0000000099" numerator=7 denominator=99
50 req WORK_STATUS "H" "12345678" "123456789" numerator=12345678 denominator=123456789
82 req WORK_STATUS "H" "2147483647" "2147483648" numerator=2147483647 denominator=-1
117 req WORK_STATUS "H" "" "" numerator=-1 denominator=-1
132 req WORK_STATUS "H" "12345678901" "00000000001" numerator=-1 denominator=-1
169 req WORK_STATUS "H" "-1" "+1" numerator=-1 denominator=-1
188 req WORK_STATUS "H" " 1" "1 " numerator=-1 denominator=-1
207 req WORK_STATUS "H" "1.5" "1e3" numerator=-1 denominator=-1
228 req WORK_STATUS "H" "a" "/" numerator=-1 denominator=-1
245 req WORK_STATUS "H" ":" "1234567:" numerator=-1 denominator=-1
269 req WORK_STATUS "H" "9999999999" "4294967296" numerator=-1 denominator=-1
304 req WORK_STATUS "H" "1" "2\x00" numerator=1 denominator=-1
~~~
`;
export default document;
