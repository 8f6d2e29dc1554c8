const { Worker, isMainThread, parentPort, workerData } = require('worker_threads');
const { execFileSync, spawn } = require('child_process');

if (isMainThread) {
    const shared = new SharedArrayBuffer(8);
    const counter = new Int32Array(shared);
    const results = [];
    let left = 4;
    for (let part = 0; part < 4; part++) {
        const worker = new Worker(__filename, { workerData: { part, shared } });
        worker.on('message', (sum) => { results[part] = sum; });
        worker.on('exit', (code) => {
            if (code !== 0) console.log('worker', part, 'ended with', code);
            if (--left === 0) finish();
        });
    }
    function finish() {
        console.log(results.join(' '), Atomics.load(counter, 0));
        console.log(execFileSync('expr', ['6', '*', '7']).toString().trim());
        const child = spawn('sort', ['-n']);
        child.stdout.on('data', (data) => console.log(data.toString().trim().split('\n').join(',')));
        child.on('close', (code) => console.log('sort ended with', code));
        child.stdin.end('30\n4\n100\n');
    }
} else {
    const counter = new Int32Array(workerData.shared);
    let sum = 0;
    for (let i = 0; i < 200000; i++) {
        sum = (sum + i * (workerData.part + 1)) % 1000003;
        Atomics.add(counter, 0, 1);
    }
    parentPort.postMessage(sum);
}
