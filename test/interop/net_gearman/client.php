<?php
// A client with Net_Gearman's rules: php client.php HOST PORT. Prints what it saw, as JSON.
require __DIR__ . '/rules.php';

$client = new GearmanClient();
$client->addServer($argv[1], (int) $argv[2]);
$client->setTimeout(60000);

/** Runs a job in the foreground, as runSet() would with one task. */
function run(GearmanClient $client, string $func, mixed $arg): mixed
{
    $result = $client->doNormal($func, encode_argument($arg), default_unique($func, $arg));
    if ($client->returnCode() !== GEARMAN_SUCCESS) {
        return $client->returnCode() === GEARMAN_WORK_FAIL ? 'failed' : $client->error();
    }
    return json_decode($result, true);
}

$seen = [];
// No false and no '': the extension refuses to send an empty workload.
$arguments = [['a' => 1], [1, 2], 'plain', '123', 123, true, null, 1.5, 'größe/"', ['n' => [null, 1.25]]];
foreach ($arguments as $arg) {
    $seen[] = run($client, 'tell', $arg);
}
foreach (['list', 'scalar', 'nothing', 'fails', 'breaks', 'homeless'] as $func) {
    $seen[] = run($client, $func, 'x');
}
$arg = ['userid' => 5555, 'tags' => ['a/b', 'ü']];
$client->doBackground('note', encode_argument($arg), default_unique('note', $arg));
echo json_encode($seen, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES), "\n";
