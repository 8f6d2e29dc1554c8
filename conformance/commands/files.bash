# Writes, reads back and inspects files with built-ins alone.
for i in {1..200}; do echo "line $i"; done > numbers
n=0
while read -r word number; do ((n += number)); done < numbers
echo "$n"
echo appended >> numbers
mapfile lines < numbers
echo "${#lines[@]} ${lines[-1]}"
printf '%s\n' one two three > second
[[ numbers -nt second || second -nt numbers || ! numbers -nt second ]] && echo compared
set -o noclobber
{ echo no > second; } 2>/dev/null || echo refused
echo forced >| second
read -r line < second
echo "$line"
cd /usr/lib && echo "$PWD" && cd .. && echo "$PWD" && cd - >/dev/null && echo "$PWD"
cd "$OLDPWD" || exit
files=(/usr/include/*.h)
echo "${#files[@]}" "${files[@]:0:5}"
shopt -s globstar
files=(/usr/include/linux/**/*.h)
echo "${#files[@]}"
exec 4<> /tmp/zonix-conformance-scratch
echo hello >&4
exec 4>&-
read -r line < /tmp/zonix-conformance-scratch
echo "$line"
cat_builtin() { while IFS= read -r line; do printf '%s\n' "$line"; done < "$1"; }
cat_builtin /etc/passwd
echo missing < /nonexistent
