/** Prints its arguments, then what it reads, and ends with the code it is told. */
import process from "node:process";

console.log(process.argv.slice(2).join(" "));
process.stdin.pipe(process.stdout);
process.exitCode = Number(process.env.ECHO_CODE ?? 0);
