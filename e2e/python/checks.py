"""One line of JSON for each check, so that whoever started this can show each as a test of its own."""

import json
import os
import sys
import time
import traceback

# How many times longer than usual things may take: for hosts that are emulated themselves.
PATIENCE = int(os.environ.get("ATOLL_PATIENCE") or 1)

failures = 0


def say(line):
    print(json.dumps(line), flush=True)


def check(name):
    """Runs the function it stands over at once, and says how it ended."""

    def run(body):
        global failures
        start = time.monotonic()
        line = {"check": name, "ok": True}
        try:
            body()
        except Exception as error:
            line["ok"] = False
            line["error"] = f"{type(error).__name__}: {error}\n{traceback.format_exc()}"
            failures += 1
        line["ms"] = round((time.monotonic() - start) * 1000)
        say(line)
        return line["ok"]

    return run


def equal(actual, expected):
    if actual != expected:
        raise AssertionError(f"expected {expected!r}, got {actual!r}")


def truthy(value, what):
    if not value:
        raise AssertionError(f"expected: {what}")


def thrown(body):
    """The exception that the call raises; it must raise one."""
    try:
        body()
    except Exception as error:
        return error
    raise AssertionError("expected an exception, and there was none")


def finish():
    say({"done": True, "failures": failures})
    sys.exit(0 if failures == 0 else 1)
