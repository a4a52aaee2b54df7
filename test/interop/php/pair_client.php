<?php
// The calls of a client, line by line those of pair_client_fixture.ts: php pair_client.php HOST PORT.
error_reporting(0);
[, $host, $port] = $argv;
function say(string $what, mixed ...$values): void {
    $text = json_encode($values, JSON_UNESCAPED_SLASHES);
    echo $what, ' ', preg_replace('/H:[\w.-]+:\d+/', 'H:*', $text), "\n";
}
$c = new GearmanClient();
say('new', $c->returnCode(), $c->error(), $c->getErrno(), $c->options(), $c->timeout(), $c->context());
say('no server', $c->doNormal('reverse', 'x'), $c->returnCode(), is_string($c->error()));
say('no server bg', $c->doBackground('reverse', 'x'), $c->returnCode());
say('no server status', $c->jobStatus('H:x:1'), $c->returnCode());
say('no server ping', $c->ping('x'), $c->returnCode());
say('no server wait', $c->wait(), $c->returnCode());
foreach ([511, 0, 2, 8] as $bits) say('setOptions', $c->setOptions($bits), $c->options());
$c = new GearmanClient();
foreach ([64, 1, 2, 8, 512] as $bits) say('addOptions', $c->addOptions($bits), $c->options());
foreach ([32, 2, 8, 64] as $bits) say('removeOptions', $c->removeOptions($bits), $c->options());
say('context', $c->setContext('kept'), $c->context());
$c = new GearmanClient();
say('addServer', $c->addServer($host, (int) $port), $c->returnCode());
say('enable', $c->enableExceptionHandler());
foreach (['reverse', 'stream', 'fail', 'throw', 'complete'] as $f) {
    say("doNormal $f", $c->doNormal($f, 'abc'), $c->returnCode(), $c->doStatus());
    say("error $f", $c->returnCode() === GEARMAN_SUCCESS ? '' : $c->error());
}
say('doHigh', $c->doHigh('reverse', 'abc', 'u1'), $c->returnCode());
say('doLow', $c->doLow('reverse', 'abc'), $c->returnCode());
say('handle', $c->doJobHandle());
say('empty name', $c->doNormal('', 'x'), $c->returnCode());
say('empty workload', $c->doNormal('reverse', ''), $c->returnCode());
say('long name', $c->doNormal(str_repeat('f', 513), 'x'), $c->returnCode());
say('long unique', $c->doBackground('reverse', 'x', str_repeat('u', 65)), $c->returnCode());
say('number', $c->doNormal('reverse', 123), $c->doNormal('reverse', 1.5));
$binary = implode('', array_map('chr', range(0, 127)));
say('large', strlen($c->doNormal('echo', str_repeat($binary, 4096))), $c->returnCode());
$h = $c->doBackground('nobody', 'x', 'pair');
say('doBackground', $h, $c->returnCode(), $c->doJobHandle() === $h);
say('doHighBackground', $c->doHighBackground('nobody', 'x', 'pair-h'), $c->returnCode());
say('doLowBackground', $c->doLowBackground('nobody', 'x', 'pair-l'), $c->returnCode());
say('jobStatus', $c->jobStatus($h), $c->returnCode());
say('unknown', $c->jobStatus('H:none:1'), $c->returnCode());
say('ping', $c->ping('there'), $c->returnCode());
say('empty ping', $c->ping(''), $c->returnCode());
$c->setTimeout(50);
say('timeout', $c->timeout(), $c->doNormal('nobody', 'x'), $c->returnCode());
// Another one, and a job that has been taken: an answer that is still to come would end the wait.
$c = new GearmanClient();
$c->addServer($host, (int) $port);
$c->addOptions(GEARMAN_CLIENT_NON_BLOCKING);
$taken = false;
$c->setCreatedCallback(function () use (&$taken) { $taken = true; });
$t = $c->addTask('nobody', 'x');
while ($c->runTasks() && !$taken) $c->wait();
$c->setTimeout(50);
say('wait', $c->wait(), $c->returnCode());

$c = new GearmanClient();
$c->addServers("$host:$port");
say('not callable', $c->setDataCallback('nope'), $c->returnCode());
$told = function (string $kind) {
    return function (GearmanTask $t, $context = null) use ($kind) {
        say("  $kind", $t->functionName(), $t->unique(), $t->jobHandle(), $t->isKnown(), $t->isRunning(),
            $t->taskNumerator(), $t->taskDenominator(), $t->data(), $t->dataSize(), $context, $t->returnCode());
    };
};
say('setWorkload', $c->setWorkloadCallback($told('workload')));
say('setCreated', $c->setCreatedCallback($told('created')));
say('setData', $c->setDataCallback($told('data')));
say('setWarning', $c->setWarningCallback($told('warning')));
say('setStatus', $c->setStatusCallback($told('status')));
say('setComplete', $c->setCompleteCallback($told('complete')));
say('setException', $c->setExceptionCallback($told('exception')));
say('setFail', $c->setFailCallback($told('fail')));
foreach (['stream', 'fail', 'throw', 'complete'] as $f) {
    $t = $c->addTask($f, 'abc', "ctx $f", "key $f");
    say("addTask $f", $t->functionName(), $t->unique(), $t->jobHandle(), $t->isKnown());
    say('runTasks', $c->runTasks(), $c->returnCode(), $t->functionName(), $t->returnCode(), $t->data());
}
// Whether the first ends before the last is created is a matter of time: each order by itself.
$created = $complete = [];
$c->setCreatedCallback(function ($t) use (&$created) { $created[] = $t->unique(); });
$c->setCompleteCallback(function ($t) use (&$complete) { $complete[] = $t->unique(); });
$tasks = [];
foreach (['1', '2', '3'] as $n) $tasks[] = $c->addTask('reverse', $n, null, "k$n");
say('three', $c->runTasks(), $c->returnCode(), $created, $complete);
$c->setCreatedCallback($told('created'));
$c->setCompleteCallback($told('complete'));
$c->addTaskLow('reverse', 'low', null, 'kl');
say('low', $c->runTasks());
$c->addTaskHigh('reverse', 'high', null, 'kh');
say('high', $c->runTasks());
$t = $c->addTaskBackground('nobody', 'x', 'ctx', 'kbg');
say('addTaskBackground', $c->runTasks(), $c->returnCode());
$t = $c->addTaskHighBackground('nobody', 'x', 'ctx', 'kbgh');
say('addTaskHighBackground', $c->runTasks(), $c->returnCode());
$t = $c->addTaskLowBackground('nobody', 'x', 'ctx', 'kbgl');
say('addTaskLowBackground', $c->runTasks(), $c->returnCode());
$t = $c->addTaskStatus($h, 'asked');
say('addTaskStatus', $c->runTasks(), $c->returnCode());
say('nothing', $c->runTasks(), $c->returnCode());
say('empty task', $c->addTask('reverse', ''), $c->returnCode());
say('long key', $c->addTask('reverse', 'x', null, str_repeat('u', 65)), $c->returnCode());
say('clear', $c->clearCallbacks());
$c->removeOptions(GEARMAN_CLIENT_FREE_TASKS);
$t = $c->addTask('reverse', 'kept', null, 'kept');
say('kept', $c->runTasks(), $t->functionName(), $t->unique(), $t->data(), $t->dataSize());
$pauses = 0;
$c->setCompleteCallback(function ($t) use (&$pauses) {
    return $pauses++ === 0 ? GEARMAN_PAUSE : GEARMAN_SUCCESS;
});
$t = $c->addTask('reverse', 'pause', null, 'kp');
say('pause', $c->runTasks(), $c->returnCode(), $pauses);
say('resume', $c->runTasks(), $c->returnCode(), $pauses);
$c->setCompleteCallback(function ($t) { return 9999; });
$t = $c->addTask('reverse', 'odd', null, 'ko');
say('odd', $c->runTasks(), $c->returnCode());
$c->setCompleteCallback(function ($t) { throw new Exception('from a callback'); });
say('odd again', (function () use ($c) {
    try { return $c->runTasks(); } catch (Exception $e) { return $e->getMessage(); }
})());
say('after a throw', $c->runTasks(), $c->returnCode());
$c = new GearmanClient();
$c->addServer($host, (int) $port);
$c->addOptions(GEARMAN_CLIENT_UNBUFFERED_RESULT);
$c->setCompleteCallback(function (GearmanTask $t) {
    say('  unbuffered', $t->data(), $t->dataSize());
    while (($got = $t->recvData(4)) && $got[0] > 0) say('  recvData', $got);
    say('  recvData', $t->recvData(4));
});
$t = $c->addTask('reverse', 'unbuffered', null, 'kb');
say('recv', $c->runTasks(), $c->returnCode());
$c = new GearmanClient();
$c->addServer($host, (int) $port);
$c->addOptions(GEARMAN_CLIENT_NON_BLOCKING);
$seen = '';
$c->setCompleteCallback(function (GearmanTask $t) use (&$seen) { $seen = $t->data(); });
$t = $c->addTask('reverse', 'later', null, 'kn');
do {
    $c->runTasks();
    $code = $c->returnCode();
    if ($code === GEARMAN_IO_WAIT) $c->wait();
} while ($code === GEARMAN_IO_WAIT);
say('non-blocking', $code, $seen);
$t = new GearmanTask();
say('shell', $t->returnCode(), $t->functionName(), $t->unique(), $t->jobHandle(), $t->isKnown(), $t->isRunning(),
    $t->taskNumerator(), $t->taskDenominator(), $t->data(), $t->dataSize(), $t->recvData(1), $t->sendWorkload('x'));
$c = new GearmanClient();
say('dead', $c->addServer('127.0.0.1', 1, false), $c->doBackground('reverse', 'x'), $c->returnCode());
say('dead status', $c->jobStatus('H:x:1'), $c->returnCode());
try { $c->addServer('127.0.0.1', 1); } catch (GearmanException $e) { say('dead throws', $e->getMessage(), $e->getCode()); }
// PHP's client is of no more use after that question.
$c = new GearmanClient();
$c->addServer($host, (int) $port);
say('by unique', $c->jobStatusByUniqueKey('pair'), $c->jobStatusByUniqueKey('none'), $c->returnCode());
unset($c);
foreach ([0, 1, 2, 3, 4, 5, 6] as $level) say('verbose', gearman_verbose_name($level));
say('done');
