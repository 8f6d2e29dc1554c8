import ctypes, ctypes.util, os, array, sys
libc = ctypes.CDLL("libc.so.6", use_errno=True)
libm = ctypes.CDLL("libm.so.6")
libm.pow.restype = ctypes.c_double
libm.pow.argtypes = [ctypes.c_double, ctypes.c_double]
print(libm.pow(2.0, 0.5), libc.abs(-5), libc.strlen(b"hello"))
COMPARE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
calls = [0]
def compare(a, b):
    calls[0] += 1
    return (a[0] > b[0]) - (a[0] < b[0])
values = (ctypes.c_int * 200)(*[(i * 7919) % 1009 for i in range(200)])
libc.qsort(values, len(values), ctypes.sizeof(ctypes.c_int), COMPARE(compare))
print(list(values)[:10], list(values) == sorted(values), calls[0] > 200)
class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_double), ("y", ctypes.c_int), ("tag", ctypes.c_char * 3)]
p = Point(1.5, 7, b"ab")
print(ctypes.sizeof(Point), bytes(p).hex(), p.tag)
class Div(ctypes.Structure):
    _fields_ = [("quot", ctypes.c_int), ("rem", ctypes.c_int)]
libc.div.restype = Div
r = libc.div(17, 5)
print(r.quot, r.rem)
print(libc.close(-1), os.strerror(ctypes.get_errno()))
buffer = ctypes.create_string_buffer(64)
print(libc.snprintf(buffer, 64, b"%s %d %ld %.3f", b"text", 42, ctypes.c_long(1 << 40), ctypes.c_double(3.14159)), buffer.value)
a = array.array("i", range(10))
ctypes.memset(a.buffer_info()[0], 0xff, 8)
print(a.tolist())
