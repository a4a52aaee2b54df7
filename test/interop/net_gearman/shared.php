<?php
// A client that shares a job: php shared.php HOST PORT FUNCTION ARGUMENT, the last in JSON. Prints the
// handle once the server has taken the task, and the result at its end.
require __DIR__ . '/rules.php';

[, $host, $port, $func, $json] = $argv;
$arg = json_decode($json, true);
$client = new GearmanClient();
$client->addServer($host, (int) $port);
$client->setTimeout(60000);
$client->setCreatedCallback(function (GearmanTask $task) {
    echo $task->jobHandle(), "\n";
});
$client->setCompleteCallback(function (GearmanTask $task) {
    echo $task->data(), "\n";
});
$client->addTask($func, encode_argument($arg), null, default_unique($func, $arg));
$client->runTasks();
