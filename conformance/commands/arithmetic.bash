# Built-ins only: no process is forked.
fib() { local n=$1 a=0 b=1 t i; for ((i = 0; i < n; i++)); do t=$((a + b)); a=$b b=$t; done; REPLY=$a; }
for n in 1 2 10 50 90; do fib $n; echo "fib($n)=$REPLY"; done
sieve=() limit=2000
for ((i = 2; i <= limit; i++)); do
    if [[ -z ${sieve[i]} ]]; then
        primes+=" $i"
        for ((j = i * i; j <= limit; j += i)); do sieve[j]=1; done
    fi
done
echo "$primes"
echo $((0x7fffffffffffffff + 1)) $((-7 / 2)) $((-7 % 3)) $((1 << 62)) $((2 ** 40)) $((16#ff ^ 8#17))
collatz=0
for ((s = 1; s < 300; s++)); do
    n=$s steps=0
    while ((n != 1)); do ((n % 2 ? (n = 3 * n + 1) : (n /= 2), steps++)); done
    ((collatz += steps))
done
echo "$collatz"
printf '%d %x %o %e %g %s %q\n' 42 255 8 3.14159 0.0001 text 'a b$c'
