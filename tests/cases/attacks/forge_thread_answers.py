# A thread that keeps sending one answer. It may be taken for that of f: who knows an answer may give it.
# It is not the answer to the next question.
# expect: killed by the sandbox|failed an assertion|ended early
import os, threading

def spam():
    reply = b't3;s2:oki2a;l0;'
    while True:
        os.write(4, len(reply).to_bytes(4, 'little') + b'R' + reply)

def f(x):
    threading.Thread(target=spam, daemon=True).start()
    return 0
# --- test
assert f(3) == 42
assert f(4) == 43
