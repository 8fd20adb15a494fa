"""The contract of the guest agent, by requests alone: the same checks for one that runs natively and for one in a guest.

Usage: contract.py ADDRESS PORT FOLDER [NETWORK NAMESPACE] [ACCESS TOKEN]. Leaves nothing behind but what lies in FOLDER of the agent's root.
"""

import base64
import gzip
import hashlib
import json
import sys
import threading
import time
from urllib.parse import quote

from checks import check, equal, finish, truthy
from wire import Wire, basic, frame, outcome

address, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
agent = Wire(address, port, *(argument or None for argument in sys.argv[4:6]))
ROOT, NOBODY = basic("root"), basic("nobody")
OCTETS = {"Content-Type": "application/octet-stream"}
PROCESS, FILES = "process.Process/", "filesystem.Filesystem/"


def url(path, **more):
    return "/files?" + "&".join(f"{k}={quote(v)}" for k, v in {"path": f"{folder}/{path}", "username": "root", **more}.items())


def upload(path, body, headers=(), **more):
    return agent.send("POST", url(path, **more), body, {**OCTETS, **dict(headers)})


def download(path, **headers):
    return agent.send("GET", url(path), None, {k.replace("_", "-"): v for k, v in headers.items()})


def process(method, **message):
    return agent.call(PROCESS + method, message, ROOT)


def files(method, **message):
    return agent.call(FILES + method, message, ROOT)


def shell(script, headers=ROOT, **more):
    return agent.shell(script, headers=headers, **more)


def facts(path, form="%a %U %G %s"):
    return shell(f"stat -c '{form}' '{folder}/{path}'")[0].decode().strip()


def refused(answer, status, code, *words):
    equal((answer.status, answer.json()["code"]), (status, code))
    for word in words:
        truthy(word in answer.json()["message"], f"{word!r} in {answer.json()['message']!r}")


def start(*command, headers=(), **more):
    request = {"process": {"cmd": command[0], "args": list(command[1:])}, **more}
    return agent.open(PROCESS + "Start", request, {**ROOT, **dict(headers)})


def selector(pid):
    return {"pid": pid}


shell(f"mkdir -p '{folder}'")


@check("health: 204, no body, nobody asks for a token")
def _():
    answer = agent.send("GET", "/health", token=False)
    equal((answer.status, answer.body), (204, b""))
    equal((answer.headers["cache-control"], answer.headers["content-type"]), ("no-store", ""))


@check("paths and methods: plain 404, empty 405 with Allow, nothing is decoded")
def _():
    for target in ("/nope", "/%68ealth", "//health", "/health/", f"/{PROCESS}Nope"):
        answer = agent.send("GET", target)
        equal((answer.status, answer.body, answer.headers["x-content-type-options"]), (404, b"404 page not found\n", "nosniff"))
    answer = agent.send("POST", "/health")
    equal((answer.status, answer.headers["allow"], answer.body), (405, "GET", b""))
    equal(sorted(v for k, v in agent.send("PUT", "/files").fields if k == "Allow"), ["GET", "POST"])
    equal(agent.send("GET", f"/{PROCESS}List").status, 405)


@check("preflights are answered before anything else")
def _():
    asked = {"Origin": "http://a", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-a, X-B"}
    answer = agent.send("OPTIONS", "/nope", None, asked, token=False)
    shown = [answer.headers[f"access-control-{n}"] for n in ("allow-origin", "allow-methods", "allow-headers", "max-age")]
    equal((answer.status, shown), (204, ["*", "POST", "x-a, X-B", "7200"]))
    answer = agent.send("GET", "/nope", None, {"Origin": "http://a"})
    truthy("Grpc-Status" in answer.headers["access-control-expose-headers"], "headers exposed on errors too")


@check("what is no HTTP gets its status and a close")
def _():
    wrong = {
        b"GET /health HTTP/1.1\r\n\r\n": 400,
        b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n": 400,
        b"GET /health HTTP/1.1\r\nHost: a\r\nBad Header: b\r\n\r\n": 400,
        b"POST /files HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n": 400,
        b"POST /files HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: foo\r\n\r\n": 501,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n": 405,
        b"GET /health HTTP/1.1\r\nHost: a\r\nExpect: foo\r\n\r\n": 417,
        b"GET /health HTTP/1.1\r\nHost: a\r\nX: " + b"a" * (1 << 20) + b"\r\n\r\n": 431,
    }
    for request, status in wrong.items():
        equal((request[:60], agent.raw(request)[:12]), (request[:60], f"HTTP/1.1 {status}".encode()))


@check("metrics and environment")
def _():
    metrics = json.loads(agent.send("GET", "/metrics").body)
    names = "ts cpu_count cpu_used_pct mem_total_mib mem_used_mib mem_total mem_used mem_cache disk_used disk_total"
    equal(list(metrics), names.split())
    truthy(metrics["mem_total"] > metrics["mem_used"] > 0, "memory")
    truthy(agent.send("GET", "/envs").json()["E2B_SANDBOX"] in ("true", "false"), "E2B_SANDBOX")


@check("unary calls: content types, codecs, framing of JSON")
def _():
    answer = files("Stat", path="/tmp")
    equal((answer.headers["content-type"], answer.headers["accept-encoding"]), ("application/json", "gzip"))
    proto = agent.send("POST", f"/{FILES}Stat", b"\x0a\x04/tmp", {"Content-Type": "application/proto"})
    equal((proto.status, b"\x1a\x04/tmp" in proto.body), (200, True))
    for kind in ("text/plain", "application/connect+json", "application/json; charset=utf-16"):
        answer = agent.send("POST", f"/{FILES}Stat", b"{}", {"Content-Type": kind})
        equal((answer.status, answer.body, "application/proto" in answer.headers["accept-post"]), (415, b"", True))
    for body in (b"", b"null", b"[]", b"{}{}", b"\xef\xbb\xbf{}", b'{"path":"\xff"}', b'{"path":"\\ud800"}', b'{"path":"a","path":"b"}'):
        refused(agent.call(FILES + "Stat", body), 400, "invalid_argument")
    equal(agent.call(FILES + "Stat", b'{"path":"/tmp","more":[{}]}').status, 200)


@check("compression: of any answer, where it is offered by its very name")
def _():
    for offer, packed in (("gzip", True), ("br, gzip", True), ("gzip;q=0.5", False), ("*", False)):
        answer = agent.call(PROCESS + "List", b"{}", {"Accept-Encoding": offer})
        equal((offer, answer.headers.get("content-encoding") == "gzip"), (offer, packed))
        json.loads(gzip.decompress(answer.body) if packed else answer.body)
    equal(agent.call(PROCESS + "List", gzip.compress(b"{}"), {"Content-Encoding": "gzip"}).status, 200)
    refused(agent.call(PROCESS + "List", b"{}", {"Content-Encoding": "br"}), 501, "unimplemented")
    events = agent.stream(PROCESS + "Start", {"process": {"cmd": "true"}}, {"Connect-Accept-Encoding": "gzip"}).frames()
    equal([flags for flags, _ in events], [1, 1, 3])


@check("streams: an error is an end at status 200")
def _():
    good = frame({"process": {"cmd": "true"}, "stdin": False})
    wrong = [
        (b"", "unimplemented"), (frame(b"{}", 2), "unimplemented"), (good + good, "unimplemented"), (good[:-2], "invalid_argument"),
        (good + b"xyz", "invalid_argument"), (b"\0\0", "invalid_argument"), (frame(b"{}", 4), "internal"), (frame(b"{}", 1), "internal"),
        (frame(b"["), "invalid_argument"),
    ]  # fmt: skip
    for body, code in wrong:
        answer = agent.stream(PROCESS + "Start", body)
        equal((body[:20], answer.status, [f for f, _ in answer.frames()], answer.messages()[0]["error"]["code"]), (body[:20], 200, [2], code))
    equal([f for f, _ in agent.stream(PROCESS + "Start", good + frame(b"{}", 2)).frames()], [0, 0, 2])


@check("deadlines: malformed, past, and in the middle of a command")
def _():
    for text, status in (("abc", 400), ("12345678901", 400), ("0", 504), ("-5", 504), ("", 200), ("+9999", 200)):
        equal((text, agent.call(PROCESS + "List", {}, {"Connect-Timeout-Ms": text}).status), (text, status))
    begun = time.monotonic()
    equal(agent.run("sleep", "30", headers={"Connect-Timeout-Ms": "1000"})[2]["code"], "deadline_exceeded")
    truthy(time.monotonic() - begun < 15, "an end long before the command's own")
    equal(agent.run("sleep", "30", headers={"Connect-Timeout-Ms": "0"})[2]["code"], "deadline_exceeded")


@check("keepalives: of silence only, and no interval is deadly")
def _():
    quiet = start("sleep", "3.6", headers={"Keepalive-Ping-Interval": "1"}, stdin=False).rest()
    equal([list(m["event"])[0] for m in quiet if "event" in m], ["start", "keepalive", "keepalive", "keepalive", "end"])
    for interval in ("0", "-1", "x", ""):
        equal(shell("echo hi", {**ROOT, "Keepalive-Ping-Interval": interval})[0], b"hi\n")


@check("users by name; who is unknown gets nothing")
def _():
    equal(shell("id -un; id -g; echo $HOME $USER", NOBODY, process={"cwd": "/"})[0].split()[0], b"nobody")
    refused(agent.call(PROCESS + "List", {}, basic("nosuch")), 401, "unauthenticated", "invalid username: 'nosuch'")
    answer = agent.stream(PROCESS + "Start", {}, basic("nosuch"))
    equal((answer.status, answer.messages()[0]["error"]["code"], "content-length" in answer.headers), (200, "unauthenticated", True))
    equal(agent.send("GET", "/files?path=/etc/passwd&username=nosuch").status, 401)


@check("a command's ends: codes, signals, missing and not executable")
def _():
    for script, code in (("exit 0", 0), ("exit 42", 42), ("exit 255", 255)):
        end = shell(script)[2]
        equal((end.get("exitCode", 0), end["exited"], end["status"]), (code, True, f"exit status {code}"))
        equal("error" in end, code != 0)
    end = shell("kill -9 $$")[2]
    equal((end["exitCode"], end.get("exited"), end["error"]), (-1, None, "signal: killed"))
    for command, code in (("no-such-program", 127), ("", 127), ("/etc/passwd", 126), ("/tmp", 126)):
        _, words, end = agent.run(command, headers=ROOT)
        equal((command, end["exitCode"], command.encode() in words), (command, code, True))


@check("a working directory that is none")
def _():
    for cwd, words in (("/nowhere", "cwd '/nowhere' does not exist"), ("/etc/passwd", "error starting process"), ("~other", "~other")):
        error = agent.run("pwd", process={"cwd": cwd}, headers=ROOT)[2]
        equal((error["code"], words in error["message"]), ("invalid_argument", True))


@check("a child begins clean")
def _():
    script = "grep -E 'Sig(Blk|Ign)|NoNewPrivs' /proc/self/status; umask; cut -d' ' -f19 /proc/self/stat; cat /proc/self/oom_score_adj; ls /proc/self/fd"
    words = shell(script)[0].decode().split()
    equal(words[:6], ["SigBlk:", "0" * 16, "SigIgn:", "0" * 16, "NoNewPrivs:", "0"])
    equal(words[6:], ["0022", "0", "100", "0", "1", "2", "3"])
    env = agent.run("env", headers=ROOT, process={"cwd": "/", "envs": {"A": "b", "HOME": "/x"}})[0].decode().splitlines()
    names = {line.split("=")[0] for line in env}
    truthy({"A=b", "HOME=/x", "USER=root", "LOGNAME=root"} <= set(env), f"a clean environment in {env}")
    truthy(not names & {"TERM", "SHELL", "LANG", "LC_ALL", "JAVA_HOME"}, f"nothing of the agent's own in {names}")


@check("output: kinds apart, bytes as they are, megabytes complete")
def _():
    out, err, _ = shell("echo a; echo b >&2; printf '\\377\\303'")
    equal((out, err), (b"a\n\xff\xc3", b"b\n"))
    out, _, end = shell("head -c 8388608 /dev/zero | tr '\\0' x")
    equal((len(out), out.count(b"x"), end["exited"]), (8388608, 8388608, True))


@check("a grandchild that holds the pipe delays the end, one that does not does not")
def _():
    out, _, end = shell("(sleep 1; echo late) & echo mine; exit 4")
    equal((out, end["exitCode"]), (b"mine\nlate\n", 4))
    begun = time.monotonic()
    equal(shell("sleep 20 >/dev/null 2>&1 & exit 5")[2]["exitCode"], 5)
    truthy(time.monotonic() - begun < 10, "an end at once")


@check("killed: told at once, though its child sleeps on; a handler's own exit code")
def _():
    running = start("/bin/sh", "-c", "sleep 30 && echo x", stdin=False)
    pid, begun = running.pid(), time.monotonic()
    equal(process("SendSignal", process=selector(pid), signal="SIGNAL_SIGKILL").body, b"{}")
    equal(outcome(running.rest())[2]["status"], "signal: killed")
    truthy(time.monotonic() - begun < 10, "an end at once")
    running = start("/bin/sh", "-c", "trap 'exit 9' TERM; echo ready; while :; do sleep 0.1; done", stdin=False)
    pid = running.pid()
    running.next()
    process("SendSignal", process=selector(pid), signal=15)
    equal(outcome(running.rest())[2]["exitCode"], 9)
    for signal in ("SIGNAL_SIGINT", "SIGKILL", 2, 0):
        running = start("sleep", "30", stdin=False)
        pid = running.pid()
        refused(process("SendSignal", process=selector(pid), signal=signal), 501, "unimplemented")
        process("SendSignal", process=selector(pid), signal=9)
        running.rest()
    refused(process("SendSignal", process=selector(2147483646), signal=9), 404, "not_found")


@check("input: by call, by stream, ended once")
def _():
    running = start("cat", tag="fed")
    pid = running.pid()
    listed = [p for p in process("List").json()["processes"] if p["pid"] == pid]
    equal(listed, [{"config": {"cmd": "cat"}, "pid": pid, "tag": "fed"}])
    equal(process("SendInput", process={"tag": "fed"}, input={"stdin": "b25lIA=="}).status, 200)
    equal(base64.b64decode(running.next()["event"]["data"]["stdout"]), b"one ")
    pieces = [{"start": {"process": selector(pid)}}, {"data": {"input": {"stdin": "dHdv"}}}, {"keepalive": {}}]
    answer = agent.stream(PROCESS + "StreamInput", b"".join(map(frame, pieces)))
    equal(answer.frames(), [(0, b"{}"), (2, b"{}")])
    refused(process("SendInput", process=selector(pid), input={"pty": "YQ=="}), 500, "internal")
    refused(process("SendInput", process=selector(pid)), 501, "unimplemented")
    refused(process("SendInput"), 501, "unimplemented", "selector")
    refused(process("Update", process=selector(pid), pty={}), 500, "internal")
    equal(process("CloseStdin", process=selector(pid)).status, 200)
    out, _, end = outcome(running.rest())
    equal((out, end["exited"]), (b"two", True))
    refused(process("CloseStdin", process=selector(pid)), 404, "not_found")
    early = agent.stream(PROCESS + "StreamInput", {"data": {"input": {"stdin": "YQ=="}}}).messages()
    equal(early[0]["error"]["code"], "invalid_argument")


@check("a terminal: size, resize, interrupt, exit code")
def _():
    shown = {"cmd": "/bin/sh", "args": ["-i"], "envs": {"PS1": "$ ", "TERM": "xterm"}}
    running = agent.open(PROCESS + "Start", {"process": shown, "pty": {"size": {"cols": 80, "rows": 24}}}, ROOT)
    pid, seen = running.pid(), b""

    def type_in(text):
        equal(process("SendInput", process=selector(pid), input={"pty": base64.b64encode(text).decode()}).status, 200)

    def until(mark):
        nonlocal seen
        while mark not in seen:
            seen += base64.b64decode(running.next()["event"]["data"]["pty"])

    type_in(b"stty size; echo fir''st\n")
    until(b"first")
    truthy(b"24 80" in seen, f"24 80 in {seen}")
    process("Update", process=selector(pid), pty={"size": {"cols": 100, "rows": 30}})
    type_in(b"stty size; sh -c 'echo sec\"\"ond; exec sleep 60'\n")
    until(b"second")
    truthy(b"30 100" in seen, f"30 100 in {seen}")
    refused(process("SendInput", process=selector(pid), input={"stdin": "YQ=="}), 500, "internal")
    refused(process("CloseStdin", process=selector(pid)), 500, "unknown")
    type_in(b"\x03")
    type_in(b"exit 3\n")
    equal(outcome(running.rest())[2]["exitCode"], 3)


@check("who left is not missed; who comes late is told the end")
def _():
    first = start("/bin/sh", "-c", "sleep 1.5; echo later; exit 7", stdin=False, tag="late")
    pid = first.pid()
    first.close()
    others = [agent.open(PROCESS + "Connect", {"process": s}, ROOT) for s in (selector(pid), {"tag": "late"})]
    ends = [other.rest() for other in others]
    equal(ends[0], ends[1])
    equal(outcome(ends[0])[2]["exitCode"], 7)
    again = agent.stream(PROCESS + "Connect", {"process": selector(pid)}).messages()
    equal([list(m.get("event", {"over": 0}))[0] for m in again], ["start", "end", "over"])
    equal(agent.stream(PROCESS + "Connect", {"process": selector(2147483646)}).messages()[0]["error"]["code"], "not_found")


@check("fifty commands at once, none lost, none mixed up")
def _():
    results = {}

    def one(n):
        results[n] = shell(f"echo {n}; sleep 0.5; echo {n}")[0]

    threads = [threading.Thread(target=one, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(results, {n: f"{n}\n{n}\n".encode() for n in range(50)})


@check("files: names, parents, owners, modes")
def _():
    for name in ("plain", "ü b#?%&.bin", "-dash", "a/b/c", "q'u\"o\\t", "n" * 255):
        content = bytes(range(256))
        answer = upload(f"up/{name}", content)
        equal((answer.status, answer.json()), (200, [{"path": f"{folder}/up/{name}", "name": name.split("/")[-1], "type": "file"}]))
        back = download(f"up/{name}")
        equal((back.body, back.headers["vary"]), (content, "Accept-Encoding"))
    equal((facts("up/a/b", "%a %U"), facts("up/plain")), ("755 root", "644 root root 256"))
    shell(f"chmod 600 {folder}/up/plain; ln -s plain {folder}/up/link")
    equal(upload("up/link", b"new", username="nobody").status, 200)
    equal(facts("up/plain", "%a %U %s"), "600 nobody 3")


@check("files that are none: each refusal has its status")
def _():
    shell(f"ln -s loop {folder}/loop; mkfifo {folder}/pipe; mkdir {folder}/directory; echo x > {folder}/file")
    for path, status in (("nope", 404), ("file/x", 500), ("file/", 500), ("loop", 500), ("directory", 400), ("x" * 256, 500)):
        equal((path[:9], download(path).status), (path[:9], status))
    for path, status in (("directory", 400), ("file/x", 500), ("x" * 256, 500), ("pipe", 400)):
        equal((path[:9], upload(path, b"x").status), (path[:9], status))
    equal(agent.send("POST", "/files", b"x", OCTETS).status, 400)
    equal(agent.send("POST", url("t"), b"x", {"Content-Type": "text/plain"}).status, 400)
    equal(agent.send("GET", "/files?path=~other/x&username=root").status, 400)
    equal(agent.send("GET", "/files?signature_expiration=x").status, 400)


@check("ranges, conditions and encodings of a download")
def _():
    upload("ten", b"0123456789")
    for asked, status, content in (("bytes=0-3", 206, b"0123"), ("bytes=-3", 206, b"789"), ("bytes=5-", 206, b"56789"), ("bytes=20-", 416, None),
                                   ("bytes=5-2", 416, None), ("items=0-1", 416, None), ("bytes=0-1,30-", 206, b"01")):  # fmt: skip
        answer = download("ten", Range=asked)
        equal((asked, answer.status, answer.body if content else None), (asked, status, content))
    equal(download("ten", Range="bytes=20-").headers["content-range"], "bytes */10")
    truthy(b"Content-Range: bytes 3-4/10" in download("ten", Range="bytes=0-1,3-4").body, "several parts")
    date = download("ten").headers["last-modified"]
    equal([download("ten", If_Modified_Since=date).status, download("ten", If_Match='"x"').status], [304, 412])
    equal([download("ten", Range="bytes=0-1", If_Range=i).status for i in (date, '"x"')], [206, 200])
    for offer, packed in (("gzip", True), ("*", False), ("gzip;q=0", False), ("br", False), ("identity;q=0, *", True)):
        answer = download("ten", Accept_Encoding=offer)
        content = gzip.decompress(answer.body) if packed else answer.body
        equal((offer, answer.headers.get("content-encoding"), content), (offer, "gzip" if packed else None, b"0123456789"))
    equal(download("ten", Accept_Encoding="*;q=0").status, 406)
    equal(download("ten", Accept_Encoding="identity;q=0", Range="bytes=0-1").headers["vary"], "Accept-Encoding")


@check("compressed uploads: whole, several members, broken")
def _():
    packed = gzip.compress(b"hello" * 1000)
    equal(upload("packed", packed + packed, {"Content-Encoding": "GZIP"}).status, 200)
    equal(facts("packed", "%s"), "10000")
    equal([upload("broken", b"no", {"Content-Encoding": e}).status for e in ("gzip", "br", "gzip, gzip")], [400, 400, 400])
    equal(upload("short", packed[:-9], {"Content-Encoding": "gzip"}).status, 500)


@check("forms: several files, one path twice, what is no file")
def _():
    def form(parts, target="/files?username=root"):
        body = b"".join(f'--B\r\nContent-Disposition: form-data; name="{n}"; filename="{f}"\r\n\r\n{c}\r\n'.encode() for n, f, c in parts)
        return agent.send("POST", target, body + b"--B--\r\n", {"Content-Type": "multipart/form-data; boundary=B"})

    one, two = f"{folder}/form/1", f"{folder}/form/ü 2"
    answer = form([("file", one, "1"), ("other", f"{folder}/form/3", "3"), ("file", two, "2")])
    equal((answer.status, [f["path"] for f in answer.json()]), (200, [one, two]))
    equal(shell(f"cd {folder}/form && ls | wc -l && cat *")[0].split(), [b"2", b"12"])
    equal(form([("file", f"{one}x", "1"), ("file", f"{one}x", "2")]).status, 400)
    equal(form([("file", "", "1")]).status, 400)
    equal(form([]).body, b"[]")
    equal(form([("file", "anything", "1")], url("form/named")).json()[0]["path"], f"{folder}/form/named")


@check("metadata: set, read, replaced, cleared, bounded")
def _():
    answer = upload("marked", b"x", {"X-Metadata-Author": "me"})
    if "metadata" in answer.json()[0]:  # a file system without attributes ignores them
        equal(files("Stat", path=f"{folder}/marked").json()["entry"]["metadata"], {"author": "me"})
        equal(upload("marked", b"x", {"X-Metadata-B": "c"}).json()[0]["metadata"], {"b": "c"})
        equal("metadata" in upload("marked", b"x").json()[0], False)
    for name, value in (("k" * 247, "v"), ("a", "ü"), ("a", "v" * 4087)):
        equal(upload("marked", b"x", {f"X-Metadata-{name}": value}).status, 400)


@check("compose: in order, sources gone, what cannot be joined")
def _():
    def compose(*sources, to="joined"):
        body = {"source_paths": [f"{folder}/{s}" for s in sources], "destination": f"{folder}/{to}", "username": "root"}
        return agent.send("POST", "/files/compose", json.dumps(body).encode(), {"Content-Type": "application/json"})

    upload("c1", b"1")
    upload("c2", b"2")
    answer = compose("c2", "c1", "c2")
    equal((answer.status, answer.json()["path"], download("joined").body), (200, f"{folder}/joined", b"212"))
    equal([download("c1").status, download("c2").status], [404, 404])
    equal([compose("joined").status, compose("gone").status, compose(to="x").status], [400, 404, 400])


@check("large files: their sum, by both ways, in both directions")
def _():
    content = bytes(hashlib.sha256(b"%d" % n).digest()[n % 32] for n in range(1 << 16)) * 256
    upload("large", content)
    equal(shell(f"sha256sum < {folder}/large")[0][:64].decode(), hashlib.sha256(content).hexdigest())
    equal(hashlib.sha256(download("large").body).hexdigest(), hashlib.sha256(content).hexdigest())


@check("entries: kinds, links, times, rights")
def _():
    shell(f"cd {folder} && mkdir -p e/d && ln -s d e/to-d && ln -s nowhere e/dangling && chmod 4755 file && touch -d @1000000000 file")
    entry = files("Stat", path=f"{folder}/file").json()["entry"]
    shown = [entry[k] for k in ("type", "size", "mode", "permissions", "owner", "modifiedTime")]
    equal(shown, ["FILE_TYPE_FILE", "2", 0o755, "urwxr-xr-x", "root", "2001-09-09T01:46:40Z"])
    link = files("Stat", path=f"{folder}/e/to-d").json()["entry"]
    equal((link["type"], link["permissions"], link["symlinkTarget"]), ("FILE_TYPE_DIRECTORY", "Lrwxrwxrwx", f"{folder}/e/d"))
    lost = files("Stat", path=f"{folder}/e/dangling").json()["entry"]
    equal(("type" in lost, lost["symlinkTarget"]), (False, f"{folder}/e/dangling"))
    equal(files("Stat", path=f"{folder}/pipe").json()["entry"]["permissions"][0], "p")
    refused(files("Stat", path=f"{folder}/none"), 404, "not_found")
    refused(files("Stat", path=f"{folder}/file/x"), 500, "internal")
    refused(files("Stat", path="~other"), 400, "invalid_argument")


@check("lists: depth, order, links, thousands")
def _():
    shell(f"cd {folder} && mkdir -p l/b/c/d && touch l/a l/b/c/f && ln -s b l/to-b")
    for depth, names in ((0, "a b to-b"), (2, "a b b/c to-b"), (3, "a b b/c b/c/d b/c/f to-b")):
        entries = files("ListDir", path=f"{folder}/l", depth=depth).json()["entries"]
        equal([e["path"][len(folder) + 3 :] for e in entries], names.split())
    through = files("ListDir", path=f"{folder}/l/to-b").json()["entries"]
    equal([e["path"] for e in through], [f"{folder}/l/to-b/c"])
    refused(files("ListDir", path=f"{folder}/none"), 404, "not_found")
    refused(files("ListDir", path=f"{folder}/file"), 400, "invalid_argument")
    refused(files("ListDir", path=f"{folder}/loop"), 400, "failed_precondition")
    shell(f"mkdir {folder}/many && cd {folder}/many && seq 2000 | xargs touch")
    equal(len(files("ListDir", path=f"{folder}/many", depth=1).json()["entries"]), 2000)


@check("folders made, things moved and removed")
def _():
    equal(files("MakeDir", path=f"{folder}/m/n").json()["entry"]["mode"], 0o755)
    refused(files("MakeDir", path=f"{folder}/m/n"), 409, "already_exists")
    refused(files("MakeDir", path=f"{folder}/file"), 400, "invalid_argument")
    refused(files("MakeDir", path=f"{folder}/file/x"), 500, "internal")
    move = lambda a, b: files("Move", source=f"{folder}/{a}", destination=f"{folder}/{b}")  # noqa: E731
    equal(move("ten", "m/new/eleven").json()["entry"]["name"], "eleven")
    refused(move("none", "m/x"), 404, "not_found")
    refused(move("m/new/eleven", "m/n"), 500, "internal")
    refused(move("m", "m/n/x"), 500, "internal")
    for path in ("m", "m", "e/to-d", "l"):
        equal((path, files("Remove", path=f"{folder}/{path}").status), (path, 200))
    refused(files("Remove", path=f"{folder}/file/x"), 500, "internal")
    refused(files("Remove", path=f"{folder}/pipe/x"), 500, "internal")
    equal(files("Stat", path=f"{folder}/e/d").status, 200)


def taken(watcher, last):
    events = []
    deadline = time.monotonic() + 30
    while last not in events and time.monotonic() < deadline:
        for event in files("GetWatcherEvents", watcherId=watcher).json().get("events", []):
            events.append((event["name"], event["type"].removeprefix("EVENT_TYPE_")))
    return events


@check("watching: each kind of event, trees made at once, what cannot be watched")
def _():
    shell(f"mkdir {folder}/w")
    answer = files("CreateWatcher", path=f"{folder}/w", recursive=True)
    watcher = answer.json()["watcherId"]
    shell(f"cd {folder}/w && touch t && chmod 700 t && mv t u && rm u && mkdir -p a/b/c && echo x > a/b/c/f")
    events = taken(watcher, ("a/b/c/f", "CREATE"))
    kinds = list(dict.fromkeys(events))  # equal ones that follow each other may be one
    equal(kinds[:5], [("t", "CREATE"), ("t", "CHMOD"), ("t", "RENAME"), ("u", "CREATE"), ("u", "REMOVE")])
    equal([name for name, kind in kinds[5:] if kind == "CREATE"], ["a", "a/b", "a/b/c", "a/b/c/f"])
    equal(files("RemoveWatcher", watcherId=watcher).body, b"{}")
    refused(files("GetWatcherEvents", watcherId=watcher), 404, "not_found")
    for path, status, code in (("none", 404, "not_found"), ("file", 400, "invalid_argument"), ("file/x", 500, "internal"), ("loop", 500, "internal")):
        refused(files("CreateWatcher", path=f"{folder}/{path}"), status, code)
    stream = agent.open(FILES + "WatchDir", {"path": f"{folder}/w", "includeEntry": True}, ROOT)
    equal(stream.next(), {"start": {}})
    shell(f"mkdir {folder}/w/new")
    event = stream.next()["filesystem"]
    equal((event["name"], event["type"], event["entry"]["type"]), ("new", "EVENT_TYPE_CREATE", "FILE_TYPE_DIRECTORY"))
    stream.close()


@check("hostile bodies: lies about lengths, endless chunks, bombs")
def _():
    length = agent.raw(b"POST /files?path=" + folder.encode() + b"/half&username=root HTTP/1.1\r\nHost: x\r\nX-Access-Token: "
                       + (agent.token or "").encode() + b"\r\nContent-Type: application/octet-stream\r\nContent-Length: 10\r\n\r\nabc", half_close=True)  # fmt: skip
    equal((length[:12], facts("half", "%s")), (b"HTTP/1.1 500", "3"))
    lie = agent.raw(b"POST /process.Process/List HTTP/1.1\r\nHost: x\r\nX-Access-Token: " + (agent.token or "").encode()
                    + b"\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}")  # fmt: skip
    equal(lie[:12], b"HTTP/1.1 400")
    bomb = gzip.compress(b"\0" * (64 << 20))
    refused(agent.call(PROCESS + "List", bomb, {"Content-Encoding": "gzip"}), 429, "resource_exhausted")
    equal(agent.send("GET", "/health").status, 204)


@check("messages that claim four gigabytes, clients that never finish a request")
def _():
    answer = agent.stream(PROCESS + "Start", b"\0\xff\xff\xff\xff{}")
    truthy(answer.messages()[0]["error"]["code"] in ("resource_exhausted", "invalid_argument"), "a refusal")
    idle = [agent.connect() for _ in range(200)]
    for n, connection in enumerate(idle):
        connection.sendall(b"POST /files HTTP/1.1\r\nHost: x\r\nX-"[: 5 + n % 35])
    begun = time.monotonic()
    equal((agent.send("GET", "/health").status, shell("echo hi")[0]), (204, b"hi\n"))
    truthy(time.monotonic() - begun < 10, "an answer beside them")
    for connection in idle:
        connection.close()


@check("a full disk, and one without room for another name")
def _():
    mounted = shell(f"mkdir {folder}/small && mount -t tmpfs -o size=1m,nr_inodes=8 none {folder}/small")[2]
    equal((mounted.get("exitCode", 0), mounted["exited"]), (0, True))
    try:
        equal((upload("small/large", b"x" * (2 << 20)).status, facts("small/large", "%s")), (507, "1048576"))
        equal(files("Remove", path=f"{folder}/small/large").status, 200)
        statuses = [upload(f"small/{n}", b"").status for n in range(10)]
        equal((statuses[0], statuses[-1]), (200, 507))
        equal(upload("small/new/file", b"").status, 500)
        refused(files("MakeDir", path=f"{folder}/small/new"), 500, "internal")
        equal(upload("small/0", b"there").status, 200)
    finally:
        equal(shell(f"umount {folder}/small")[2]["status"], "exit status 0")


@check("a token that is asked for")
def _():
    if not agent.token:
        return
    for method, target in (("GET", "/envs"), ("POST", f"/{PROCESS}List"), ("GET", "/nope"), ("HEAD", "/health"), ("GET", "/files?path=/etc/passwd")):
        answer = agent.send(method, target, token=False)
        equal((target, answer.status), (target, 401))
    plain = f"{folder}/ten:read:root:{agent.token}"
    upload("ten", b"0123456789")
    signature = "v1_" + base64.b64encode(hashlib.sha256(plain.encode()).digest()).decode().rstrip("=")
    equal(agent.send("GET", url("ten", signature=signature), token=False).body, b"0123456789")
    equal(agent.send("POST", url("ten", signature=signature), b"x", OCTETS, token=False).status, 401)
    equal(agent.send("GET", url("ten", signature=signature, signature_expiration="9999999999"), token=False).status, 401)


files("Remove", path=folder)
finish()
