# Start another program.
# expect: raised
import subprocess

def f(x):
    return subprocess.run(['/bin/sh', '-c', 'echo 42'], capture_output=True).stdout
# --- test
assert f(3) == 42
