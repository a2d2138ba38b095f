"""A name server that writes down what it is asked, and a program that asks glibc: both in a network namespace without a way out.

Reads JSON from standard input: {"resolvConf": text, "names": [...], "zone": {name: [[type, rdata], ...] | "SERVFAIL"}, "cut": [names]}.
Prints a list of {"name", "asks": [[name, type, proto], ...], "addresses": [...], "error": EAI_... or null}.
Names of the zone are absolute; one that is missing is NXDOMAIN, an empty list NODATA. An answer to a name of `cut` is truncated over UDP.
Run as: unshare --net --mount python3 recorder.py
"""

import ipaddress
import json
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

TYPES = {1: "A", 5: "CNAME", 28: "AAAA"}
CODES = {name: code for code, name in TYPES.items()}


def wire(name):
    labels = [label for label in name.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def question(packet):
    at, labels = 12, []
    while packet[at]:
        labels.append(packet[at + 1 : at + 1 + packet[at]].decode())
        at += packet[at] + 1
    return ".".join(labels) + ".", struct.unpack("!H", packet[at + 1 : at + 3])[0], packet[12 : at + 5]


def rdata(kind, value):
    return wire(value) if kind == "CNAME" else ipaddress.ip_address(value).packed


def reply(packet, case, proto):
    name, code, asked = question(packet)
    records = case["zone"].get(name.lower())
    rcode, answers, cut = 0, [], False
    if records is None:
        rcode = 3
    elif records == "SERVFAIL":
        rcode = 2
    elif proto == "udp" and name in case["cut"]:
        cut = True
    else:
        owner = name
        for kind, value in records:
            if kind in ("CNAME", TYPES.get(code)):
                data = rdata(kind, value)
                answers.append(wire(owner) + struct.pack("!HHIH", CODES[kind], 1, 5, len(data)) + data)
            if kind == "CNAME":
                owner = value
    flags = 0x8180 | rcode | (0x0200 if cut else 0)
    return packet[:2] + struct.pack("!HHHHH", flags, 1, len(answers), 0, 0) + asked + b"".join(answers)


def serve_udp(server, case, log):
    while True:
        packet, peer = server.recvfrom(4096)
        name, code, _ = question(packet)
        log.append([name, TYPES.get(code, str(code)), "udp"])
        server.sendto(reply(packet, case, "udp"), peer)


def read(stream, count):
    data = b""
    while len(data) < count:
        more = stream.recv(count - len(data))
        if not more:
            return b""
        data += more
    return data


def talk(stream, case, log):
    while True:
        head = read(stream, 2)
        if not head:
            return
        packet = read(stream, struct.unpack("!H", head)[0])
        name, code, _ = question(packet)
        # What came over UDP before is written down by another thread.
        time.sleep(0.02)
        log.append([name, TYPES.get(code, str(code)), "tcp"])
        out = reply(packet, case, "tcp")
        stream.sendall(struct.pack("!H", len(out)) + out)


def serve_tcp(server, case, log):
    while True:
        stream, _ = server.accept()
        threading.Thread(target=talk, args=(stream, case, log), daemon=True).start()


ASK = """
import json, socket, sys
NAMES = {getattr(socket, n): n for n in dir(socket) if n.startswith("EAI_")}
try:
    found = socket.getaddrinfo(sys.argv[1], 80, socket.AF_UNSPEC, socket.SOCK_STREAM)
    print(json.dumps([sorted({one[4][0] for one in found}), None]))
except socket.gaierror as error:
    print(json.dumps([[], NAMES.get(error.errno, str(error.errno))]))
"""


def main():
    case = json.load(sys.stdin)
    subprocess.run("ip link set lo up && ip addr add 10.96.0.10/32 dev lo", shell=True, check=True)
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
        conf.write(case["resolvConf"])
        conf.flush()
        subprocess.run(["mount", "--bind", conf.name, "/etc/resolv.conf"], check=True)
        log = []
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        for server in (udp, tcp):
            server.bind(("10.96.0.10", 53))
        tcp.listen()
        threading.Thread(target=serve_udp, args=(udp, case, log), daemon=True).start()
        threading.Thread(target=serve_tcp, args=(tcp, case, log), daemon=True).start()
        out = []
        for name in case["names"]:
            log.clear()
            asked = subprocess.run([sys.executable, "-c", ASK, name], check=True, capture_output=True, text=True)
            addresses, error = json.loads(asked.stdout)
            out.append({"name": name, "asks": list(log), "addresses": addresses, "error": error})
        print(json.dumps(out))


main()
