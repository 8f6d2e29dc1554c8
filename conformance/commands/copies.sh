# A tree goes through tar, cp, rsync and mv and stays what it was.
state() { (cd "$1" && find . -printf '%p %y %m %n %s %T@ %l\n' | grep -v '^\. ' | awk '$2 == "d" { $5 = "-" } 1' | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum); }
src=$PWD/src
mkdir -p "$src/a/b" && cp -r /usr/share/perl/5*/unicore/lib "$src/a/" 2> /dev/null
head -c 300000 /usr/bin/bash > "$src/big" && ln "$src/big" "$src/a/hard" && ln -s ../big "$src/a/soft" && mkfifo "$src/fifo"
truncate -s 5M "$src/sparse" && echo end >> "$src/sparse" && chmod 4711 "$src/big" && chmod 1777 "$src/a/b"
find "$src" -exec touch -h -d '2001-02-03 04:05:06.123456789' {} +
state "$src" | sha256sum
tar -C "$src" -S -cf t.tar . && mkdir tar && tar -C tar -xpf t.tar && state tar | sha256sum
mkdir star && tar -C "$src" --posix -cf - . | tar -C star -xpf - && state star | sha256sum
cp -a "$src" cp && state cp | sha256sum
rsync -aH "$src/" rsync/ && state rsync | sha256sum
echo more >> src/a/b/new && rm src/a/soft && rsync -aHi --delete "$src/" rsync/ | sort
mv cp moved && cp -al moved links && stat -c %h links/big && rm -rf moved && state links | wc -l
du -s --apparent-size -k tar/big tar/sparse; find rsync -name '*.pl' -newermt 2000-01-01 | wc -l
sed -i 's/more/less/' src/a/b/new && cat src/a/b/new && diff -r tar rsync > difference; wc -l < difference
printf 'one\ntwo\n' > p && printf 'one\nthree\n' > q; diff -u p q > d; patch -s p d && cmp p q && echo patched
