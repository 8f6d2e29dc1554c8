# strace's view of a shell and its children: which calls, in what order for each process, and how each ends.
strace -ff -e trace=execve,exit_group,kill,close -e signal=all -o out sh -c '/bin/true; /bin/false; kill -9 $$'
echo "status $?"
for file in $(ls out.* | sort -t. -k2 -n); do
    sed 's/0x[0-9a-f]*/P/g; s/kill([0-9]*/kill(PID/; s/ *= ?$/ = ?/; s/si_[us]time=[^,}]*/TIME/g; s/si_pid=[0-9]*/si_pid=PID/; s/\[[^]]*\]/[]/g' "$file" | uniq -c
done
