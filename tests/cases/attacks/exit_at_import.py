# End with success before the test begins.
# expect: ended early
import os

os._exit(0)
# --- test
assert f(3) == 42
