"""Scores choices through llama-server, one request for each token of a continuation, which is forced
by a logit bias and whose log-probability is read from the answer.

  python3 served_choices.py --server PROGRAM --model FILE.gguf --threads N [--one-by-one] ITEMS.jsonl

ITEMS.jsonl has an object {"context": …, "continuations": […]} per line. The server keeps prompts in
its cache.

Without --one-by-one requests are sent as lm-evaluation-harness' `gguf` model sends them since its
pull request 4012 (September 2026): as many workers as the server says it has slots take the choices
in their order; the choices of an item go to one slot, the next item's to the next; each request has
a connection of its own. The harness itself uses the package `requests`; here it is the standard
library, which takes less time.

With --one-by-one the server has one slot, and one request after the other goes through one
connection: the fastest way of asking of those tried.

Prints {"items": …, "requests": …, "seconds": …}: of the scoring requests alone; the server's start,
a first item and making token ids are not counted.
"""

import argparse
import http.client
import json
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

SLOTS = 4
BIAS = 100


class Server:
    def __init__(self, arguments):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.keep = arguments.one_by_one
        slots = 1 if arguments.one_by_one else SLOTS
        threads = str(arguments.threads)
        self.process = subprocess.Popen(
            [arguments.server, "-m", arguments.model, "-t", threads, "-tb", threads,
             "-np", str(slots), "-c", "8192", "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.local = threading.local()

    def wait(self, seconds=120):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.ask("GET", "/health")
                return
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(0.1)
        sys.exit("the server did not start")

    def ask(self, method, path, body=None):
        connection = getattr(self.local, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            connection.request(method, path, None if body is None else json.dumps(body),
                               {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
        except BaseException:
            self.local.connection = None
            connection.close()
            raise
        if self.keep:
            self.local.connection = connection
        else:
            connection.close()
        if answer.status != 200:
            raise ValueError(f"the server answered {answer.status}: {text[:200]!r}")
        return json.loads(text)

    def slots(self):
        return self.ask("GET", "/props")["total_slots"]

    def tokens(self, text):
        return self.ask("POST", "/tokenize", {"content": text, "add_special": True})["tokens"]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def tokens_of(server, context, continuation):
    """The whole text's tokens, and how many of them are context."""
    before = len(server.tokens(context))
    whole = server.tokens(context + continuation)
    return whole, min(before, len(whole) - 1)


def score(server, whole, before, slot):
    """Sum of the log-probabilities of the tokens after the context, and how many there are."""
    total = 0.0
    for i in range(before, len(whole)):
        answer = server.ask("POST", "/v1/completions", {
            "prompt": whole[:i], "max_tokens": 1, "temperature": 0, "logprobs": 2,
            "logit_bias": [[whole[i], BIAS]], "id_slot": slot})
        entry = answer["choices"][0]["logprobs"]["content"][0]
        if entry["id"] != whole[i]:
            raise ValueError("the server took another token than the one that was forced")
        total += entry["logprob"]
    return total, len(whole) - before


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--one-by-one", action="store_true")
    parser.add_argument("items")
    arguments = parser.parse_args()
    with open(arguments.items, encoding="utf-8") as lines:
        items = [json.loads(line) for line in lines]
    server = Server(arguments)
    try:
        server.wait()
        workers = server.slots()
        score(server, *tokens_of(server, "A first", " item"), slot=0)
        choices = [(*tokens_of(server, item["context"], continuation), at % workers)
                   for at, item in enumerate(items) for continuation in item["continuations"]]
        start = time.monotonic()
        if workers == 1:
            scores = [score(server, *choice) for choice in choices]
        else:
            with ThreadPoolExecutor(max_workers=workers) as pool:
                scores = list(pool.map(lambda choice: score(server, *choice), choices))
        seconds = time.monotonic() - start
    except (OSError, http.client.HTTPException, ValueError) as error:
        sys.exit(f"served_choices: {error}")
    finally:
        server.stop()
    print(json.dumps({"items": len(items), "requests": sum(count for _, count in scores),
                      "seconds": seconds}))


main()
