// group: cpu
// flags: -static -fno-gcse
// A byte-code interpreter with computed goto.
#include "bench.h"

enum { PUSH, ADD, SUB, MUL, XOR, DUP, SWAP, LOAD, STORE, JNZ, DEC, SHR, HALT };

int main(int argc, char **argv)
{
    static void *labels[] = {&&push, &&add, &&sub, &&mul, &&xor, &&dup, &&swap, &&load, &&store, &&jnz, &&dec, &&shr, &&halt};
    static const int16_t program[] = {
        LOAD, 0, PUSH, 31, MUL, LOAD, 1, ADD, DUP, PUSH, 7, SHR, XOR, STORE, 0, LOAD, 1, LOAD, 0, SWAP, SUB, STORE, 2,
        LOAD, 2, LOAD, 0, XOR, STORE, 0, DEC, 1, JNZ, 0, HALT,
    };
    int64_t variables[4] = {1, scaled(argc, argv, 24000000), 0, 0};
    double operations = variables[1] * 21.0;
    int64_t stack[64], *sp = stack;
    const int16_t *pc = program;
    double started = now_ns();
#define NEXT goto *labels[*pc++]
    NEXT;
push: *sp++ = *pc++; NEXT;
add: sp--; sp[-1] += *sp; NEXT;
sub: sp--; sp[-1] -= *sp; NEXT;
mul: sp--; sp[-1] *= *sp; NEXT;
xor: sp--; sp[-1] ^= *sp; NEXT;
dup: *sp = sp[-1]; sp++; NEXT;
swap: { int64_t t = sp[-1]; sp[-1] = sp[-2]; sp[-2] = t; } NEXT;
load: *sp++ = variables[*pc++]; NEXT;
store: variables[*pc++] = *--sp; NEXT;
dec: variables[*pc++]--; NEXT;
shr: sp--; sp[-1] = (int64_t)((uint64_t)sp[-1] >> *sp); NEXT;
jnz: pc = variables[1] ? program + *pc : pc + 1; NEXT;
halt:
    report("interpreter", started, operations);
    return variables[0] == 42;
}
