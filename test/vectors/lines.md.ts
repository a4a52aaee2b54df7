/** Vectors: text lines in the stream. See test/codec/vectors.ts for the form. */
const document: string = String.raw`
# Lines

A server takes text lines between packets: what begins with another byte than NUL is one.

## One line

Its ending is not part of it.

Options: text

~~~hex
73 74 61 74 75 73 0a
~~~

~~~events
0 line "status"
~~~

## Both endings, and a line of nothing

A return counts only right before the newline.

Options: text

~~~hex
73 74 61 74 75 73 0d 0a
0a
0d 0a
61 0d 62 0a
61 0d 0d 0a
~~~

~~~events
0 line "status"
8 line ""
9 line ""
11 line "a\x0db"
15 line "a\x0d"
~~~

## Lines and packets in turn

Each message is looked at anew.

Options: text

~~~hex
76 65 72 73 69 6f 6e 0a
00 52 45 51 00 00 00 10 00 00 00 03  ; ECHO_REQ
61 0a 62
6d 61 78 71 75 65 75 65 20 66 20 35 0a
00 52 45 51 00 00 00 04 00 00 00 00  ; PRE_SLEEP
00 52 45 51 00 00 00 01 00 00 00 01  ; CAN_DO
66
77 6f 72 6b 65 72 73 0d 0a
73 74 61 74 75 73 0a
~~~

~~~events
0 line "version"
8 req ECHO_REQ "a\x0ab"
23 line "maxqueue f 5"
36 req PRE_SLEEP
48 req CAN_DO "f"
61 line "workers"
70 line "status"
~~~

## Packets around a line

What is kept of them is counted up to the line, and anew behind it.

Options: text

~~~hex
00 52 45 51 00 00 00 01 00 00 00 01  ; CAN_DO
61
00 52 45 51 00 00 00 01 00 00 00 01  ; CAN_DO
62
73 74 61 74 75 73 0a
00 52 45 51 00 00 00 01 00 00 00 01  ; CAN_DO
63
00 52 45 51 00 00 00 01 00 00 00 01  ; CAN_DO
64
~~~

~~~events
0 req CAN_DO "a"
13 req CAN_DO "b"
26 line "status"
33 req CAN_DO "c"
46 req CAN_DO "d"
~~~

## A line without an end

It is waited for.

Options: text

~~~hex
73 74 61 74 75 73 0a
73 74 61 74 75
~~~

~~~events
0 line "status"
~~~

## A NUL within a line

Only the first byte tells lines from packets.

Options: text

~~~hex
61 00 62 0a
~~~

~~~events
0 line "a\x00b"
~~~

## The longest line

8,191 bytes, its ending not counted.

Options: text

~~~hex
61*8191
0a
00 52 45 51 00 00 00 04 00 00 00 00  ; PRE_SLEEP
~~~

~~~events
0 line "a"*8191
8192 req PRE_SLEEP
~~~

## A line one byte too long

It is refused before its end has come.

Options: text

~~~hex
73 74 61 74 75 73 0a
61*8192
~~~

~~~events
0 line "status"
7 fault TOO_LARGE: Expected a line of at most 8191 bytes, got a longer one
~~~

## A fault between lines

NUL begins a packet, and this is none.

Options: text

~~~hex
73 74 61 74 75 73 0a
00 73 74 61 74 75 73 0a 73 74 61 74 75 73 0a
~~~

~~~events
0 line "status"
7 fault BAD_MAGIC: Expected the magic of a request or a response, got 0x00737461
~~~

## A line where none is taken

To a client or worker it is a fault.

~~~hex
4f 4b 20 76 65 72 73 69 6f 6e 20 31 2e 31 2e 32
30 0a
~~~

~~~events
0 fault BAD_MAGIC: Expected the magic of a request or a response, got "OK v"
~~~
`;
export default document;
