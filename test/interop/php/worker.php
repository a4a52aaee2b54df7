<?php
// A worker in PHP: php worker.php HOST PORT. Runs until it is ended.
$worker = new GearmanWorker();
$worker->addServer($argv[1], (int) $argv[2]);
$worker->addFunction('reverse', fn (GearmanJob $job) => strrev($job->workload()));
$worker->addFunction('echo', fn (GearmanJob $job) => $job->workload());
$worker->addFunction('stream', function (GearmanJob $job) {
    for ($i = 1; $i <= 3; $i++) {
        $job->sendData("part $i ");
        $job->sendStatus($i, 3);
    }
    $job->sendWarning('careful');
    return 'end';
});
$worker->addFunction('fail', function (GearmanJob $job) {
    $job->sendFail();
});
$worker->addFunction('throw', function (GearmanJob $job) {
    $job->sendException('out of cheese');
});
while ($worker->work()) {
}
