<?php
// Net_Gearman's rules of the wire over the extension: scalars bare, all else as JSON; results always
// an object or a list; the unique made of function, argument and type.

/** What a client sends for an argument. */
function encode_argument(mixed $arg): string
{
    return is_scalar($arg) ? (string) $arg : json_encode($arg);
}

/** What a job is given. */
function decode_argument(string $workload): mixed
{
    if ($workload === '') {
        return [];
    }
    return json_decode($workload, true) ?? $workload;
}

/** What a worker sends for what its job returned. */
function encode_result(mixed $result): string
{
    return json_encode(is_array($result) ? $result : ['result' => $result]);
}

/** The name of a job that is given none. Type 1 is the foreground, normal priority. */
function default_unique(string $func, mixed $arg, int $type = 1): string
{
    return md5($func . serialize($arg) . $type);
}
