text='The quick brown fox jumps over the lazy dog'
echo "${#text} ${text:4:5} ${text^^} ${text,,} ${text//o/0} ${text#* } ${text##* } ${text%% *}"
declare -A count
for ((i = 0; i < ${#text}; i++)); do c=${text:i:1}; count[$c]=$((${count[$c]:-0} + 1)); done
for c in a b c d e f g h i j k l m n o p q r s t u v w x y z; do printf '%s=%s ' "$c" "${count[$c]:-0}"; done
echo
if [[ $text =~ ([a-z]+)\ fox\ ([a-z]+) ]]; then echo "${BASH_REMATCH[@]}"; fi
read -r first second rest <<<"$text"
echo "$first|$second|$rest"
IFS=, read -ra parts <<<"one,two,,four"
echo "${#parts[@]} ${parts[2]-unset} ${parts[3]}"
mapfile -t lines < /etc/passwd
echo "${#lines[@]} ${lines[0]}"
printf -v joined '%s;' "${lines[@]%%:*}"
echo "$joined"
unicode='äöü€𝄞'
echo "${#unicode} ${unicode:2:2}"
case $text in The*dog) echo matched ;; *) echo no ;; esac
s=
for ((i = 0; i < 2000; i++)); do s+=$i; done
echo "${#s}" "${s: -20}"
