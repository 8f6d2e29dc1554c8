# Small programs about files and terminals: inotifywait, lsof, flock, script. Numbers of processes are left out.
export LC_ALL=C
mkdir -p d/sub

echo "-- inotifywait"
inotifywait -q -m -r -c -e create,modify,close_write,move,delete,attrib d >events 2>&1 &
watcher=$!
until grep -q inotify "/proc/$watcher/fdinfo/3" 2>/dev/null && [ "$(grep -c '^inotify' "/proc/$watcher/fdinfo/3")" = 2 ]; do sleep 0.05; done
echo one >d/file; echo two >>d/file; mv d/file d/sub/moved; chmod 600 d/sub/moved; rm d/sub/moved; mkdir d/new; rmdir d/new
until grep -q 'DELETE,ISDIR.*new\|"DELETE,ISDIR",new' events; do sleep 0.05; done
kill "$watcher"; wait "$watcher" 2>/dev/null
cat events
inotifywait -q -t 1 d; echo "nothing: $?"
inotifywait -q missing; echo "missing: $?"

echo "-- lsof"
exec 5>held 6<held 7<d
echo text >&5
lsof -w -a -p $$ -d 5-7 -F ftan | grep -v '^p' | sed "s|$PWD|HERE|"
lsof -w -t held | grep -cx $$
mkfifo pipe; sleep 100 <>pipe & sleeper=$!
until [ "$(lsof -w -t pipe)" = "$sleeper" ]; do sleep 0.05; done
lsof -w -a -p "$sleeper" -d 0 -F fan | grep -v '^p' | sed "s|$PWD|HERE|"
kill "$sleeper"; wait "$sleeper" 2>/dev/null
lsof -w -t pipe; echo "nobody: $?"
exec 5>&- 6<&- 7<&-

echo "-- flock"
exec 8>lock
flock -n 8 && echo taken
flock -n lock -c 'echo never'; echo "held: $?"
flock -w 0.2 lock -c 'echo never'; echo "waited: $?"
flock -n -s lock -c 'echo never'; echo "shared: $?"
(flock lock -c 'echo got it') & sleep 0.2; echo released; flock -u 8; wait
flock -s 8; flock -s -n lock -c 'echo both'; flock -n lock -c 'echo never'; echo "alone: $?"
exec 8>&-
for i in $(seq 8); do (for j in $(seq 25); do flock counter -c 'n=$(cat n 2>/dev/null || echo 0); echo $((n + 1)) >n'; done) & done; wait
cat n

echo "-- script"
script -q -e -c 'tty >/dev/null && echo a terminal; stty size; exit 7' typed </dev/null; echo "code: $?"
grep -v '^Script' typed
printf 'echo "typed $((6 * 7))"\nexit 3\n' | script -q -e -c 'PS1="ready> " sh' typed >shown; echo "code: $?"
grep -c 'typed 42' typed
script -q -c 'seq 3000' -O numbers >/dev/null </dev/null; grep -c '^[0-9]' numbers
script -q -T times -c 'echo timed' -O out >/dev/null </dev/null; awk '{ n += $2 } END { print n }' times
