<?php
// A worker in PHP, with the extension gearman: it answers clients in any language.
[, $host, $port, $jobs] = $argv;

$worker = new GearmanWorker();
$worker->addServer($host, (int) $port);
$worker->addFunction('title', function (GearmanJob $job) {
    $words = explode(' ', $job->workload());
    foreach ($words as $at => $word) {
        $job->sendStatus($at + 1, count($words));
    }
    return ucwords($job->workload());
});

for ($at = 0; $at < (int) $jobs && $worker->work(); $at++);
