#!/bin/bash
# Kills `zonix run -it` the hard way, at a terminal in tmux: the terminal is left as it was. Argument: the program.
set -u
zonix=$1
socket=zonix-killed-$$
folder=$(mktemp -d /tmp/zonix-killed-XXXXXX)
trap 'tmux -L "$socket" kill-server 2>/dev/null; rm -rf "$folder"' EXIT
t() { tmux -L "$socket" "$@"; }
comes() {
    for _ in $(seq 600); do
        t capture-pane -p -t main | grep -qE "^ *$1$" && return
        sleep 0.05
    done
    echo "never came: $1"
    t capture-pane -p -t main
    exit 1
}
# A shell that does not put settings back itself, as bash does.
cat >"$folder/script" <<END
stty -a >$folder/before
$zonix run -it host -- sh -c 'stty raw -echo; echo inside; exec sleep 1000'
stty -a >$folder/at-once
for i in \$(seq 100); do
    stty -a >$folder/after
    cmp -s $folder/before $folder/after && break
    sleep 0.1
done
echo over
exec sleep 1000
END
t -f /dev/null new-session -d -s main -x 80 -y 24 "env ZONIX_HOME='${ZONIX_HOME:-$folder/home}' sh '$folder/script'"
comes inside
stty -a -F "$(t display -p -t main '#{pane_tty}')" >"$folder/during"
cmp -s "$folder/before" "$folder/during" || echo 'other settings while it runs'
for child in $(cat "/proc/$(t display -p -t main '#{pane_pid}')/task/"*/children); do
    kill -KILL "$child"
done
comes over
cmp "$folder/before" "$folder/after" && echo 'the same settings afterwards'
