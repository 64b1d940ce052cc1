# Answers before the questions.
# expect: killed by the sandbox|failed an assertion|ended early|raised
import os

reply = b't3;s2:okl1;t2;s4:calli2a;l0;'
for _ in range(20):
    os.write(4, len(reply).to_bytes(4, 'little') + b'R' + reply)

def f(x):
    return 0
# --- test
assert f(3) == 42
