#!/bin/bash
# top and htop in tmux, watching a shell and a sleep of their own; numbers are left out.
# Arguments: what starts the shell that is typed at ("zonix run -it host --"); by default a space of processes of its own.
set -u
socket=zonix-monitors-$$
folder=$(mktemp -d /tmp/zonix-monitors-XXXXXX)
trap 'tmux -L "$socket" kill-server 2>/dev/null; rm -rf "$folder"' EXIT
[ $# -gt 0 ] || set -- unshare --fork --pid --mount-proc --

t() { tmux -L "$socket" "$@"; }
keys() { t send-keys -t main "$@"; }
shown() { t capture-pane -p -t main; }
comes() {
    for _ in $(seq 600); do
        shown | grep -qE -- "$1" && return
        sleep 0.05
    done
    echo "never came: $1"
    shown
}
prompt() {
    for _ in $(seq 600); do
        [ "$(shown | sed '/^$/d' | tail -n 1)" = "ready>" ] && return
        sleep 0.05
    done
    echo "no prompt"
    shown
}
# Numbers, their units, bars and the width of columns differ; of a system that is younger than a second htop says that its age is unknown.
screen() {
    printf -- '-- %s\n' "$1"
    shown | sed -E 's/\[[^]]*\]/[BAR]/g; s/[0-9]+([.:,][0-9]+)*[KMGTkmgt]?/N/g; s/[0-9]+ days?, *//; s/up +N min/up N/; s/,+ */, /g; s/ +/ /g; s/ $//' |
        sed -E 's/N user(s)?,/N users,/; s/Uptime: .*/Uptime: N/; s/\(s\): ?N/(s): N/; s/ R | S | I / STATE /' | sort | uniq
}

t -f /dev/null new-session -d -s main -x 110 -y 30 \
    "env -i PATH='$PATH' HOME='$folder' XDG_CONFIG_HOME='$folder' TERM=screen LANG=C.UTF-8 PS1='ready> ' INPUTRC=/dev/null $* bash --norc --noprofile"
t set -g status off
prompt
# The line that is typed must be gone before anything is looked for that it says itself.
keys 'sleep 1000 & clear' Enter
prompt
keys 'top -d 0.3' Enter
comes 'sleep'
screen 'top'
keys 'c'
comes 'sleep 1000'
screen 'top, command lines'
keys 'q'
prompt
if command -v htop >/dev/null; then
    keys 'clear; htop -d 3' Enter
    comes 'F10Quit'
    comes 'sleep 1000'
    screen 'htop'
    keys 't'
    comes '[├└]'
    screen 'htop, as a tree'
    keys '/' 'sleep' Enter
    keys 'q'
    prompt
fi
keys 'kill %1; wait; exit' Enter
for _ in $(seq 100); do
    t has-session -t main 2>/dev/null || break
    sleep 0.1
done
t has-session -t main 2>/dev/null && echo 'the shell is still there'
exit 0
