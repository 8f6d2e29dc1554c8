# A database with a write-ahead log that four processes write to at once: shared mappings of the -shm file, and record locks.
sqlite3 db 'pragma journal_mode = wal; create table t(a integer primary key, b text unique);'
for p in 1 2 3 4; do
    (for i in $(seq 60); do echo "insert into t(b) values('$p-$i');"; done | sqlite3 -cmd '.timeout 60000' db) &
done
wait
sqlite3 db 'select count(*), count(distinct b), max(a) from t; pragma integrity_check; pragma wal_checkpoint(truncate); vacuum;'
ls db*
