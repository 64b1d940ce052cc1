# Answer every question with a question, for ever.
# expect: timed out
def f(callback):
    while True:
        callback(1)
# --- test
assert f(lambda x: x) == 42
