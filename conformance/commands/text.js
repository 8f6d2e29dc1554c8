const crypto = require('crypto'), zlib = require('zlib'), fs = require('fs'), path = require('path'), os = require('os');
const text = Array.from({ length: 20000 }, (_, i) => `word${(i * 7919) % 613}`).join(' ');
console.log(crypto.createHash('sha256').update(text).digest('hex'));
const packed = zlib.gzipSync(text); console.log(packed.length, zlib.gunzipSync(packed).toString() === text);
const count = new Map(); for (const w of text.split(' ')) count.set(w, (count.get(w) || 0) + 1);
console.log([...count].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).slice(0, 5));
function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); } console.log(fib(27));
class A { constructor(x) { this.x = x; } f() { return this.x * 2; } } class B extends A { f() { return super.f() + 1; } }
let s = 0; for (let i = 0; i < 1e6; i++) s = (s + (i % 3 ? new A(i) : new B(i)).f()) | 0; console.log(s);
console.log(text.replace(/word(\d)(\d*)/g, '$2-$1').length, [3, 1, 2].sort(), 0.1 + 0.2, 2n ** 200n, Math.sin(0.7));
fs.writeFileSync('out.txt', text); console.log(fs.statSync('out.txt').size, fs.readdirSync('.'), path.resolve('x') === process.cwd() + '/x'); fs.unlinkSync('out.txt');
const f64 = new Float64Array(1000).map((_, i) => Math.sqrt(i)); console.log(f64.reduce((a, b) => a + b));
const pbkdf2 = require('util').promisify(crypto.pbkdf2);
(async () => {
  await new Promise(r => setTimeout(r, 20));
  console.log(await Promise.all([1, 2, 3].map(async n => { await null; return n * n; })));
  console.log((await fs.promises.readFile('/etc/passwd', 'utf8')).length > 0);
  console.log((await pbkdf2('secret', 'salt', 1000, 32, 'sha512')).toString('hex'));
})();
try { null.x } catch (e) { console.log(e instanceof TypeError) }
