#!/usr/bin/env bash
# memcached: an item that was marked stale stays a hit for everyone who reads it with
# a plain get.
#
# Expected: after "md KEY I" (invalidate: mark stale) the old value is served as stale:
# one reader is told to load it again, and those who cannot be told get a miss.
#
# Instead: only readers with mg see the flags: the first W (it may load) and X (stale),
# the others Z and X, all of them with the old value. A plain get returns the old value
# as before, until the TTL, and takes no part: it neither wins nor sees that it is stale.
# A value stored with the CAS number from before the mark is refused; by a set without
# one the item is fresh again.
#
# Source: memcached's doc/protocol.txt, "md"; the effect on get is not mentioned there.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
debian 1.6.18 memcached libevent-2.1-7
start "${port:=$(free_port)}" "$room/debian/usr/bin/memcached" -u nobody -l 127.0.0.1 -p "$port" -U 0 -m 16
observe python3 - "$port" <<'PY'
import socket
import sys

server = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
lines = server.makefile("rb")


def ask(command, block=None):
    server.sendall(command.encode() + b"\r\n" + (block.encode() + b"\r\n" if block else b""))
    reply = lines.readline().decode().strip()
    if reply.startswith("VA ") or reply.startswith("VALUE "):
        reply += ": " + lines.readline().decode().strip()
        if command.startswith("get "):
            lines.readline()
    return reply


def cas(reply):
    return next(word[1:] for word in reply.split(":")[0].split() if word.startswith("c"))


print(ask("version"))
ask("ms k 3", "OLD")
before = cas(ask("mg k v c"))
print("md k I:", ask("md k I"))
print("get:", ask("get k"))
for reader in ("first", "second"):
    print(f"mg, the {reader}:", ask("mg k v"))
print("get:", ask("get k"))
print("set with the CAS number from before:", ask(f"ms k 3 C{before}", "OLD"))
print("set:", ask("ms k 3", "NEW"))
print("mg:", ask("mg k v"))
PY
expect <<'END'
VERSION 1.6.18
md k I: HD
get: VALUE k 0 3: OLD
mg, the first: VA 3 X W: OLD
mg, the second: VA 3 Z X: OLD
get: VALUE k 0 3: OLD
set with the CAS number from before: EX
set: HD
mg: VA 3: NEW
END
