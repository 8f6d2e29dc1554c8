// node's fs: through its pool of threads, its streams and its promises.
const fs = require('fs'), path = require('path');
const error = f => { try { f(); return 'none'; } catch (e) { return e.code; } };
fs.mkdirSync('n/a/b/c', { recursive: true });
fs.writeFileSync('n/a/x', 'hello');
fs.appendFileSync('n/a/x', ' there');
console.log(fs.readFileSync('n/a/x', 'utf8'), error(() => fs.mkdirSync('n')), error(() => fs.rmdirSync('n')));
fs.copyFileSync('n/a/x', 'n/y', fs.constants.COPYFILE_EXCL);
console.log(error(() => fs.copyFileSync('n/a/x', 'n/y', fs.constants.COPYFILE_EXCL)));
fs.renameSync('n/y', 'n/z');
fs.symlinkSync('z', 'n/l');
fs.linkSync('n/z', 'n/h');
console.log(fs.readlinkSync('n/l'), path.basename(fs.realpathSync('n/l')), fs.statSync('n/h').nlink);
console.log(fs.readdirSync('n', { recursive: true }).sort());
fs.cpSync('n', 'n2', { recursive: true });
console.log(fs.readdirSync('n2').sort(), fs.readdirSync('n2', { withFileTypes: true }).map(e => e.isDirectory() + e.name).sort());
const fd = fs.openSync('n/z', 'r+');
fs.ftruncateSync(fd, 3);
fs.futimesSync(fd, 1, 2);
fs.fchmodSync(fd, 0o640);
fs.fsyncSync(fd);
console.log(fs.fstatSync(fd).size, fs.fstatSync(fd).mtimeMs, (fs.fstatSync(fd).mode & 0o777).toString(8));
fs.writevSync(fd, [Buffer.from('ab'), Buffer.from('cd')], 1);
console.log(fs.readSync(fd, Buffer.alloc(10), 0, 10, 0), fs.readFileSync('n/h', 'latin1'));
fs.closeSync(fd);
console.log(error(() => fs.readFileSync('none')), error(() => fs.readFileSync('n')), error(() => fs.accessSync('n/z/x')));
fs.rmSync('n', { recursive: true });
console.log(fs.existsSync('n'), fs.mkdtempSync('t-').length);
const out = fs.createWriteStream('stream');
for (let i = 0; i < 20000; i++)
    out.write('line ' + i + '\n');
out.end(async () => {
    console.log(fs.statSync('stream').size);
    let lines = 0;
    for await (const chunk of fs.createReadStream('stream', { highWaterMark: 1000 }))
        lines += chunk.toString().split('\n').length - 1;
    const all = await Promise.all([...Array(50).keys()].map(async i => {
        await fs.promises.writeFile('p' + i, 'x'.repeat(i));
        return (await fs.promises.stat('p' + i)).size;
    }));
    console.log(lines, all.reduce((a, b) => a + b));
});
