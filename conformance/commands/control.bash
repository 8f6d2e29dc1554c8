set -u
trap 'echo "exit trap, status $?"' EXIT
trap 'echo "got USR1"' USR1
f() { local depth=$1; if ((depth > 0)); then f $((depth - 1)); else echo bottom "${#FUNCNAME[@]}"; return 3; fi; }
f 100
echo "status $?"
kill -USR1 $$
for i in {1..3} a{b,c}d; do echo -n "$i "; done
echo
select_one() { while getopts ab:c option "$@"; do echo "$option ${OPTARG-}"; done; }
select_one -a -b value -c
i=0
until ((i >= 5)); do ((++i)); ((i == 3)) && continue; echo "i=$i"; done
eval 'x=5; ((x *= 2)); echo $x'
exec 3< /etc/passwd
read -r line <&3
echo "$line"
exec 3<&-
{ echo to-stderr; } >&2
umask
ulimit -n >/dev/null && echo limit
type cd
times >/dev/null
shopt -s extglob nullglob
for file in /etc/{passwd,group,nothing*}; do echo "$file"; done
[[ -d /usr && ! -e /nonexistent && -r /etc/passwd && /etc/passwd -nt /nonexistent ]] && echo tests
echo "$BASH_SUBSHELL ${BASH_VERSINFO[0]} $((SECONDS < 30))"
return_code() { return 300; }
return_code
echo $?
exit 9
