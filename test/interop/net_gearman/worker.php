<?php
// A worker with Net_Gearman's rules: php worker.php HOST PORT. Runs until it is ended.
require __DIR__ . '/rules.php';

$worker = new GearmanWorker();
$worker->addServer($argv[1], (int) $argv[2]);
$jobs = [
    'tell' => fn ($arg) => ['type' => get_debug_type($arg), 'got' => $arg],
    'scalar' => fn ($arg) => 'text',
    'nothing' => fn ($arg) => null,
    // What PHP would call the job, and what it is called.
    'unique' => fn ($arg, $job) => [default_unique('unique', $arg), $job->unique()],
];
foreach ($jobs as $func => $run) {
    $worker->addFunction($func, function (GearmanJob $job) use ($run) {
        $job->sendStatus(1, 2);
        return encode_result($run(decode_argument($job->workload()), $job));
    });
}
$worker->addFunction('fails', fn (GearmanJob $job) => $job->sendFail());
$worker->addFunction('throws', fn (GearmanJob $job) => $job->sendException('out of cheese'));
$worker->addFunction('chunks', function (GearmanJob $job) {
    $job->sendData('{"joined":');
    $job->sendWarning('careful');
    return 'true}';
});
$worker->addFunction('plain', fn (GearmanJob $job) => 'no JSON');
while ($worker->work()) {
}
