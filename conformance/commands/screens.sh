#!/bin/bash
# Types at programs in tmux, and prints what the screen shows when it has come to rest.
# Arguments: what starts the shell that is typed at, if not the shell itself ("zonix run -it host --").
set -u
socket=zonix-screens-$$
folder=$(mktemp -d /tmp/zonix-screens-XXXXXX)
trap 'tmux -L "$socket" kill-server 2>/dev/null; rm -rf "$folder" 2>/dev/null' EXIT
seq 1 200 >"$folder/numbers"
printf 'set nomodeline showmode ruler\n' >"$folder/vimrc"

t() { tmux -L "$socket" "$@"; }
keys() { t send-keys -t main "$@"; }
shown() { t capture-pane -p -t main; }

# Waits until a text is shown. It must not be in what was typed.
comes() {
    for _ in $(seq 600); do
        shown | grep -qF -- "$1" && return
        sleep 0.05
    done
    echo "never came: $1"
}
# Waits until the last line that is not empty is this one: a command that is typed has the prompt before it.
ends() {
    for _ in $(seq 600); do
        [ "$(shown | sed '/^$/d' | tail -n 1)" = "$1" ] && return
        sleep 0.05
    done
    echo "never ends with: $1"
}
prompt() { ends 'ready>'; }
screen() {
    local now before=
    for _ in $(seq 100); do
        now=$(shown)
        [ "$now" = "$before" ] && break
        before=$now
        sleep 0.3
    done
    printf -- '-- %s\n%s\n' "$1" "$now" | sed "s|$folder|FOLDER|g; s|${folder##*/}|FOLDER|g; s/ *$//; s/^\\(\\[[0-9]\\]\\) [0-9]*$/\\1 PID/"
}
run() { keys "$1" Enter; }
# Until nothing but one prompt is left: keys that come before it are echoed twice.
clean() {
    prompt
    run clear
    for _ in $(seq 600); do
        [ "$(shown | sed '/^$/d')" = "ready>" ] && return
        sleep 0.05
    done
    echo "not cleared"
}

start() {
    t -f /dev/null new-session -d -s main -x 80 -y 24 \
        "env -i PATH='$PATH' HOME='$folder' TERM=screen LANG=C.UTF-8 PS1='ready> ' INPUTRC=/dev/null $* bash --norc --noprofile"
    t set -g status off
    prompt
}

start "$@"
run 'sleep 1000'; comes 'sleep 1000'; sleep 0.5; keys C-c; prompt
run 'sleep 1001'; comes 'sleep 1001'; sleep 0.5; keys C-z; comes Stopped; prompt
run 'jobs'; prompt
run 'bg'; prompt
run 'jobs'; prompt
run 'fg'; sleep 0.5; keys C-c; prompt
run '(sleep 0.1; kill -STOP $BASHPID; echo went on) & sleep 0.5; jobs'; comes 'Stopped'; prompt
run 'fg'; comes 'went on'; prompt
screen 'job control'

clean
run 'cat >out; cat -A out'; sleep 0.5
keys 'abcd' BSpace BSpace 'x' Enter 'one two' C-w 'three' Enter 'all gone' C-u 'stays' Enter
keys C-v C-c 'é€' BSpace Enter 'tab' Tab 'b' BSpace BSpace Enter 'the end' Enter C-d
prompt
run 'read -r -n 3 three; echo; echo "<$three>"'; sleep 0.5; keys 'xyz'; prompt
run 'read -r -s secret; echo "<$secret>"'; sleep 0.5; keys 'hidden' Enter; prompt
run 'cat & sleep 0.3; jobs'; comes 'Stopped'; prompt
run 'fg'; sleep 0.3; keys C-d; prompt
screen 'lines'

clean
run 'stty -a; stty size; tty >/dev/null && echo a terminal'; comes 'a terminal'; prompt
screen 'settings'

clean
run "trap 'echo changed; stty size' WINCH; echo set"; comes set; prompt
t resize-window -t main -x 100 -y 30; sleep 0.5; keys Enter; comes changed; prompt
t resize-window -t main -x 80 -y 24; sleep 0.5; keys Enter; prompt
run 'trap - WINCH'
screen 'sizes'

clean
run "less $folder/numbers"; ends "$folder/numbers"; keys Space; comes 46; keys Space; comes 69; screen 'less, third page'
keys '/150' Enter; comes 172; screen 'less, found'
keys 'G'; comes '(END)'; screen 'less, end'
keys 'q'; prompt

if command -v vim >/dev/null; then
    clean
    run "vim -u $folder/vimrc -N $folder/text"; comes '0,0-1'
    keys 'i'; comes 'INSERT'; keys 'first line' Enter 'second line' Escape; sleep 0.5; keys 'yy3p'; screen 'vim, edited'
    keys ':%s/second/other/g' Enter; sleep 0.5; keys ':split' Enter; screen 'vim, split'
    keys ':wqa' Enter; prompt
    run "cat $folder/text"; prompt; screen 'vim, written'
fi

if command -v nano >/dev/null; then
    clean
    run "nano -I $folder/note"; comes 'Exit'; keys 'a note' Enter 'more' C-w 'note' Enter; screen 'nano'
    keys C-x; comes 'Save modified'; keys 'y'; comes 'File Name'; keys Enter; prompt
    run "cat $folder/note"; prompt; screen 'nano, written'
fi

clean
run "TMUX_TMPDIR=$folder tmux -f /dev/null new-session 'PS1=left\> bash --norc --noprofile'"; comes 'left>'
run 'tmux set -g status off'; sleep 0.5
run 'tmux split-window -h "PS1=right\> bash --norc --noprofile"'; comes 'right>'
run 'tty >/dev/null && echo a terminal'; comes 'a terminal'; screen 'tmux inside'
run 'tmux kill-pane -a'; sleep 0.5; run clear; screen 'tmux inside, one pane'
run 'exit'; prompt
screen 'tmux, left'
run 'exit'
