use strict; use warnings;
my %count; my $text = join ' ', map { "word" . ($_ * 7919 % 613) } 1 .. 20000;
$count{$_}++ for split / /, $text;
print join(",", map { "$_=$count{$_}" } (sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count)[0 .. 9]), "\n";
(my $t = $text) =~ s/word(\d)(\d+)/$2-$1/g; print substr($t, 0, 80), " ", length $t, "\n";
my @sorted = sort { $a <=> $b } map { ($_ * 104729) % 99991 } 1 .. 5000; print "@sorted[0..9]\n";
printf "%.15g %e %s %s %08.3f %x\n", 1 / 3, 12345.678, "a" . "b" x 5, join("", reverse split //, "hello"), 3.14159, 255;
open my $f, '>', "out" or die; print $f "line $_\n" for 1 .. 1000; close $f;
open $f, '<', "out" or die; my @l = <$f>; close $f; print scalar(@l), " ", -s "out", "\n"; unlink "out"; print -e "out" ? "there" : "gone", "\n";
print pack("nNvVa4", 1, 2, 3, 4, "abcd") eq "\0\1\0\0\0\2\3\0\4\0\0\0abcd" ? "packed\n" : "differs\n";
my $r = eval { die { code => 42 } }; print $@->{code}, "\n"; local $SIG{ALRM} = sub { die "alarm\n" };
eval { alarm 1; select undef, undef, undef, 5; alarm 0 }; print "caught $@";
sub fact { my $n = shift; $n < 2 ? 1 : $n * fact($n - 1) } print fact(20), " ", fact(25), "\n";
my @m = "2024-02-29T12:34:56" =~ /(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)/; print "@m\n"; print join("|", sort grep { !/^\./ } readdir_of("/usr/share/perl")), "\n";
sub readdir_of { opendir my $d, shift or return; my @e = readdir $d; @e }
$SIG{USR1} = sub { print "usr1\n" }; kill USR1 => $$; print gmtime(86400 * 365) . "\n";
