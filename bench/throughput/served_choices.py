"""Scores choices through llama-server as the usual harness does: a request per token of a
continuation, which is forced by a logit bias and whose log-probability is read from the answer.

  python3 served_choices.py --server PROGRAM --model FILE.gguf --threads N ITEMS.jsonl

ITEMS.jsonl has an object {"context": …, "continuations": […]} per line. The server keeps prompts in
its cache. Prints {"items": …, "requests": …, "seconds": …}: of the scoring requests alone; the server's
start, a first item and making token ids are not counted.
"""

import argparse
import http.client
import json
import socket
import subprocess
import sys
import time


class Server:
    def __init__(self, arguments):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        threads = str(arguments.threads)
        self.process = subprocess.Popen(
            [arguments.server, "-m", arguments.model, "-t", threads, "-tb", threads, "-np", "4",
             "-c", "8192", "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.requests = 0
        self.connection = None

    def wait(self, seconds=120):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
                self.connection.request("GET", "/health")
                answer = self.connection.getresponse()
                answer.read()
                if answer.status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        sys.exit("the server did not start")

    def ask(self, path, body):
        self.connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            sys.exit(f"the server answered {answer.status}: {text[:200]!r}")
        self.requests += 1
        return json.loads(text)

    def tokens(self, text):
        return self.ask("/tokenize", {"content": text, "add_special": True})["tokens"]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def tokens_of(server, context, continuation):
    """The whole text's tokens, and how many of them are context."""
    before = len(server.tokens(context))
    whole = server.tokens(context + continuation)
    return whole, min(before, len(whole) - 1)


def score(server, whole, before):
    """Sum of the log-probabilities of the tokens after the context."""
    total = 0.0
    for i in range(before, len(whole)):
        answer = server.ask("/v1/completions", {
            "prompt": whole[:i], "max_tokens": 1, "temperature": 0, "logprobs": 2,
            "logit_bias": [[whole[i], 1e6]], "cache_prompt": True, "id_slot": 0})
        logprobs = answer["choices"][0]["logprobs"]
        total += logprobs["content"][0]["logprob"] if "content" in logprobs else (
            logprobs["token_logprobs"][0])
    return total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("items")
    arguments = parser.parse_args()
    with open(arguments.items, encoding="utf-8") as lines:
        items = [json.loads(line) for line in lines]
    server = Server(arguments)
    try:
        server.wait()
        score(server, *tokens_of(server, "A first", " item"))
        choices = [tokens_of(server, item["context"], continuation)
                   for item in items for continuation in item["continuations"]]
        server.requests = 0
        start = time.monotonic()
        for whole, before in choices:
            score(server, whole, before)
        seconds = time.monotonic() - start
    finally:
        server.stop()
    print(json.dumps({"items": len(items), "requests": server.requests, "seconds": seconds}))


main()
