import decimal, fractions, zlib, bz2, lzma, struct, binascii, random, math, statistics
decimal.getcontext().prec = 200
d = decimal.Decimal
print(d(2).sqrt(), d(1) / d(7), d(10).ln(), d("1e-50").exp())
print(sum(fractions.Fraction(1, n) for n in range(1, 60)))
random.seed(12345)
data = bytes(random.choice(b"abcdefgh \n") for _ in range(200000))
for name, z in (("zlib", zlib), ("bz2", bz2), ("lzma", lzma)):
    packed = z.compress(data)
    assert z.decompress(packed) == data
    print(name, len(packed), zlib.crc32(packed), zlib.adler32(data))
print(binascii.hexlify(struct.pack("<bHiqfd5s", -1, 65535, -2**31, 2**62, 1.5, math.pi, b"hello")))
print(statistics.mean(data), statistics.pstdev(data[:1000]), random.gauss(0, 1), random.getrandbits(100))
print(math.factorial(300) % (10**40 + 7), pow(3, 10**5, 10**30 + 57), math.gcd(2**200 - 1, 2**120 - 1), math.isqrt(10**101))
