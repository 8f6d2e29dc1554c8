import threading, queue, concurrent.futures, time, hashlib
lock, total = threading.Lock(), [0]
def add():
    for _ in range(2000):
        with lock:
            total[0] += 1
threads = [threading.Thread(target=add) for _ in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
print(total[0])
q, done = queue.Queue(10), []
def consume():
    while (item := q.get()) is not None:
        done.append(item * item)
consumers = [threading.Thread(target=consume) for _ in range(4)]
[t.start() for t in consumers]
for i in range(1000): q.put(i)
for _ in consumers: q.put(None)
[t.join() for t in consumers]
print(sum(done), len(done))
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    print(list(pool.map(lambda n: hashlib.sha256(b"x" * n * 100000).hexdigest()[:8], range(1, 6))))
event, barrier, order = threading.Event(), threading.Barrier(3), []
def wait(n):
    event.wait(); barrier.wait(); order.append(n)
threads = [threading.Thread(target=wait, args=(n,)) for n in range(3)]
[t.start() for t in threads]
time.sleep(0.05); event.set(); [t.join() for t in threads]
print(sorted(order))
condition, ready = threading.Condition(), []
def produce():
    with condition:
        ready.append(1); condition.notify_all()
threading.Timer(0.02, produce).start()
with condition:
    print(condition.wait_for(lambda: ready, timeout=5))
started = time.monotonic(); event2 = threading.Event()
print(event2.wait(0.1), 0.09 < time.monotonic() - started < 1.0)
local = threading.local(); local.x = 1
def see(): print(hasattr(local, "x"))
t = threading.Thread(target=see); t.start(); t.join()
