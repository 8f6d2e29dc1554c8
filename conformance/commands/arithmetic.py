import math, cmath, sys, time, datetime, array
def mandel(w, h):
    n = 0
    for y in range(h):
        for x in range(w):
            c = complex(3.0 * x / w - 2.25, 2.5 * y / h - 1.25); z = 0j
            for i in range(50):
                z = z * z + c
                if abs(z) > 2: break
            n = n * 31 + i & 0xffffffff
    return n
print(mandel(80, 60))
def nbody(n):
    x, v = 1.0, 0.0
    for i in range(n):
        v -= x * 0.001; x += v * 0.001
    return x, v
print(nbody(100000), repr(math.pi ** 50), float.hex(0.1), (0.1 + 0.2).hex(), sys.float_info.max * 2, -math.inf, math.nan)
print([f(0.7) for f in (math.sin, math.cos, math.tan, math.exp, math.log, math.gamma, math.erf, math.sinh, math.atan, math.cbrt)])
print(cmath.exp(1j * math.pi), cmath.sqrt(-2), 2 ** 1000 % 1000007, (-7) // 2, divmod(-7, 3), round(2.5), round(-3.5))
print(datetime.datetime(2024, 2, 29, tzinfo=datetime.timezone.utc).timestamp(), datetime.date.fromordinal(738000).isoformat())
print(sum(array.array("d", [i / 3 for i in range(10000)])), math.fsum([0.1] * 10), int("9" * 400) % 97, hash(1.5), hash(10 ** 30))
def ack(m, n): return n + 1 if m == 0 else ack(m - 1, 1) if n == 0 else ack(m - 1, ack(m, n - 1))
sys.setrecursionlimit(20000); print(ack(2, 100))
assert time.time() > 1e9 and time.monotonic() > 0 and time.perf_counter_ns() > 0 and time.process_time() >= 0
