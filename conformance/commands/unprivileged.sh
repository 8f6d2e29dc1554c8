#!/bin/bash
# Works in a folder of the host as root, and once more in a zone of a machine that runs as nobody in particular.
# Arguments: nothing, or the program.
set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
if [ "$(id -u)" != 0 ]; then
    echo "needs root"
    exit 1
fi
folder=$(mktemp -d /tmp/zonix-unprivileged-XXXXXX)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/work" <<'END'
cd "$1" || exit
touch a && stat -c '%n %F %a %u:%g %h %s' a
chmod 640 a && echo text >a && ln a hard && ln -s a soft && stat -c '%n %F %a %u:%g %h %s' a hard soft
mkdir -p d/e && mv a d/b && cat hard && ls -R | sort
truncate -s 100 hard && stat -c '%n %s' d/b
touch -d '2001-02-03 04:05:06 UTC' hard && stat -c '%n %Y' d/b
echo more >>hard && tail -c 5 d/b
mkfifo fifo && (echo through >fifo & cat fifo)
rmdir d 2>&1
cat missing 2>&1
python3 -c 'import mmap
with open("hard", "r+b") as f:
    m = mmap.mmap(f.fileno(), 0)
    m[0:4] = b"TEXT"
    m.flush()'
head -c 4 d/b; echo
sh -c 'exec 9>lock; flock -n 9 && (flock -n 8 || echo locked) 8>lock'
cp -a d copy && diff -r d copy && echo copied
rm -r d copy soft fifo lock && ls
END
mkdir "$folder/shared" && chmod 755 "$folder"
if [ $# = 0 ]; then
    sh "$folder/work" "$folder/shared"
else
    chown 65534:65534 "$folder/shared"
    setpriv --reuid=65534 --regid=65534 --clear-groups env -i PATH="$PATH" "$1" run -v "$folder/shared:/shared" -v "$folder/work:/zonix-work:ro" host -- \
        sh /zonix-work /shared
fi
ls "$folder/shared"
head -c 4 "$folder/shared/hard"
