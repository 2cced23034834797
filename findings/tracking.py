"""A connection in RESP3 with client tracking, with no client library between."""
import select
import socket


class Connection:
    def __init__(self, port, *options):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.stream = self.socket.makefile("rb", buffering=0)
        self.pushes = []
        self.call("HELLO", 3)
        self.call("CLIENT", "TRACKING", "ON", *options)

    def call(self, *words):
        """The reply of one command; pushes that come before it are kept."""
        words = [str(word).encode() for word in words]
        self.socket.sendall(b"*%d\r\n" % len(words))
        for word in words:
            self.socket.sendall(b"$%d\r\n%s\r\n" % (len(word), word))
        while isinstance(reply := self.read(), tuple):
            self.pushes.append(reply)
        return reply

    def told(self, within=0.3):
        """The keys that the server invalidated since the last time, as text."""
        while select.select([self.socket], [], [], within)[0]:
            self.pushes.append(self.read())
        keys = [keys for _, keys in self.pushes]
        self.pushes = []
        names = sorted({name for some in keys for name in (some or ["all"])})
        return ", ".join(names) or "nothing"

    def read(self):
        line = b""
        while not line.endswith(b"\r\n"):
            line += self.stream.read(1)
        kind, rest = chr(line[0]), line[1:-2].decode()
        if kind == "-":
            raise RuntimeError(rest)
        if kind == "_" or rest == "-1" and kind in "$*":
            return None
        if kind == "$":
            text = b""
            while len(text) < int(rest) + 2:
                text += self.stream.read(int(rest) + 2 - len(text))
            return text[:-2].decode()
        if kind in "*~%>":
            items = [self.read() for _ in range(int(rest) * (2 if kind == "%" else 1))]
            return tuple(items) if kind == ">" else items
        return int(rest) if kind == ":" else rest
