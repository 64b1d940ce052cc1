# A verdict without a secret, then the end.
# expect: killed by the sandbox|ended early
import os

payload = b'\npassed\n'
os.write(4, len(payload).to_bytes(4, 'little') + b'V' + payload)
os.write(4, (1).to_bytes(4, 'little') + b'X0')
os._exit(0)
# --- test
assert f(3) == 42
