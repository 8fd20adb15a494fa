"""The agent's wire protocol, byte by byte: HTTP/1.1 and Connect over a socket, and nothing that would smooth its edges."""

import base64
import ctypes
import json
import os
import socket
import struct

PATIENCE = 60
CLONE_NEWNET = 0x40000000


class Wire:
    """One agent. Connections are made in the given network namespace, if there is one."""

    def __init__(self, address, port, namespace=None, token=None):
        self.address, self.port, self.token = address, port, token
        if namespace:
            handle = os.open(namespace, os.O_RDONLY | os.O_CLOEXEC)
            if ctypes.CDLL(None, use_errno=True).setns(handle, CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns", namespace)
            os.close(handle)

    def connect(self):
        return socket.create_connection((self.address, self.port), PATIENCE)

    def raw(self, data, half_close=False):
        """Everything that comes back until the agent closes."""
        with self.connect() as s:
            s.sendall(data)
            if half_close:
                s.shutdown(socket.SHUT_WR)
            parts = []
            while part := s.recv(65536):
                parts.append(part)
            return b"".join(parts)

    def send(self, method, target, body=None, headers=(), token=True):
        return Answer(self.raw(self.request(method, target, body, headers, token, "close")))

    def request(self, method, target, body, headers, token, connection):
        lines = [f"{method} {target} HTTP/1.1", "Host: agent", f"Connection: {connection}"]
        if token and self.token:
            lines.append(f"X-Access-Token: {self.token}")
        lines += [f"{name}: {value}" for name, value in (headers.items() if isinstance(headers, dict) else headers)]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + (body or b"")

    def call(self, method, message, headers=()):
        """A unary call in JSON."""
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        return self.send("POST", f"/{method}", body, [("Content-Type", "application/json"), *dict(headers).items()])

    def stream(self, method, body, headers=(), kind="application/connect+json"):
        """A streaming call to its end."""
        body = body if isinstance(body, bytes) else frame(body)
        return self.send("POST", f"/{method}", body, [("Content-Type", kind), *dict(headers).items()])

    def open(self, method, message, headers=()):
        return Open(self, method, message, headers)

    def run(self, *command, headers=(), **request):
        """A command to its end: output, errors, and the end event or the stream's error."""
        process = {"cmd": command[0], "args": list(command[1:]), **request.pop("process", {})}
        answer = self.stream("process.Process/Start", frame({"process": process, "stdin": False, **request}), headers)
        return outcome(answer.messages())

    def shell(self, script, **more):
        return self.run("/bin/sh", "-c", script, **more)


class Answer:
    def __init__(self, data):
        self.data = data
        head, _, rest = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin1").split("\r\n")
        self.status = int(first.split(" ")[1])
        self.fields = [tuple(part.strip() for part in line.split(":", 1)) for line in lines]
        self.headers = {name.lower(): value for name, value in self.fields}
        self.body = unchunked(rest) if self.headers.get("transfer-encoding") == "chunked" else rest

    def json(self):
        return json.loads(self.body)

    def frames(self):
        return frames(self.body)

    def messages(self):
        return [json.loads(payload) for _, payload in self.frames()]


class Open:
    """A streaming call that is read while it runs."""

    def __init__(self, wire, method, message, headers):
        self.socket = wire.connect()
        fields = [("Content-Type", "application/connect+json"), *dict(headers).items()]
        self.socket.sendall(wire.request("POST", f"/{method}", frame(message), fields, True, "keep-alive"))
        self.file = self.socket.makefile("rb")
        while self.file.readline() not in (b"\r\n", b""):
            pass
        self.held = b""

    def next(self):
        """The next message; None after the last chunk."""
        while len(self.held) < 5 or len(self.held) < 5 + struct.unpack(">I", self.held[1:5])[0]:
            size = int(self.file.readline(), 16)
            self.held += self.file.read(size)
            self.file.readline()
            if size == 0:
                return None
        end = 5 + struct.unpack(">I", self.held[1:5])[0]
        payload, self.held = self.held[5:end], self.held[end:]
        return json.loads(payload)

    def pid(self):
        return self.next()["event"]["start"]["pid"]

    def rest(self):
        return list(iter(self.next, None))

    def close(self):
        self.file.close()
        self.socket.close()


def unchunked(data):
    parts, at = [], 0
    while True:
        line = data.index(b"\r\n", at)
        size = int(data[at:line], 16)
        if size == 0:
            return b"".join(parts)
        parts.append(data[line + 2 : line + 2 + size])
        at = line + 4 + size


def frame(message, flags=0):
    payload = message if isinstance(message, bytes) else json.dumps(message).encode()
    return struct.pack(">BI", flags, len(payload)) + payload


def frames(data):
    out, at = [], 0
    while at < len(data):
        flags, size = struct.unpack(">BI", data[at : at + 5])
        out.append((flags, data[at + 5 : at + 5 + size]))
        at += 5 + size
    return out


def outcome(messages):
    out = {"stdout": b"", "stderr": b"", "pty": b""}
    end = None
    for message in messages:
        event = message.get("event", {})
        for kind, data in event.get("data", {}).items():
            out[kind] += base64.b64decode(data)
        end = event.get("end", end)
        end = message.get("error", end)
    return out["stdout"] + out["pty"], out["stderr"], end


def basic(user):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:".encode()).decode()}
