# Gearman::Client: foreground, background, a set, status and a failure. Prints a line for each.
use strict;
use warnings;
use Gearman::Client;

$| = 1;
my $client = Gearman::Client->new(job_servers => ["$ARGV[0]:$ARGV[1]"]);
my $result = $client->do_task(reverse => "Hello!");
print "do_task ${$result}\n";
$result = $client->do_task(length => "x" x 300_000);
print "large ${$result}\n";
my @seen;
my $set = $client->new_task_set;
for my $word (qw(one two three)) {
    $set->add_task(reverse => $word, { on_complete => sub { push @seen, ${ $_[0] } } });
}
$set->add_task(steps => "", { on_status => sub { push @seen, "$_[0]/$_[1]" }, on_complete => sub { push @seen, ${ $_[0] } } });
$set->add_task(fail => "", { on_fail => sub { push @seen, "failed" } });
$set->wait;
print "set ", join(" ", sort @seen), "\n";
my $handle = $client->dispatch_background(note => "from perl", { uniq => "perl-unique" });
print "background ", ($handle ? "yes" : "no"), "\n";
my $status = $client->get_status($handle);
print "known ", ($status->known ? 1 : 0), " running ", ($status->running ? 1 : 0), "\n";
