<?php
// The worker that serves both clients of a pair: php pair_server_side.php HOST PORT.
$worker = new GearmanWorker();
$worker->addServer($argv[1], (int) $argv[2]);
$worker->addFunction('reverse', fn (GearmanJob $job) => strrev($job->workload()));
$worker->addFunction('echo', fn (GearmanJob $job) => $job->workload());
$worker->addFunction('stream', function (GearmanJob $job) {
    $job->sendData('d1');
    $job->sendStatus(1, 2);
    $job->sendWarning('w');
    $job->sendData('d2');
    return 'end';
});
$worker->addFunction('fail', function (GearmanJob $job) {
    $job->sendFail();
});
$worker->addFunction('throw', function (GearmanJob $job) {
    $job->sendException('boom');
});
$worker->addFunction('complete', function (GearmanJob $job) {
    $job->sendComplete('c');
    return 'r';
});
while ($worker->work()) {
}
