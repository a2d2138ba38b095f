#!/usr/bin/env python3
"""How long the first packet of a new flow takes through one node's rules on the kernel of this machine.
JSON in: {"backend": "iptables" | "nft", "text": rules, "dst": address, "dport": port, "flows": count}.
JSON out: {"first_us": mean of new flows, "next_us": mean of packets of one known flow, "load_s": loading the rules}; the send call is included.
Exit status 77: this machine cannot (one line on standard error says why). All traffic stays in three namespaces made here."""
import json, os, shutil, socket, subprocess, sys, time

CLIENT, NODE, BEHIND = (f'pwb{os.getpid()}{x}' for x in 'cnb')

def sh(*words, text=None):
    subprocess.run(words, input=text, text=True, check=True, capture_output=True)

def ip(ns, words): sh('ip', '-n', ns, *words.split())

def build():
    for ns in (CLIENT, NODE, BEHIND):
        sh('ip', 'netns', 'add', ns)
        ip(ns, 'link set lo up')
    ip(NODE, f'link add in0 type veth peer name eth0 netns {CLIENT}')
    ip(NODE, f'link add out0 type veth peer name eth0 netns {BEHIND}')
    ip(CLIENT, 'addr add 10.244.0.250/32 dev eth0')
    for ns, dev in ((NODE, 'in0'), (NODE, 'out0'), (CLIENT, 'eth0'), (BEHIND, 'eth0')): ip(ns, f'link set {dev} up')
    ip(NODE, 'addr add 10.255.0.1/32 dev in0')
    ip(NODE, 'route add 10.244.0.250 dev in0')
    # every endpoint is behind one next hop, which drops what comes: it forwards nothing
    ip(NODE, 'route add 10.0.0.0/8 via 10.255.0.2 dev out0 onlink')
    mac = open_mac(BEHIND)
    ip(NODE, f'neigh add 10.255.0.2 lladdr {mac} dev out0 nud permanent')
    ip(CLIENT, 'route add default via 10.255.0.1 dev eth0 onlink')
    ip(CLIENT, f'neigh add 10.255.0.1 lladdr {open_mac(NODE, "in0")} dev eth0 nud permanent')
    sh('ip', 'netns', 'exec', NODE, 'sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.in0.rp_filter=0')

def open_mac(ns, dev='eth0'):
    shown = subprocess.run(['ip', '-n', ns, '-j', 'link', 'show', 'dev', dev], capture_output=True, text=True, check=True).stdout
    return json.loads(shown)[0]['address']

def load(asked):
    began = time.perf_counter()
    program = ('nft', '-f', '-') if asked['backend'] == 'nft' else ('iptables-nft-restore', '--noflush')
    sh('ip', 'netns', 'exec', NODE, *program, text=asked['text'])
    return time.perf_counter() - began

def measure(dst, dport, flows):
    """runs in the client's namespace"""
    def opened(first, count):
        made = []
        for port in range(first, first + count):
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind(('10.244.0.250', port))
            s.connect((dst, dport))
            made.append(s)
        return made
    means = []
    for block in range(4):
        socks = opened(20000 + block * flows, flows)
        began = time.perf_counter_ns()
        for s in socks: s.send(b'x')
        means.append((time.perf_counter_ns() - began) / flows / 1000)
        known = socks[0]
        for s in socks[1:]: s.close()
    began = time.perf_counter_ns()
    for _ in range(20000): known.send(b'x')
    later = (time.perf_counter_ns() - began) / 20000 / 1000
    # the least of four blocks: the first warms the caches, and other work disturbs
    return {'first_us': min(means), 'next_us': later}

def main():
    if sys.argv[1:2] == ['--send']:
        print(json.dumps(measure(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))))
        return
    asked = json.load(sys.stdin)
    tools = ('ip', 'sysctl', 'nft' if asked['backend'] == 'nft' else 'iptables-nft-restore')
    missing = [t for t in tools if not shutil.which(t)]
    if missing:
        print('tools missing: ' + ', '.join(missing), file=sys.stderr); sys.exit(77)
    if subprocess.run(['ip', 'netns', 'add', CLIENT + 't'], capture_output=True).returncode:
        print('no right to make network namespaces', file=sys.stderr); sys.exit(77)
    sh('ip', 'netns', 'del', CLIENT + 't')
    try:
        build()
        seconds = load(asked)
        ran = subprocess.run(['ip', 'netns', 'exec', CLIENT, sys.executable, __file__, '--send', asked['dst'], str(asked['dport']), str(asked['flows'])],
                             capture_output=True, text=True, check=True)
        print(json.dumps(dict(json.loads(ran.stdout), load_s=seconds)))
    finally:
        for ns in (CLIENT, NODE, BEHIND): subprocess.run(['ip', 'netns', 'del', ns], capture_output=True)

main()
