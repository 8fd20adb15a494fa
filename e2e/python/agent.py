"""The guest agent through the official Python SDK: streams, terminals, files, watching, signatures, the asynchronous client.

Expects E2B_API_KEY, E2B_API_URL and E2B_SANDBOX_URL; leaves no sandbox behind.
"""

import asyncio
import hashlib
import io
import os
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

from checks import check, equal, finish, thrown, truthy
from e2b import AsyncSandbox, CommandExitException, InvalidArgumentException, NotFoundException, Sandbox
from e2b.sandbox.commands.command_handle import PtySize

sandbox = Sandbox.create("base", timeout=240)


def sha(content):
    return hashlib.sha256(content).hexdigest()


def until(ready, what, seconds=10):
    """What `ready` gives once it gives something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = ready()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what}")


@check("input that comes in pieces, through the stream of the newest protocol")
def _():
    handle = sandbox.commands.run("sha256sum", background=True, stdin=True)
    pieces = [os.urandom(50_000) for _ in range(10)]
    sandbox.commands.stream_input(handle.pid, iter(pieces))
    sandbox.commands.close_stdin(handle.pid)
    equal(handle.wait().stdout[:64], sha(b"".join(pieces)))


@check("input for a process that is not there")
def _():
    error = thrown(lambda: sandbox.commands.send_stdin(999_999, "x"))
    truthy(isinstance(error, NotFoundException), f"a NotFoundException, got {error!r}")


@check("characters that are torn between two reads stay whole")
def _():
    program = r"printf '\303'; sleep 0.3; printf '\244\360\237'; sleep 0.3; printf '\230\200\n'"
    equal(sandbox.commands.run(program).stdout, "ä😀\n")


@check("five megabytes of output, in order and complete")
def _():
    result = sandbox.commands.run("seq 1 800000", timeout=120)
    equal(sha(result.stdout.encode()), sha("".join(f"{n}\n" for n in range(1, 800_001)).encode()))


@check("twenty commands side by side")
def _():
    with ThreadPoolExecutor(20) as pool:
        results = list(pool.map(lambda n: sandbox.commands.run(f"echo {n}; exit 0", timeout=120).stdout, range(20)))
    equal(results, [f"{n}\n" for n in range(20)])


@check("a grandchild that holds the pipe does not hold the answer for ever")
def _():
    start = time.monotonic()
    handle = sandbox.commands.run("echo mine; (sleep 3; echo late) & exit 4", background=True)
    error = thrown(handle.wait)
    truthy(isinstance(error, CommandExitException) and error.exit_code == 4, f"exit code 4, got {error!r}")
    truthy(error.stdout.startswith("mine\n"), "its own output")
    truthy(time.monotonic() - start < 20, "an end")


@check("a program that does not exist is exit code 127")
def _():
    equal(thrown(lambda: sandbox.commands.run("no-such-program-at-all")).exit_code, 127)


@check("a command that is connected to late still tells its end")
def _():
    handle = sandbox.commands.run("sleep 1; echo done; exit 5", background=True)
    again = sandbox.commands.connect(handle.pid)
    equal([thrown(h.wait).exit_code for h in (handle, again)], [5, 5])


@check("a working directory that is missing is told")
def _():
    error = thrown(lambda: sandbox.commands.run("pwd", cwd="/nowhere"))
    truthy("/nowhere" in str(error), f"its name in: {error}")


@check("a terminal: size, resize, job control, kill")
def _():
    terminal = sandbox.pty.create(PtySize(rows=24, cols=80), timeout=60)
    sandbox.pty.resize(terminal.pid, PtySize(rows=11, cols=22))
    sandbox.pty.stream_input(terminal.pid, ["stty size; ", "sh -c 'echo re\"\"ady; exec sleep 100'\n"])
    seen = []
    for _, _, out in terminal:  # until the one to be interrupted says that it has the terminal
        seen.append(out or b"")
        if b"ready" in b"".join(seen):
            break
    sandbox.pty.send_stdin(terminal.pid, b"\x03")  # the terminal's own interrupt ends the sleep
    sandbox.pty.send_stdin(terminal.pid, b"echo status=$?; exit 6\n")
    error = thrown(lambda: terminal.wait(on_pty=seen.append))
    text = b"".join(seen).decode(errors="replace")
    equal(error.exit_code, 6)
    truthy("11 22" in text and "status=130" in text, f"11 by 22 and status 130 in {text!r}")
    other = sandbox.pty.create(PtySize(rows=24, cols=80), timeout=60)
    equal(sandbox.pty.kill(other.pid), True)


@check("a file as a stream of bytes, compressed, with metadata")
def _():
    content = os.urandom(300_000) + b"a" * 300_000
    sandbox.files.write("/tmp/stream", io.BytesIO(content))
    equal(sha(sandbox.files.read("/tmp/stream", format="bytes")), sha(content))
    sandbox.files.write("/tmp/zipped", content, gzip=True, metadata={"Origin": "e2e"})
    equal(sandbox.commands.run("sha256sum < /tmp/zipped").stdout[:64], sha(content))
    equal(sandbox.files.get_info("/tmp/zipped").metadata, {"origin": "e2e"})
    equal(sha(sandbox.files.read("/tmp/zipped", format="bytes", gzip=True)), sha(content))
    equal(sha(b"".join(sandbox.files.read("/tmp/zipped", format="stream"))), sha(content))


@check("metadata that no file can bear is refused")
def _():
    error = thrown(lambda: sandbox.files.write("/tmp/bad", "x", metadata={"a b": "c"}))
    truthy(isinstance(error, InvalidArgumentException), f"an InvalidArgumentException, got {error!r}")


@check("files belong to who wrote them, in folders that are made")
def _():
    sandbox.files.write("/home/user/made/for/it.txt", "x")
    info = sandbox.files.get_info("/home/user/made/for/it.txt")
    equal((info.owner, info.permissions, info.size, info.type.value), ("user", "-rw-r--r--", 1, "file"))
    equal(sandbox.files.get_info("/home/user/made").owner, "user")
    sandbox.files.write("/tmp/of-root", "x", user="root")
    equal(sandbox.files.get_info("/tmp/of-root").owner, "root")


@check("names with spaces, quotes and other alphabets")
def _():
    for name in ("with space", "q'u\"o", "日本語 ü", "a%2Fb", "-n"):
        sandbox.files.write(f"/tmp/names/{name}", name)
        equal(sandbox.files.read(f"/tmp/names/{name}"), name)
    equal(len(sandbox.files.list("/tmp/names")), 5)


@check("a symbolic link is shown as one")
def _():
    sandbox.commands.run("ln -sfn /tmp/names /tmp/link")
    equal(sandbox.files.get_info("/tmp/link").symlink_target, "/tmp/names")


@check("a folder read as a file, a file made a folder")
def _():
    truthy("directory" in str(thrown(lambda: sandbox.files.read("/tmp"))).lower(), "that it is a directory")
    truthy(thrown(lambda: sandbox.files.make_dir("/tmp/stream")) is not None, "a refusal")
    truthy(isinstance(thrown(lambda: sandbox.files.list("/nowhere")), NotFoundException), "a NotFoundException")


@check("listing to a depth")
def _():
    sandbox.commands.run("mkdir -p /tmp/deep/a/b && touch /tmp/deep/a/b/c")
    equal(sorted(e.path for e in sandbox.files.list("/tmp/deep", depth=2)), ["/tmp/deep/a", "/tmp/deep/a/b"])
    equal(len(sandbox.files.list("/tmp/deep", depth=3)), 3)


@check("watching a tree misses nothing that is made at once, and says what it is")
def _():
    sandbox.files.make_dir("/tmp/tree")
    watch = sandbox.files.watch_dir("/tmp/tree", recursive=True, include_entry=True)
    seen = []

    def told(kinds):
        def complete():
            seen.extend(watch.get_new_events())
            return kinds <= {e.type.value for e in seen if e.name.startswith("a/b/c/")}

        try:
            until(complete, "the events below a/b/c")
        except AssertionError as error:
            raise AssertionError(f"{error}: {[(e.type.value, e.name) for e in seen]}")

    sandbox.commands.run("cd /tmp/tree && mkdir -p a/b/c && echo x > a/b/c/file")
    told({"create"})  # what is gone again before anybody looked is not missed
    sandbox.commands.run("cd /tmp/tree/a/b/c && mv file moved && rm moved")
    told({"create", "rename", "remove"})
    folder = next(e for e in seen if e.name == "a" and e.type.value == "create")
    equal(folder.entry.type.value, "dir")
    watch.stop()


def fetch(url, data=None, headers=()):
    """The signed link, as a browser would use it; without a name service, the sandbox is named by headers."""
    own = {"E2b-Sandbox-Id": sandbox.sandbox_id, "E2b-Sandbox-Port": "49983", **dict(headers)}
    target = urlsplit(url)
    base = os.environ["E2B_SANDBOX_URL"].rstrip("/")
    request = urllib.request.Request(f"{base}{target.path}?{target.query}", data=data, headers=own)
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@check("a signed link downloads, and a range of it")
def _():
    sandbox.files.write("/tmp/signed", "0123456789")
    url = sandbox.download_url("/tmp/signed", use_signature_expiration=60)
    equal(fetch(url), (200, b"0123456789"))
    equal(fetch(url, headers={"Range": "bytes=2-4"}.items()), (206, b"234"))


@check("a link without its signature, with another path, or past its time is refused")
def _():
    url = sandbox.download_url("/tmp/signed", use_signature_expiration=1)
    signature = parse_qs(urlsplit(url).query)["signature"][0]
    equal(fetch(url.replace("signed", "zipped"))[0], 401)
    equal(fetch("http://x/files?path=/tmp/signed")[0], 401)
    truthy(signature.startswith("v1_"), "a signature of the first version")
    time.sleep(2.5)
    equal(fetch(url)[0], 401)


@check("a signed link uploads a form")
def _():
    url = sandbox.upload_url("/tmp/uploaded", use_signature_expiration=60)
    form = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nform\r\n--b--\r\n'
    status, body = fetch(url, form, {"Content-Type": "multipart/form-data; boundary=b"}.items())
    equal((status, sandbox.files.read("/tmp/uploaded")), (200, "form"))


@check("the asynchronous client: commands, files and a watch at the same time")
def _():
    async def all_at_once():
        same = await AsyncSandbox.connect(sandbox.sandbox_id)
        await same.files.make_dir("/tmp/async")
        events = []
        watch = await same.files.watch_dir("/tmp/async", on_event=lambda event: events.append(event.name))
        outputs = await asyncio.gather(*(same.commands.run(f"echo {n} > /tmp/async/{n}; cat /tmp/async/{n}") for n in range(8)))
        equal([o.stdout for o in outputs], [f"{n}\n" for n in range(8)])
        deadline = time.monotonic() + 10
        while not {str(n) for n in range(8)} <= set(events) and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        truthy({str(n) for n in range(8)} <= set(events), f"an event for each file in {events}")
        await watch.stop()

    asyncio.run(all_at_once())


@check("git as the SDK drives it")
def _():
    sandbox.git.init("/tmp/repository")
    sandbox.files.write("/tmp/repository/a.txt", "a")
    sandbox.git.configure_user("E2E", "e2e@example.invalid")
    sandbox.git.add("/tmp/repository")
    sandbox.git.commit("/tmp/repository", "first")
    truthy(sandbox.git.status("/tmp/repository") is not None, "a status")


sandbox.kill()
finish()
