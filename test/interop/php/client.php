<?php
// A client in PHP: php client.php HOST PORT. Prints what it saw, as JSON.
$client = new GearmanClient();
$client->addServer($argv[1], (int) $argv[2]);
$seen = [];

$seen['reverse'] = $client->doNormal('reverse', 'Hello!');
$seen['high'] = $client->doHigh('reverse', 'high');
$seen['low'] = $client->doLow('reverse', 'low');

$bytes = implode('', array_map('chr', range(0, 255)));
$seen['binary'] = $client->doNormal('echo', $bytes) === $bytes;
$large = str_repeat($bytes, 4096);
$seen['large'] = $client->doNormal('echo', $large) === $large;

$handle = $client->doBackground('note', 'from PHP', 'php-unique');
$seen['handle'] = $handle;
$seen['known'] = $client->jobStatus($handle)[0];

$events = [];
$client->setDataCallback(function (GearmanTask $task) use (&$events) {
    $events[] = 'data ' . $task->data();
});
$client->setStatusCallback(function (GearmanTask $task) use (&$events) {
    $events[] = "status {$task->taskNumerator()}/{$task->taskDenominator()}";
});
$client->setWarningCallback(function (GearmanTask $task) use (&$events) {
    $events[] = 'warning ' . $task->data();
});
$client->setCompleteCallback(function (GearmanTask $task) use (&$events) {
    $events[] = 'complete ' . $task->data();
});
$client->setFailCallback(function (GearmanTask $task) use (&$events) {
    $events[] = 'fail';
});
$client->setExceptionCallback(function (GearmanTask $task) use (&$events) {
    $events[] = 'exception ' . $task->data();
});
foreach (['stream', 'fail', 'throw'] as $function) {
    $client->addTask($function, 'x');
    $client->runTasks();
}
$seen['events'] = $events;

echo json_encode($seen), "\n";
