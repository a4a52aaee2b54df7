/** Vectors: streams that make no sense. See test/codec/vectors.ts for the form. */
const document: string = String.raw`
# Faults

A fault is final, and comes after the packets before it. Its offset is that of the packet at fault.

## A first byte that is not NUL

Somebody speaks HTTP, and the first packet was fine.

~~~hex
00 52 45 51 00 00 00 10 00 00 00 01  ; ECHO_REQ
78
47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a
0d 0a
~~~

~~~events
0 req ECHO_REQ "x"
13 fault BAD_MAGIC: Expected the magic of a request or a response, got "GET "
~~~

## A magic that is none

The NUL alone does not make it one.

~~~hex
00 52 45 58 00 00 00 10 00 00 00 01 78
~~~

~~~events
0 fault BAD_MAGIC: Expected the magic of a request or a response, got 0x00524558
~~~

## A magic in little-endian order

The bytes are right, their order is not.

~~~hex
51 45 52 00 10 00 00 00 00 00 00 00
~~~

~~~events
0 fault BAD_MAGIC: Expected the magic of a request or a response, got 0x51455200
~~~

## Command 0

Below the first.

~~~hex
00 52 45 51 00 00 00 10 00 00 00 01  ; ECHO_REQ
78
00 52 45 51 00 00 00 00 00 00 00 01 78
~~~

~~~events
0 req ECHO_REQ "x"
13 fault UNKNOWN_COMMAND: Expected a command of the protocol, got number 0
~~~

## Command 43

One above the last.

~~~hex
00 52 45 51 00 00 00 10 00 00 00 01  ; ECHO_REQ
78
00 52 45 51 00 00 00 2b 00 00 00 01 78
~~~

~~~events
0 req ECHO_REQ "x"
13 fault UNKNOWN_COMMAND: Expected a command of the protocol, got number 43
~~~

## Command 255

The largest that fits a byte.

~~~hex
00 52 45 51 00 00 00 10 00 00 00 01  ; ECHO_REQ
78
00 52 45 51 00 00 00 ff 00 00 00 01 78
~~~

~~~events
0 req ECHO_REQ "x"
13 fault UNKNOWN_COMMAND: Expected a command of the protocol, got number 255
~~~

## Command 272

ECHO_REQ in its lowest byte only.

~~~hex
00 52 45 51 00 00 00 10 00 00 00 01  ; ECHO_REQ
78
00 52 45 51 00 00 01 10 00 00 00 01 78
~~~

~~~events
0 req ECHO_REQ "x"
13 fault UNKNOWN_COMMAND: Expected a command of the protocol, got number 272
~~~

## Command 0x7fffffff

The largest that is positive when taken for signed.

~~~hex
00 52 45 51 00 00 00 10 00 00 00 01  ; ECHO_REQ
78
00 52 45 51 7f ff ff ff 00 00 00 01 78
~~~

~~~events
0 req ECHO_REQ "x"
13 fault UNKNOWN_COMMAND: Expected a command of the protocol, got number 2147483647
~~~

## Command 0x80000000

Negative when taken for signed; gearmand crashes.

~~~hex
00 52 45 51 00 00 00 10 00 00 00 01  ; ECHO_REQ
78
00 52 45 51 80 00 00 00 00 00 00 01 78
~~~

~~~events
0 req ECHO_REQ "x"
13 fault UNKNOWN_COMMAND: Expected a command of the protocol, got number 2147483648
~~~

## Command 0xffffffff

All bits set.

~~~hex
00 52 45 51 00 00 00 10 00 00 00 01  ; ECHO_REQ
78
00 52 45 51 ff ff ff ff 00 00 00 01 78
~~~

~~~events
0 req ECHO_REQ "x"
13 fault UNKNOWN_COMMAND: Expected a command of the protocol, got number 4294967295
~~~

## A body of 0xffffffff bytes

Refused before any memory is taken for it.

~~~hex
00 52 45 51 00 00 00 10 00 00 00 01  ; ECHO_REQ
78
00 52 45 51 00 00 00 10 ff ff ff ff
61 62 63
~~~

~~~events
0 req ECHO_REQ "x"
13 fault TOO_LARGE: Expected a body of at most 67108864 bytes, got one of 4294967295
~~~

## A body one byte over the default limit of 64 MiB

The header alone tells.

~~~hex
00 52 45 51 00 00 00 10 04 00 00 01
~~~

~~~events
0 fault TOO_LARGE: Expected a body of at most 67108864 bytes, got one of 67108865
~~~

## A body of exactly the limit

It is taken.

Options: maxPacketBytes=4

~~~hex
00 52 45 51 00 00 00 10 00 00 00 04  ; ECHO_REQ
61 62 63 64
00 52 45 51 00 00 00 10 00 00 00 03  ; ECHO_REQ
61 62 63
~~~

~~~events
0 req ECHO_REQ "abcd"
16 req ECHO_REQ "abc"
~~~

## A body one byte over the limit

It is not, and the packet before it is.

Options: maxPacketBytes=4

~~~hex
00 52 45 51 00 00 00 10 00 00 00 04  ; ECHO_REQ
61 62 63 64
00 52 45 51 00 00 00 10 00 00 00 05 61 62 63 64
65
~~~

~~~events
0 req ECHO_REQ "abcd"
16 fault TOO_LARGE: Expected a body of at most 4 bytes, got one of 5
~~~

## A limit of 0

Only packets without a body pass.

Options: maxPacketBytes=0

~~~hex
00 52 45 51 00 00 00 09 00 00 00 00  ; GRAB_JOB
00 52 45 51 00 00 00 10 00 00 00 01 61
~~~

~~~events
0 req GRAB_JOB
12 fault TOO_LARGE: Expected a body of at most 0 bytes, got one of 1
~~~

## An unknown command that is too large as well

The command is looked at first.

~~~hex
00 52 45 51 00 00 00 63 ff ff ff ff
~~~

~~~events
0 fault UNKNOWN_COMMAND: Expected a command of the protocol, got number 99
~~~

## No NUL after the handle

The NUL that begins the next packet does not count.

~~~hex
00 52 45 51 00 00 00 10 00 00 00 01  ; ECHO_REQ
78
00 52 45 51 00 00 00 0d 00 00 00 07 48 3a 73 72
76 3a 31
00 52 45 51 00 00 00 10 00 00 00 00
~~~

~~~events
0 req ECHO_REQ "x"
13 fault MISSING_ARGUMENT: Expected 2 arguments in WORK_COMPLETE, got fewer
~~~

## An empty body where there should be arguments

One separator is the least.

~~~hex
00 52 45 51 00 00 00 0d 00 00 00 00
00 52 45 51 00 00 00 0d 00 00 00 00
~~~

~~~events
0 fault MISSING_ARGUMENT: Expected 2 arguments in WORK_COMPLETE, got fewer
~~~

## One NUL where there should be two

The NULs of the packets behind do not count.

~~~hex
00 52 45 51 00 00 00 07 00 00 00 04 66 00 61 62
00 52 45 51 00 00 00 10 00 00 00 01 00
~~~

~~~events
0 fault MISSING_ARGUMENT: Expected 3 arguments in SUBMIT_JOB, got fewer
~~~

## Two NULs where there should be three

As before, with one more.

~~~hex
00 52 45 51 00 00 00 1f 00 00 00 09 48 00 66 00
61 62 63 64 65
00 52 45 51 00 00 00 10 00 00 00 01 00
~~~

~~~events
0 fault MISSING_ARGUMENT: Expected 4 arguments in JOB_ASSIGN_UNIQ, got fewer
~~~

## Six NULs where there should be seven

The count goes on in the second descriptor.

~~~hex
00 52 45 51 00 00 00 23 00 00 00 08 00 00 00 00
00 00 61 62
00 52 45 51 00 00 00 10 00 00 00 01 00
~~~

~~~events
0 fault MISSING_ARGUMENT: Expected 8 arguments in SUBMIT_JOB_SCHED, got fewer
~~~

## Four NULs where there should be five

And again.

~~~hex
00 52 45 53 00 00 00 2a 00 00 00 08 00 00 00 00
61 62 63 64
00 52 45 51 00 00 00 10 00 00 00 01 00
~~~

~~~events
0 fault MISSING_ARGUMENT: Expected 6 arguments in STATUS_RES_UNIQUE, got fewer
~~~

## The missing NUL is the 65th byte of the body and beyond it

A block of 64 bytes at the end of what may be looked at.

~~~hex
00 52 45 51 00 00 00 0d 00 00 00 40
61*64
00 52 45 51 00 00 00 10 00 00 00 01 00
~~~

~~~events
0 fault MISSING_ARGUMENT: Expected 2 arguments in WORK_COMPLETE, got fewer
~~~

## A packet at fault touches no slot

The reference count must not depend on what was refused.

~~~hex
00 52 45 53 00 00 00 08 00 00 00 07  ; JOB_CREATED
48 3a 73 72 76 3a 31
00 52 45 53 00 00 00 0b 00 00 00 09 48 3a 73 72
76 3a 31 00 66
~~~

~~~events
0 res JOB_CREATED "H:srv:1" slot=0
19 fault MISSING_ARGUMENT: Expected 3 arguments in JOB_ASSIGN, got fewer
~~~

## A size that is too small

What is left of the body is read as a header.

~~~hex
00 52 45 51 00 00 00 10 00 00 00 03  ; ECHO_REQ
61 62 63
64 65 66 67 68 69 6a 6b 6c 6d 6e 6f
~~~

~~~events
0 req ECHO_REQ "abc"
15 fault BAD_MAGIC: Expected the magic of a request or a response, got "defg"
~~~

## Nothing follows a fault

The good packet behind it is not shown.

~~~hex
00 52 45 51 00 00 00 00 00 00 00 00
00 52 45 51 00 00 00 10 00 00 00 01 78
~~~

~~~events
0 fault UNKNOWN_COMMAND: Expected a command of the protocol, got number 0
~~~

## Part of a header

It is no packet, and no fault either.

~~~hex
00 52 45 51 00 00 00 10 00 00 00 01  ; ECHO_REQ
78
00 52 45 51 00 00 00 10 00 00 00
~~~

~~~events
0 req ECHO_REQ "x"
~~~

## Part of a body

It is waited for.

~~~hex
00 52 45 51 00 00 00 10 00 00 00 01  ; ECHO_REQ
78
00 52 45 51 00 00 00 10 00 00 00 05 61 62 63 64
~~~

~~~events
0 req ECHO_REQ "x"
~~~
`;
export default document;
