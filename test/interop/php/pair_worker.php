<?php
// The calls of a worker, line by line those of pair_worker_fixture.ts: php pair_worker.php HOST PORT.
error_reporting(0);
[, $host, $port] = $argv;
function say(string $what, mixed ...$values): void {
    $text = json_encode($values, JSON_UNESCAPED_SLASHES);
    fwrite(STDOUT, $what . ' ' . preg_replace('/H:[\w.-]+:\d+/', 'H:*', $text) . "\n");
}
$w = new GearmanWorker();
say('new', $w->returnCode(), $w->error(), $w->getErrno(), $w->options(), $w->timeout());
say('no server', $w->work(), $w->returnCode());
say('no server ping', $w->ping('x'), $w->returnCode());
say('no server grab', $w->grabJob(), $w->returnCode());
foreach ([4095, 0, 2] as $bits) say('setOptions', $w->setOptions($bits), $w->options(), $w->timeout());
$w = new GearmanWorker();
foreach ([1, 2, 256] as $bits) say('addOptions', $w->addOptions($bits), $w->options(), $w->timeout());
foreach ([2, 256] as $bits) say('removeOptions', $w->removeOptions($bits), $w->options(), $w->timeout());
$w = new GearmanWorker();
say('setTimeout', $w->setTimeout(5000), $w->timeout(), $w->options());
say('setId', $w->setId('pair'), $w->setId(''), $w->setId('a b'));
say('addServer', $w->addServer($host, (int) $port), $w->returnCode());
$w = new GearmanWorker();
say('addServers', $w->addServers("$host:$port"));
say('no function', $w->work(), $w->returnCode());
say('unregister none', $w->unregister('none'), $w->returnCode());
say('unregisterAll none', $w->unregisterAll(), $w->returnCode());
say('ping', $w->ping('there'), $w->returnCode());
// The extension has it since 2.1.1.
say('enable', method_exists($w, 'enableExceptionHandler') ? $w->enableExceptionHandler() : true);
say('not callable', $w->addFunction('x', 'nope'), $w->returnCode());
say('empty name', $w->addFunction('', 'strlen'), $w->returnCode());
say('long name', $w->register(str_repeat('f', 513)), $w->returnCode());
say('register', $w->register('gone', 5000), $w->unregister('gone'));
say('register', $w->register('gone'), $w->unregisterAll(), $w->returnCode());
say('work(0)', $w->addFunction('ret', fn ($job) => ''), $w->setTimeout(0), $w->work(), $w->returnCode(), $w->setTimeout(5000));
$w->unregister('ret');
say('grab none', $w->register('grabbed'), $w->grabJob(), $w->returnCode());
$c = new GearmanClient();
$c->addServer($host, (int) $port);
$w = new GearmanWorker();
$w->addServer($host, (int) $port);
$w->register('grabbed');
$c->doBackground('grabbed', 'taken', 'grab 1');
$job = $w->grabJob();
say('grabbed', $w->returnCode(), $job->functionName(), $job->handle(), $job->unique(), $job->workload(),
    $job->sendData('part'), $job->sendComplete('done'), $job->returnCode());
// A job that outlives its worker ends the process.
unset($job);
$w = new GearmanWorker();
$w->addServer($host, (int) $port);
$w->addOptions(GEARMAN_WORKER_NON_BLOCKING);
$w->addFunction('waited', fn ($job) => '');
say('not yet', $w->work());
$c->doBackground('waited', 'x', 'wait 1');
say('wait', $w->wait(), $w->returnCode());
while (!$w->work()) $w->wait();
say('waited', $w->returnCode());
unset($w);
say('ready');

$w = new GearmanWorker();
$w->setTimeout(60000);
$w->addServer($host, (int) $port);
$returns = [];
$ret = function (GearmanJob $job, $context) {
    $what = $job->workload();
    say('job', $job->functionName(), $job->handle(), $job->unique(), $what, $job->workloadSize(), $context, $job->returnCode());
    switch ($what) {
        case 'text': return 'text';
        case 'int': return 42;
        case 'zero': return 0;
        case 'float': return 1.5;
        case 'true': return true;
        case 'false': return false;
        case 'null': return null;
        case 'array': return [1];
        case 'events':
            say('sent', $job->sendStatus(1, 3), $job->sendData('d1'), $job->sendWarning('w1'), $job->sendData('d2'), $job->sendStatus(-1, 4294967296));
            return 'end';
        case 'complete':
            say('sent', $job->sendComplete('c'), $job->sendData('late'), $job->returnCode());
            return 'r';
        case 'fail': say('sent', $job->sendFail()); return 'r';
        case 'exception': say('sent', $job->sendException('boom'), $job->sendFail()); return 'r';
    }
    if (str_starts_with($what, 'set ')) {
        say('setReturn', $job->setReturn((int) substr($what, 4)), $job->returnCode());
        return 'x';
    }
    if ($what === 'bad set') { say('setReturn', $job->setReturn(99), $job->returnCode()); return 'ok'; }
    if ($what === 'stop') { $GLOBALS['on'] = false; return 'stopped'; }
};
$w->addFunction('ret', $ret, 'ctx', 0);
$on = true;
while ($on) {
    $value = $w->work();
    say('work', $value, $w->returnCode());
    // After a bad end PHP's next call comes back at once without a job: it is not shown.
    if ($value === false && $w->returnCode() !== GEARMAN_SHUTDOWN) $w->work();
}
$job = new GearmanJob();
say('shell', $job->returnCode(), $job->handle(), $job->functionName(), $job->unique(), $job->workload(), $job->workloadSize(),
    $job->sendData('x'), $job->sendWarning('x'), $job->sendStatus(1, 2), $job->sendComplete('x'), $job->sendException('x'), $job->sendFail());
$w = new GearmanWorker();
try { $w->addServer('127.0.0.1', 1); } catch (GearmanException $e) { say('dead throws', $e->getMessage(), $e->getCode()); }
$w->addFunction('ret', $ret);
say('dead', $w->work(), $w->returnCode());
say('done');
