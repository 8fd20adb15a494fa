"""The guest agent through the first Python SDK of the second generation, which brought a Connect client of its own.

Talks to an agent on port 49983 of this machine's loopback, without any control plane; as root, who is there everywhere.
"""

import socket
import time

from checks import check, equal, finish, thrown, truthy
from e2b import CommandExitException, PtySize, Sandbox, TimeoutException
from e2b.connection_config import ConnectionConfig

USER = {"user": "root"}
deadline = time.monotonic() + 30
while time.monotonic() < deadline:  # a program that starts sends no event
    try:
        socket.create_connection(("127.0.0.1", 49983), 1).close()
        break
    except OSError:
        time.sleep(0.01)

sandbox = Sandbox(
    sandbox_id="debug_sandbox_id",
    sandbox_domain=None,
    envd_version="0.6.13",
    envd_access_token=None,
    connection_config=ConnectionConfig(debug=True),
)


@check("commands: output, exit codes, a deadline")
def _():
    result = sandbox.commands.run("echo out; echo err >&2", **USER)
    equal((result.stdout, result.stderr, result.exit_code), ("out\n", "err\n", 0))
    error = thrown(lambda: sandbox.commands.run("exit 3", **USER))
    truthy(isinstance(error, CommandExitException) and error.exit_code == 3, f"exit code 3, got {error!r}")
    truthy(isinstance(thrown(lambda: sandbox.commands.run("sleep 20", timeout=1, **USER)), TimeoutException), "a timeout")


@check("a command in the background: fed, listed, connected to, killed")
def _():
    handle = sandbox.commands.run("cat", background=True, **USER)
    sandbox.commands.send_stdin(handle.pid, "fed\n")
    equal(next(iter(handle))[0], "fed\n")
    truthy(handle.pid in [p.pid for p in sandbox.commands.list()], "its pid in the list")
    equal(sandbox.commands.connect(handle.pid).pid, handle.pid)
    equal(sandbox.commands.kill(handle.pid), True)
    thrown(handle.wait)  # its end is told when it was reaped
    equal(sandbox.commands.kill(handle.pid), False)


@check("files: written, read, listed, moved, removed")
def _():
    sandbox.files.write("/tmp/earlier/a b/ü.txt", "text", **USER)
    equal(sandbox.files.read("/tmp/earlier/a b/ü.txt", **USER), "text")
    equal([(e.name, e.type.value) for e in sandbox.files.list("/tmp/earlier", depth=2, **USER)], [("a b", "dir"), ("ü.txt", "file")])
    equal([sandbox.files.make_dir("/tmp/earlier/d", **USER) for _ in range(2)], [True, False])
    equal(sandbox.files.rename("/tmp/earlier/d", "/tmp/earlier/e", **USER).path, "/tmp/earlier/e")
    equal([sandbox.files.exists(f"/tmp/earlier/{name}", **USER) for name in "de"], [False, True])


@check("a watch that is asked for its events")
def _():
    watch = sandbox.files.watch_dir("/tmp/earlier", recursive=True, **USER)
    sandbox.files.write("/tmp/earlier/x/y", "1", **USER)
    seen, end = set(), time.monotonic() + 20
    while ("x/y", "create") not in seen and time.monotonic() < end:
        seen |= {(e.name, e.type.value) for e in watch.get_new_events()}
    truthy({("x", "create"), ("x/y", "create")} <= seen, f"both creations in {seen}")
    watch.stop()
    sandbox.files.remove("/tmp/earlier", **USER)


@check("a terminal: resized, exit code")
def _():
    terminal = sandbox.pty.create(PtySize(rows=24, cols=80), **USER)
    sandbox.pty.resize(terminal.pid, PtySize(rows=10, cols=30))
    sandbox.pty.send_stdin(terminal.pid, b"stty size; exit 4\n")
    seen = []
    error = thrown(lambda: terminal.wait(on_pty=seen.append))
    equal((error.exit_code, b"10 30" in b"".join(seen)), (4, True))


finish()
