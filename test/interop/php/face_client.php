<?php
// A client in PHP for the face's worker: php face_client.php HOST PORT. Adds tasks of every priority,
// prints each creation and, when they have ended, their order; then sends 8 MiB and compares.
$client = new GearmanClient();
$client->addServer($argv[1], (int) $argv[2]);
$client->setCreatedCallback(function (GearmanTask $task) {
    fwrite(STDOUT, "created\n");
});
$order = [];
$client->setCompleteCallback(function (GearmanTask $task) use (&$order) {
    $order[] = $task->data();
});
// The newest is sent first.
$tasks = [];
foreach (['2', '1'] as $n) {
    $tasks[] = $client->addTaskHigh('order', "high $n", null, "high $n");
    $tasks[] = $client->addTask('order', "normal $n", null, "normal $n");
    $tasks[] = $client->addTaskLow('order', "low $n", null, "low $n");
}
$client->runTasks();
echo json_encode($order), "\n";

$bytes = str_repeat(implode('', array_map('chr', range(0, 255))), 32768);
$same = $client->doNormal('large', $bytes) === $bytes;
echo json_encode([strlen($bytes), $same, $client->returnCode()]), "\n";
