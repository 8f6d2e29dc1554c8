namespace Zonix.Cli;

/// <summary>What zonix run --help says.</summary>
internal static class RunHelp
{
    internal const string Text = """
        usage: zonix run [OPTIONS] (IMAGE | host | --root DIR) [--] [PROGRAM [ARGS...]]

          host              the host's own file system, read-only, under a private writable layer that is gone at exit
          --root DIR        another directory in its place
          -v FROM:TO[:ro]   show a folder or file of the host at a place of the zone, read-write unless ro; --volume
          --mount type=bind,source=FROM,target=TO[,readonly] or type=tmpfs,target=TO: the same, and --tmpfs, in words
          --tmpfs DIR[:OPTIONS]  an empty file system in memory; OPTIONS: mode=, size=, ro, exec, suid, dev
          --read-only       nothing in the zone's root can be changed, but for what is mounted there
          -t                give the program a terminal of its own, as docker does; --tty
          -i                keep its input open; with -t: what is typed here goes there; --interactive. -it is both
          -e NAME=VALUE     set a variable in the environment; NAME alone takes the caller's value; --env, --env-file FILE
          -w DIR            start in this directory; --workdir
          -u USER[:GROUP]   run as this user; root if not given; --user
          -h NAME           the host's name in the zone; --hostname
          --kernel-version R  the Linux release that uname shows
          --entrypoint P    the program, whose arguments follow; "" for none
          --cpus N          let the zone use at most N CPUs (1.5 is one and a half)
          --cpu-shares N    the zone's weight for CPU time against others; 1024 if not given
          -m SIZE           kill a process when all of them use more memory than that: bytes, or with k, m, g; --memory
          --pids-limit N    let there be at most N threads
          --large           give every process a large window

        In the background machine, which is started when it does not run:
          -d                do not wait for the end; print the zone's identity; --detach
          --name NAME       name it
          --rm              delete it when it ends
          -l NAME=VALUE     label it; --label
          --restart POLICY  no, on-failure[:N], always, unless-stopped
          --stop-signal S, --stop-timeout SECONDS   how it is asked to end, and how long until it is killed
          --log-opt max-size=SIZE, max-file=N       how long its log gets
          --autoboot        boot it when the machine starts
          --network NAME    the network it is on, bridge for images if not given; none: only a loopback; again for more
          --ip ADDRESS, --ip6 ADDRESS, --mac-address ADDRESS, --network-alias NAME   its place on the first network
          --pull WHEN       always, missing, never
          --detach-keys KEYS  how to leave its terminal: ctrl-p,ctrl-q if not given
          -a STREAM         join only stdin, stdout or stderr; again for more; --attach
          --sig-proxy=false   signals to this command are not passed on to the program
          --cpu-quota US, --cpu-period US   the same as --cpus QUOTA/PERIOD
          --foreground      be the machine for as long as the program runs, in place of one in the background
          -v NAME:TO[:ro]   a volume of the machine, made when it is missing; -v TO: one of the zone's own
          --init            a first program that passes signals on and waits for orphans, with the program as its child
          --add-host NAME:ADDRESS, --dns ADDRESS, --dns-search DOMAIN, --dns-option WORD, --domainname NAME
          --ulimit NAME=SOFT[:HARD], --shm-size SIZE, --cap-drop NAME, --cap-add NAME, --privileged (all, as always)
          --health-cmd LINE, --health-interval, --health-timeout, --health-retries, --health-start-period, --no-healthcheck
          --cidfile FILE, --label-file FILE, --storage-opt size=SIZE
          --platform NAME   linux/amd64, or linux/386: of images that there are for both, and of debian:SUITE, the one for that
          -p [[ADDRESS:]HOST:]ZONE[/udp]   a port of the host leads to one of the zone's; ranges as 8000-8010:80-90
          -P, --expose PORT                all ports that the image, -p and --expose name get a free one of the host
          --network-allow RULES            what it may reach, and nothing else: ADDRESS[/PREFIX], all, internet, private, host,
                                           network or dns, then [:PORT[-PORT]][/tcp|/udp|/icmp]; several between commas
          --network-deny RULES             what it may not reach, whatever is allowed
          --network-rate SIZE              bytes per second each way beyond the machine, as 10m
          --network-connection-rate N, --network-max-connections N   new ones per second, open ones at a time

        In the foreground, with a root of the host:
          --strace          print system calls as strace does
          -o FILE           print them to a file
          --stats           print what the translator did, and missing calls, at the end

        The exit code is the program's; 128 plus the signal that killed it; 127 if there is no such program, 126 if it
        cannot be executed, 125 if zonix itself fails.

        """;
}
