# Gearman::Worker with a few functions. Says "ready" once it is registered.
use strict;
use warnings;
use Gearman::Worker;

$| = 1;
my $worker = Gearman::Worker->new(job_servers => ["$ARGV[0]:$ARGV[1]"]);
$worker->register_function(reverse => sub { scalar reverse $_[0]->arg });
$worker->register_function(length  => sub { length $_[0]->arg });
$worker->register_function(
    steps => sub {
        my $job = shift;
        $job->set_status($_, 3) for 1 .. 3;
        return "done";
    }
);
$worker->register_function(fail => sub { return undef });
print "ready\n";
$worker->work while 1;
