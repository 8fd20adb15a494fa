"""The life of a sandbox through the official Python SDK.

Expects E2B_API_KEY, E2B_API_URL and E2B_SANDBOX_URL; leaves no sandbox behind.
"""

import hashlib
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor

from checks import PATIENCE, check, equal, finish, thrown, truthy
from e2b import AuthenticationException, CommandExitException, NotFoundException, Sandbox, SandboxQuery, TimeoutException
from e2b.sandbox.commands.command_handle import PtySize

opened = []


def create(**options):
    made = Sandbox.create("base", timeout=120 * PATIENCE, **options)
    opened.append(made)
    return made


def run_checks():
    sandbox = None

    @check("create")
    def started():
        nonlocal sandbox
        sandbox = create(metadata={"purpose": "e2e-py"}, envs={"FROM_CREATE": "yes"})
        truthy(re.fullmatch("[a-z0-9]+", sandbox.sandbox_id), "an id of a-z and 0-9")

    if not started:
        return

    @check("is running")
    def _():
        equal(sandbox.is_running(), True)

    @check("stdout, stderr and exit code 0")
    def _():
        result = sandbox.commands.run("echo out; echo err >&2")
        equal((result.stdout, result.stderr, result.exit_code), ("out\n", "err\n", 0))

    @check("exit code 7 is an exception that carries the output")
    def _():
        error = thrown(lambda: sandbox.commands.run("echo before; exit 7"))
        truthy(isinstance(error, CommandExitException), f"a CommandExitException, got {error!r}")
        equal((error.exit_code, error.stdout), (7, "before\n"))

    @check("environment of the call and of the sandbox")
    def _():
        equal(sandbox.commands.run('echo "$A-$FROM_CREATE"', envs={"A": "a b"}).stdout, "a b-yes\n")

    @check("working directory")
    def _():
        equal(sandbox.commands.run("pwd", cwd="/tmp").stdout, "/tmp\n")

    @check("the user has a home and a way to be root")
    def _():
        equal(sandbox.commands.run("whoami; pwd").stdout, "user\n/home/user\n")
        equal(sandbox.commands.run("sudo -n id -u").stdout, "0\n")
        equal(sandbox.commands.run("id -un", user="root").stdout, "root\n")

    @check("output arrives while the command runs")
    def _():
        handle = sandbox.commands.run(f"echo first; sleep {30 * PATIENCE}", background=True)
        start = time.monotonic()
        stdout, _, _ = next(iter(handle))
        equal(stdout, "first\n")
        truthy(time.monotonic() - start < 10 * PATIENCE, "it came before the command ended")
        equal(handle.kill(), True)

    @check("background, list, connect, kill")
    def _():
        handle = sandbox.commands.run(f"sleep {60 * PATIENCE}", background=True)
        truthy(any(p.pid == handle.pid for p in sandbox.commands.list()), "its pid in the list")
        again = sandbox.commands.connect(handle.pid)
        equal(sandbox.commands.kill(handle.pid), True)
        truthy(thrown(again.wait).exit_code != 0, "an exit code that tells of the signal")
        equal(sandbox.commands.kill(999_999), False)

    @check("a command past its timeout is ended")
    def _():
        start = time.monotonic()
        error = thrown(lambda: sandbox.commands.run(f"sleep {30 * PATIENCE}", timeout=1))
        truthy(isinstance(error, TimeoutException), f"a TimeoutException, got {error!r}")
        truthy(time.monotonic() - start < 10 * PATIENCE, "it took less than 10 s")

    @check("stdin")
    def _():
        handle = sandbox.commands.run("head -n 1", background=True, stdin=True)
        sandbox.commands.send_stdin(handle.pid, "through stdin\n")
        equal(handle.wait().stdout, "through stdin\n")

    @check("closing stdin")
    def _():
        handle = sandbox.commands.run("cat", background=True, stdin=True)
        sandbox.commands.send_stdin(handle.pid, "all")
        sandbox.commands.close_stdin(handle.pid)
        equal(handle.wait().stdout, "all")

    @check("text with every kind of character")
    def _():
        text = 'ä € 😀 "quotes" \\ \t tab\r\nline\n'
        sandbox.files.write("text.txt", text)
        equal(sandbox.files.read("text.txt"), text)
        equal(sandbox.commands.run("cat /home/user/text.txt").stdout, text)

    @check("binary, every byte")
    def _():
        content = bytes(range(256))
        sandbox.files.write("/tmp/bytes", content)
        equal(bytes(sandbox.files.read("/tmp/bytes", format="bytes")), content)

    @check("20 MB there and back")
    def _():
        content = os.urandom(20_000_000)
        digest = hashlib.sha256(content).hexdigest()
        sandbox.files.write("/tmp/large", content)
        equal(sandbox.commands.run("sha256sum < /tmp/large").stdout[:64], digest)
        equal(hashlib.sha256(sandbox.files.read("/tmp/large", format="bytes")).hexdigest(), digest)

    @check("several files in one call")
    def _():
        sandbox.files.write_files([{"path": "many/a.txt", "data": "a"}, {"path": "many/b.txt", "data": "b"}])
        equal(sorted(e.name for e in sandbox.files.list("many")), ["a.txt", "b.txt"])

    @check("make, list, rename, stat, remove")
    def _():
        equal(sandbox.files.make_dir("/tmp/dir/deep"), True)
        equal(sandbox.files.make_dir("/tmp/dir/deep"), False)
        sandbox.files.write("/tmp/dir/one", "12345")
        sandbox.files.rename("/tmp/dir/one", "/tmp/dir/two")
        equal(sorted((e.name, e.type.value) for e in sandbox.files.list("/tmp/dir")), [("deep", "dir"), ("two", "file")])
        equal(sandbox.files.get_info("/tmp/dir/two").size, 5)
        sandbox.files.remove("/tmp/dir")
        equal(sandbox.files.exists("/tmp/dir"), False)

    @check("a missing file is told apart")
    def _():
        error = thrown(lambda: sandbox.files.read("/nowhere"))
        truthy(isinstance(error, NotFoundException), f"a NotFoundException, got {error!r}")

    @check("watching a directory")
    def _():
        sandbox.files.make_dir("/tmp/watched")
        watch = sandbox.files.watch_dir("/tmp/watched")
        sandbox.files.write("/tmp/watched/new.txt", "x")
        deadline = time.monotonic() + 10 * PATIENCE
        names = []
        while "new.txt" not in names and time.monotonic() < deadline:
            names += [event.name for event in watch.get_new_events()]
        truthy("new.txt" in names, f"an event for new.txt in {names}")
        watch.stop()

    @check("a terminal")
    def _():
        terminal = sandbox.pty.create(PtySize(rows=30, cols=90))
        sandbox.pty.send_stdin(terminal.pid, b"tty; stty size; exit 3\n")
        seen = []
        error = thrown(lambda: terminal.wait(on_pty=seen.append))
        text = b"".join(seen).decode(errors="replace")
        equal(error.exit_code, 3)
        truthy("/dev/pts/" in text and "30 90" in text, f"a tty of 30 by 90 in {text!r}")

    @check("Python runs")
    def _():
        equal(sandbox.commands.run('python3 -c "print(sum(range(101)))"').stdout, "5050\n")

    @check("set timeout and read it back")
    def _():
        sandbox.set_timeout(300 * PATIENCE)
        left = sandbox.get_info().end_at.timestamp() - time.time()
        truthy(280 * PATIENCE < left < 305 * PATIENCE, f"about {300 * PATIENCE} s left, not {left}")

    @check("info")
    def _():
        info = sandbox.get_info()
        equal((info.sandbox_id, info.state.value, info.metadata), (sandbox.sandbox_id, "running", {"purpose": "e2e-py"}))
        truthy(info.cpu_count >= 1 and info.memory_mb >= 128, "processors and memory")

    @check("list by metadata")
    def _():
        page = Sandbox.list(query=SandboxQuery(metadata={"purpose": "e2e-py"})).next_items()
        truthy(any(s.sandbox_id == sandbox.sandbox_id for s in page), "the sandbox in the list")
        equal(Sandbox.list(query=SandboxQuery(metadata={"purpose": "of-nobody"})).next_items(), [])

    @check("connect by id")
    def _():
        again = Sandbox.connect(sandbox.sandbox_id)
        equal(again.commands.run("cat /home/user/many/a.txt").stdout, "a")

    @check("the same idempotency key gives the same sandbox")
    def _():
        key = "e2e-" + os.urandom(8).hex()
        one = create(idempotency_key=key)
        two = create(idempotency_key=key)
        equal(one.sandbox_id, two.sandbox_id)
        equal(one.kill(), True)

    @check("two sandboxes do not see each other")
    def _():
        other = create()
        truthy(other.sandbox_id != sandbox.sandbox_id, "another id")
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda pair: pair[0].files.write("/tmp/mine", pair[1]), [(sandbox, "one"), (other, "two")]))
            equal(list(pool.map(lambda s: s.files.read("/tmp/mine"), [sandbox, other])), ["one", "two"])
        equal(other.files.exists("/home/user/text.txt"), False)
        equal(other.kill(), True)
        equal(sandbox.is_running(), True)

    @check("an unknown template is a clear error")
    def _():
        error = thrown(lambda: Sandbox.create("no-such-template", timeout=30))
        truthy("404" in str(error) and "no-such-template" in str(error), f"404 and its name in: {error}")

    @check("a wrong key is an authentication error")
    def _():
        error = thrown(lambda: Sandbox.create("base", api_key="e2b_" + "0" * 40))
        truthy(isinstance(error, AuthenticationException), f"an AuthenticationException, got {error!r}")

    @check("kill, and it is gone")
    def _():
        equal(sandbox.kill(), True)
        equal(sandbox.is_running(), False)
        equal(sandbox.kill(), False)
        error = thrown(lambda: sandbox.commands.run("true"))
        truthy(
            isinstance(error, (NotFoundException, TimeoutException)),
            f"an exception that says so, got {error!r}",
        )
        page = Sandbox.list(query=SandboxQuery(metadata={"purpose": "e2e-py"})).next_items()
        truthy(not any(s.sandbox_id == sandbox.sandbox_id for s in page), "not in the list any more")


run_checks()
for each in opened:
    try:
        each.kill()
    except Exception as error:
        print(f"cleaning up {each.sandbox_id}: {error}", file=__import__("sys").stderr)
finish()
