<?php
// libgearman through PHP's extension: php libgearman.php ROLE HOST PORT SIZE IN_FLIGHT. Takes turns
// as turns.ts says. Its worker has one job at a time, whatever IN_FLIGHT is: it knows no other way.
[, $role, $host, $port, $size, $inFlight] = $argv;
$workload = str_repeat('w', (int) $size);

function cpu(): float
{
    $usage = getrusage();
    return $usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec']
        + ($usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec']) / 1e6;
}

function report(int $jobs, float $start, float $cpu): void
{
    $report = ['jobs' => $jobs, 'seconds' => microtime(true) - $start, 'cpu' => cpu() - $cpu];
    echo json_encode($report), "\n";
}

function insist(bool $went, string|false $error): void
{
    if (!$went) {
        fwrite(STDERR, "$error\n");
        exit(1);
    }
}

function work(string $host, int $port, int $jobs): void
{
    $done = 0;
    $start = $cpu = 0.0;
    $worker = new GearmanWorker();
    $worker->addServer($host, $port);
    $worker->addFunction('bench', function (GearmanJob $job) use (&$done, &$start, &$cpu) {
        if ($done++ === 0) {
            [$start, $cpu] = [microtime(true), cpu()];
        }
        return $job->workload();
    });
    echo "ready\n";
    while ($done < $jobs) {
        insist($worker->work(), $worker->error());
    }
    report($jobs, $start, $cpu);
}

$client = new GearmanClient();
$client->addServer($host, (int) $port);
$add = $role === 'foreground' ? 'addTask' : 'addTaskBackground';
while (($line = fgets(STDIN)) !== false) {
    $jobs = (int) $line;
    if ($role === 'worker') {
        work($host, (int) $port, $jobs);
        continue;
    }
    [$start, $cpu] = [microtime(true), cpu()];
    for ($left = $jobs; $left > 0; $left -= $batch) {
        $batch = min($left, (int) $inFlight);
        for ($i = 0; $i < $batch; $i++) {
            $client->$add('bench', $workload);
        }
        insist($client->runTasks(), $client->error());
    }
    report($jobs, $start, $cpu);
}
