import json, re, hashlib, collections, itertools, string, textwrap, functools, operator
data = {"k%d" % i: {"list": list(range(i % 17)), "text": "é€𝄞" * (i % 5), "f": i / 7, "n": None} for i in range(3000)}
text = json.dumps(data, indent=1, sort_keys=True)
assert json.loads(text) == data
print(len(text), hashlib.sha256(text.encode()).hexdigest(), hashlib.blake2b(text.encode()).hexdigest()[:20])
print(len(re.findall(r'"k(\d*7\d*)"', text)), re.sub(r'(\w+) (\w+)', r'\2 \1', "hello world foo bar"))
pattern = re.compile(r'^(?P<a>[a-z]+)(?:-(?P<b>\d{2,4}))?(?=\W|$)', re.M | re.I)
print([m.groupdict() for m in pattern.finditer("abc-123\nDEF\nx-1\nghi-9999!")])
c = collections.Counter(text)
print(c.most_common(8))
print(sum(functools.reduce(operator.xor, p) for p in itertools.permutations(range(8), 4)))
print(textwrap.fill(string.printable * 3, 60)[:200].encode())
words = sorted((hashlib.md5(str(i).encode()).hexdigest()[:6] for i in range(20000)), key=lambda w: w[::-1])
print(words[:3], words[-3:])
