# ipcmk, ipcs and ipcrm of util-linux.
id() { sed 's/.*: //'; }
queue=$(ipcmk -Q | id)
set=$(ipcmk -S 3 -p 0640 | id)
segment=$(ipcmk -M 10000 -p 0600 | id)
ipcs -q -i "$queue" | grep -v -E 'msqid|_time'
ipcs -s -i "$set" | grep -v -E 'semid|_time|ctime'
ipcs -m -i "$segment" | grep -v -E 'shmid|_time|pid'
ipcs -l
for kind in q s m; do
    ipcs -$kind | head -3 | sed 's/  *$//'
done
ipcs -m | awk -v id="$segment" '$2 == id { print $3, $4, $5, $6 }'
ipcs -s | awk -v id="$set" '$2 == id { print $3, $4, $5 }'
ipcs -q | awk -v id="$queue" '$2 == id { print $3, $4, $5, $6 }'
ipcrm -q "$queue" -s "$set" -m "$segment"
echo "removed: $?"
ipcs -q -i "$queue" 2>&1 | sed 's/[0-9][0-9]*/N/'
ipcrm -q "$queue" 2>&1 | sed 's/[0-9][0-9]*/N/'
head -1 /proc/sysvipc/msg /proc/sysvipc/sem /proc/sysvipc/shm
