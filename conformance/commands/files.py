import os, tempfile, shutil, mmap, stat, errno, pathlib, io, time, fcntl, select
base = tempfile.mkdtemp()
os.chdir(base)
with open("a", "w") as f:
    for i in range(10000): f.write(f"line {i}\n")
print(os.stat("a").st_size, oct(os.stat("a").st_mode), os.stat("a").st_nlink)
os.link("a", "b"); os.symlink("a", "c"); os.rename("b", "d")
print(sorted(os.listdir()), os.readlink("c"), os.stat("d").st_nlink, os.lstat("c").st_size, os.path.samefile("a", "d"))
os.makedirs("x/y/z"); pathlib.Path("x/y/z/file").write_text("hello")
print([(os.path.relpath(r, base), sorted(d), sorted(f)) for r, d, f in sorted(os.walk(base))])
with open("a", "r+b") as f:
    with mmap.mmap(f.fileno(), 0) as m:
        print(m[:7], m.find(b"line 5000"), len(m)); m[0:4] = b"LINE"; m.flush()
print(open("a").readline().strip())
os.truncate("a", 100); print(os.stat("a").st_size); os.chmod("a", 0o640); print(oct(os.stat("a").st_mode & 0o777))
os.utime("a", (1000000000, 1100000000)); print(os.stat("a").st_mtime, os.stat("a").st_atime)
for call in (lambda: os.rmdir("x"), lambda: os.open("nothing", os.O_RDONLY), lambda: os.mkdir("x"), lambda: os.open("a/b", 0),
             lambda: os.unlink("x"), lambda: os.readlink("a"), lambda: os.rename("x", "a"), lambda: os.listdir("a"), lambda: os.close(999)):
    try: call(); print("no error")
    except OSError as e: print(errno.errorcode[e.errno])
fd = os.open("sparse", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
os.pwrite(fd, b"end", 1 << 20); os.lseek(fd, 0, 0); print(len(os.read(fd, 1 << 21)), os.pread(fd, 10, (1 << 20) - 3))
print(os.writev(fd, [b"ab", b"", b"cde"]), os.lseek(fd, 0, os.SEEK_CUR), os.fstat(fd).st_size)
d = os.dup(fd); os.lseek(d, 7, 0); print(os.lseek(fd, 0, 1), fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE, os.get_inheritable(d))
r, w = os.pipe(); os.write(w, b"x" * 1000); print(len(os.read(r, 4096)), select.select([r], [w], [], 0)[1] == [w]); os.close(w); print(os.read(r, 10))
p = select.poll(); p.register(r, select.POLLIN); print(p.poll(0)[0][1])
print([e.name for e in sorted(os.scandir("."), key=lambda e: e.name)], os.getcwd() == base)
shutil.copytree("x", "x2"); shutil.rmtree("x"); print(os.path.exists("x"), os.path.exists("x2/y/z/file"))
with tempfile.TemporaryFile() as t: t.write(b"abc"); t.seek(0); print(t.read())
s = os.statvfs("/"); print(s.f_namemax, os.access("/etc/passwd", os.W_OK) in (True, False), os.umask(0o22))
shutil.rmtree(base); print(os.path.exists(base))
