#!/usr/bin/env python3
"""Build network namespaces from a JSON spec, load rules, send a probe, record the path.
One netlink socket with NETLINK_LISTEN_ALL_NSID collects nft trace + conntrack events of all namespaces in order."""
import ctypes, os, socket, struct, subprocess, json, re, sys, time, threading, select, errno
libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
PFX = os.environ.get('PW_PREFIX', f'pwk{os.getpid()}-')
TRACE_BACKEND = True

def sh(cmd, inp=None, check=True):
    p = subprocess.run(cmd, shell=isinstance(cmd, str), input=inp, capture_output=True, text=True)
    if check and p.returncode: raise RuntimeError(f'{cmd}: rc={p.returncode} {p.stderr.strip()} {p.stdout.strip()[:300]}')
    return p.stdout if check else p

class ns:
    """context: this thread inside namespace"""
    def __init__(s, name): s.name = name
    def __enter__(s):
        s.old = os.open('/proc/thread-self/ns/net', os.O_RDONLY)
        f = os.open('/run/netns/' + PFX + s.name, os.O_RDONLY)
        if libc.setns(f, CLONE_NEWNET): raise OSError(ctypes.get_errno(), 'setns')
        os.close(f)
    def __exit__(s, *a):
        libc.setns(s.old, CLONE_NEWNET); os.close(s.old)

def nsx(n, cmd, inp=None, check=True):
    with ns(n): return sh(cmd, inp, check)

# ---------------------------------------------------------------- build
def build(topo):
    names = [x['name'] for x in topo['namespaces']]
    # a namespace made where ipip is loaded has a tunl0 from its beginning; on a node it is younger than eth0, which decides whose address MASQUERADE takes
    own, was = '/proc/sys/net/core/fb_tunnels_only_for_init_net', None
    if any(l['kind'] == 'ipip' for x in topo['namespaces'] for l in x.get('links', [])):
        try: was = open(own).read(); open(own, 'w').write('2')
        except OSError: pass
    for n in names: sh(['ip', 'netns', 'add', PFX + n])
    if was is not None: open(own, 'w').write(was)
    sh(['ip', 'netns', 'add', PFX + 'hub'])
    with ns('hub'):
        for i, n in enumerate(names): sh(['ip', 'netns', 'set', PFX + n, str(100 + i)])
    def sysctl(n, k, v):
        with ns(n):
            with open('/proc/sys/' + k.replace('.', '/') if '/' not in k else '/proc/sys/' + k, 'w') as f: f.write(str(v))
    done = set()
    for x in topo['namespaces']:
        n = x['name']
        v6 = topo.get('ipv6')
        off = {'net/ipv6/conf/all/disable_ipv6': 1, 'net/ipv6/conf/default/disable_ipv6': 1}
        on = {f'net/ipv6/conf/{w}/{k}': v for w in ('all', 'default') for k, v in (('disable_ipv6', 0), ('accept_dad', 0), ('accept_ra', 0), ('router_solicitations', 0))}
        for k, v in (on if v6 else off).items():
            try: sysctl(n, k, v)
            except FileNotFoundError: pass
    for x in topo['namespaces']:
        n = x['name']; b = []
        b.append('link set lo up')
        for l in x.get('links', []):
            d = l['dev']
            if l['kind'] == 'bridge': b.append(f"link add {d} " + (f"address {l['mac']} " if 'mac' in l else '') + f"type bridge")
            elif l['kind'] == 'vxlan': b.append(f"link add {d} address {l['mac']} type vxlan id {l['vni']} local {l['local']} dev {l['underlay']} dstport {l['dstport']} " + ('' if l.get('learning') else 'nolearning'))
            elif l['kind'] == 'dummy': b.append(f"link add {d} type dummy")
            elif l['kind'] == 'ipip':
                # tunl0 follows below
                if d != 'tunl0': b.append(f"link add {d} type ipip" + ''.join(f' {k} {l[k]}' for k in ('local', 'remote') if k in l))
            elif l['kind'] == 'veth':
                if (n, d) in done: continue
                pn, pd = l['peer']
                pl = [z for y in topo['namespaces'] if y['name'] == pn for z in y['links'] if z['dev'] == pd][0]
                done.add((pn, pd))
                b.append(f"link add {d} address {l['mac']} type veth peer name {pd} address {pl['mac']} netns {PFX}{pn}")
        with ns(n):
            sh(['ip', '-batch', '-'], '\n'.join(b) + '\n')
            if any(l['dev'] == 'tunl0' for l in x.get('links', [])): sh('ip link show tunl0 >/dev/null 2>&1 || ip link add tunl0 type ipip nopmtudisc')
    for x in topo['namespaces']:
        n = x['name']; b = []; b6 = []
        for l in x.get('links', []):
            d = l['dev']
            if l['kind'] == 'ipip' : b.append(f"link set {d} up")
            if 'master' in l: b.append(f"link set {d} master {l['master']}")
            for a in l.get('addrs', []): b.append(f"addr add {a} dev {d}" + (' nodad' if ':' in a else ''))
            if l.get('up', True): b.append(f"link set {d} up")
            if 'mtu' in l: b.append(f"link set {d} mtu {l['mtu']}")
        for r in x.get('routes', []): b.append(('-6 ' if ':' in r else '') + 'route add ' + r) if ':' not in r else b6.append('-6 route add ' + r)
        for r in x.get('rules', []): b.append(('-6 ' if ':' in r else '') + 'rule add ' + r) if ':' not in r else b6.append('-6 rule add ' + r)
        for r in x.get('neigh', []): b.append('neigh add ' + r)
        with ns(n):
            sh(['ip', '-batch', '-'], '\n'.join(b) + '\n')
            for r in b6: sh('ip ' + r)
            bb = ['fdb ' + f for f in x.get('fdb', [])] 
            for l in x.get('links', []):
                if l.get('hairpin'): bb.append(f"link set dev {l['dev']} hairpin on")
                if l.get('isolated'): bb.append(f"link set dev {l['dev']} isolated on")
            for f in bb: sh('bridge ' + f)
        for k, v in x.get('sysctls', {}).items(): sysctl(n, k, v)
    if topo.get('ipv6'):
        # a link counts as ready for IPv6 up to a second after it came up, and until then nobody is asked for a neighbour
        end = time.time() + 3
        for n in names:
            while time.time() < end and any(w in nsx(n, ['ip', '-6', 'addr']) for w in ('tentative', 'LOWERLAYERDOWN')): time.sleep(.05)
    return names

def destroy(names):
    for n in list(names) + ['hub']: subprocess.run(['ip', 'netns', 'del', PFX + n], capture_output=True)

# ---------------------------------------------------------------- rules
def tool(r, what=''):
    """name of the program for the rule text of this entry"""
    return ('ip6tables' if r.get('family') == 'IPv6' else 'iptables') + ('-legacy' if r['backend'] == 'iptables-legacy' else '-nft') + what

def load_one(n, r, be=None):
    r = dict(r, backend=be or r['backend'])
    text = lambda t: '\n'.join(t) + '\n' if isinstance(t, list) else t
    for pre in r.get('ipset', []): nsx(n, 'ipset ' + pre)
    for pre in r.get('ipvs', []): nsx(n, 'ipvsadm ' + pre)
    if r['backend'].startswith('iptables'):
        nf = ['--noflush'] if r.get('calls') else []
        if r.get('calls'):
            # the calls of kube-proxy, in their order, table by table (same result as one process for each, but faster)
            for t in ('filter', 'nat'):
                c = [x.split(' ', 2)[2] for x in r['calls'] if x.startswith(f'-t {t} ')]
                if c: nsx(n, [tool(r, '-restore'), '--noflush'], '\n'.join([f'*{t}'] + [x for x in c if x.startswith('-N')] + [x for x in c if not x.startswith('-N')] + ['COMMIT']) + '\n')
        if r.get('text'): nsx(n, [tool(r, '-restore')] + nf, text(r['text']))
        if r.get('extra'): nsx(n, [tool(r, '-restore'), '--noflush'], text(r['extra']))
        if r.get('nft'): nsx(n, ['nft', '-f', '-'], text(r['nft']))
    elif r['backend'] == 'nft':
        if r.get('text'): nsx(n, ['nft', '-f', '-'], text(r['text']))
        if r.get('extra'): nsx(n, ['iptables-nft-restore', '--noflush'], text(r['extra']))

def load_rules(rules, backend_override=None):
    for n, r in rules.items(): load_one(n, r, backend_override)

def replace_rules(rules):
    """all rules of kube-proxy and its companions away, then the new ones"""
    for n, r in rules.items():
        if r['backend'].startswith('iptables'):
            for t in ('filter', 'nat'):
                nsx(n, [tool(r), '-t', t, '-F']); nsx(n, [tool(r), '-t', t, '-X'])
        else: nsx(n, ['nft', 'delete', 'table', 'ip6' if r.get('family') == 'IPv6' else 'ip', 'kube-proxy'])
        load_one(n, r)

def observers(topo, bridge_family=True, arp=False):
    """own tables that set the trace bit and show the packet between the real tables"""
    for x in topo['namespaces']:
        if x.get('observe') is False: continue
        n = x['name']; t = []
        v6 = topo.get('ipv6'); L4 = '{ 1, 4, 6, 17, 132 }'; T6 = ['meta l4proto { 6, 17 } meta nftrace set 1;', 'icmpv6 type { 1, 2, 3, 4, 128, 129 } meta nftrace set 1;']
        for fam in ('ip', 'ip6') if v6 else ('ip',):
            t.append(f'table {fam} pwobs {{')
            for hook, pr in (('prerouting', -350), ('prerouting', -50), ('input', -200), ('input', 150), ('forward', -200), ('output', -350), ('output', -50), ('postrouting', -200), ('postrouting', 150)):
                body = '' if pr != -350 else f'meta l4proto {L4} meta nftrace set 1;' if fam == 'ip' else '\n'.join(T6)
                t.append(f' chain {hook}_{"m" if pr<0 else "p"}{abs(pr)} {{ type filter hook {hook} priority {pr}; policy accept;\n {body}\n }}')
            t.append('}')
        t.append('table netdev pwobs {')
        for l in x['links']:
            if l.get('observe') is False: continue
            d = l['dev']; c = d.replace('.', '_').replace('-', '_')
            body = f'meta protocol ip meta l4proto {L4} meta nftrace set 1;' + ('\n meta protocol arp meta nftrace set 1;' if arp else '') + (''.join('\n meta protocol ip6 ' + q for q in T6) if v6 else '')
            for w, hk in (('rx', 'ingress'), ('tx', 'egress')):
                t.append(f' chain {w}_{c} {{ type filter hook {hk} device "{d}" priority -500; policy accept;\n {body}\n }}')
        t.append('}')
        if bridge_family and any(l['kind'] == 'bridge' for l in x['links']):
            t.append('table bridge pwobs {')
            for hook in ('prerouting', 'forward', 'input', 'output', 'postrouting'):
                t.append(f' chain {hook} {{ type filter hook {hook} priority -400; policy accept; }}')
            t.append('}')
        nsx(n, ['nft', '-f', '-'], '\n'.join(t) + '\n')

def handle_map(n, rules):
    """(family,table,chain,handle) -> text ; (family,table,chain)-> (hook,prio)"""
    out = nsx(n, ['nft', '-a', 'list', 'ruleset'])
    hm, base, order = {}, {}, {}
    fam = tab = ch = None; depth = 0
    for line in out.splitlines():
        s = line.strip()
        m = re.match(r'table (\S+) (\S+) \{', s)
        if m: fam, tab = m.groups(); ch = None; continue
        m = re.match(r'chain (\S+) \{', s)
        if m and line.startswith('\tchain'): ch = m.group(1); order[(fam, tab, ch)] = []; continue
        if line.startswith('\t}'): ch = None; continue
        if ch is None: continue
        m = re.match(r'type (\S+) hook (\S+) (?:device "?(\S+?)"? )?priority ([^;]+);', s)
        if m: base[(fam, tab, ch)] = (m.group(1), m.group(2), m.group(4).strip(), m.group(3)); continue
        m = re.match(r'(.*?)\s*# handle (\d+)$', s)
        if m: hm[(fam, tab, ch, int(m.group(2)))] = m.group(1); order[(fam, tab, ch)].append(int(m.group(2)))
    r = rules.get(n)
    if r and r['backend'] == 'iptables-nft':
        save = nsx(n, [tool(r, '-save')]); tab = None; lines = {}
        for s in save.splitlines():
            if s.startswith('*'): tab = s[1:]
            elif s.startswith('-A '): c = s.split()[1]; lines.setdefault((tab, c), []).append(s)
        for (f, t, c), hs in order.items():
            if f == ('ip6' if r.get('family') == 'IPv6' else 'ip') and (t, c) in lines and len(hs) == len(lines[(t, c)]):
                for h, s in zip(hs, lines[(t, c)]): hm[(f, t, c, h)] = s
    return hm, base

# ---------------------------------------------------------------- netlink listener
NETLINK_NETFILTER = 12; SOL_NETLINK = 270; NETLINK_ADD_MEMBERSHIP = 1; NETLINK_LISTEN_ALL_NSID = 8
def attrs(b):
    r = {}; o = 0
    while o + 4 <= len(b):
        l, t = struct.unpack_from('=HH', b, o)
        if l < 4: break
        r[t & 0x3fff] = b[o + 4:o + l]; o += (l + 3) & ~3
    return r
VERD = {0: 'drop', 1: 'accept', 2: 'stolen', 3: 'queue', 4: 'repeat', 0xffffffff: 'continue', 0xfffffffe: 'break', 0xfffffffd: 'jump', 0xfffffffc: 'goto', 0xfffffffb: 'return'}
def ip4(b): return socket.inet_ntoa(b)
def ipa(b): return socket.inet_ntop(socket.AF_INET6 if len(b) == 16 else socket.AF_INET, b)
def parse_l3(nh, th):
    if len(nh) >= 40 and nh[0] >> 4 == 6:
        p = {'proto': {58: 'icmp6', 6: 'tcp', 17: 'udp', 132: 'sctp'}.get(nh[6], nh[6]), 'src': ipa(nh[8:24]), 'dst': ipa(nh[24:40]), 'ttl': nh[7], 'len': 40 + struct.unpack('!H', nh[4:6])[0]}
    elif len(nh) >= 28 and nh[:6] == b'\0\1\x08\0\6\4':
        return {'proto': 'arp', 'op': nh[7], 'src': ip4(nh[14:18]), 'dst': ip4(nh[24:28]), 'mac': nh[8:14].hex(':'), 'ttl': 0}
    elif len(nh) < 20 or nh[0] >> 4 != 4: return None
    else:
        p = {'proto': {1: 'icmp', 6: 'tcp', 17: 'udp', 4: 'ipip', 132: 'sctp'}.get(nh[9], nh[9]), 'src': ip4(nh[12:16]), 'dst': ip4(nh[16:20]), 'ttl': nh[8], 'len': struct.unpack('!H', nh[2:4])[0]}
        fr = struct.unpack('!H', nh[6:8])[0]; p['df'] = bool(fr & 0x4000)
        if fr & 0x3fff: p['frag'] = (fr & 0x1fff) * 8; p['more'] = bool(fr & 0x2000)
        if p.get('frag'): return p
    if p['proto'] == 'ipip' : return p
    if th and p['proto'] in ('tcp', 'udp', 'sctp') and len(th) >= 4:
        p['sport'], p['dport'] = struct.unpack('!HH', th[:4])
        if p['proto'] == 'tcp' and len(th) >= 14:
            p['seq'], p['ack'] = struct.unpack('!II', th[4:12])
            f = th[13]; p['flags'] = ''.join(c for c, m in (('S', 2), ('A', 16), ('F', 1), ('R', 4), ('P', 8)) if f & m)
        if p['proto'] == 'sctp' and len(th) >= 13:
            p['flags'] = {0: 'DATA', 1: 'INIT', 2: 'INIT_ACK', 3: 'SACK', 4: 'HEARTBEAT', 5: 'HEARTBEAT_ACK', 6: 'ABORT', 7: 'SHUTDOWN', 8: 'SHUTDOWN_ACK', 10: 'COOKIE_ECHO', 11: 'COOKIE_ACK', 14: 'SHUTDOWN_COMPLETE'}.get(th[12], f'chunk {th[12]}')
    elif th and p['proto'] in ('icmp', 'icmp6'):
        p['icmp'] = f'{th[0]}/{th[1]}'
        if p['proto'] == 'icmp' and th[:2] == b'\3\4': p['icmp'] += f' mtu={struct.unpack("!H", th[6:8])[0]}'
        if p['proto'] == 'icmp6' and th[0] == 2: p['icmp'] += f' mtu={struct.unpack("!I", th[4:8])[0]}'
    return p

class Listener:
    def __init__(s, names):
        s.names = names
        with ns('hub'):
            s.k = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
        s.k.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        try: s.k.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)
        except OSError: pass
        s.k.setsockopt(SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, 1)
        s.k.bind((0, 0))
        for g in (1, 2, 3, 9): s.k.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, g)
        s.ev = []; s.start()
    def start(s):
        """a reader thread keeps the socket empty: without real root the receive buffer cannot be raised above net.core.rmem_max"""
        s.lost = False; s.last = time.monotonic(); s.stop = False
        s.k.settimeout(0.05); s.th = threading.Thread(target=s.loop, daemon=True); s.th.start()
    def loop(s):
        while not s.stop:
            try: d, anc, fl, ad = s.k.recvmsg(1 << 17, 256)
            except (socket.timeout, TimeoutError): continue
            except OSError as e:
                if e.errno == errno.ENOBUFS: s.lost = True; continue
                break
            s.last = time.monotonic()
            nsid = None
            for lv, ty, da in anc:
                if lv == SOL_NETLINK and ty == NETLINK_LISTEN_ALL_NSID: nsid = struct.unpack('=i', da[:4])[0]
            n = s.names[nsid - 100] if nsid is not None and nsid >= 100 else nsid
            o = 0
            while o + 16 <= len(d):
                ln, ty, f, sq, pid = struct.unpack_from('=IHHII', d, o)
                s.one(n, ty, d[o + 16:o + ln]); o += (ln + 3) & ~3
        s.k.close()
    def drain(s, settle=float(os.environ.get('PW_SETTLE', '0.05'))):
        s.last = max(s.last, time.monotonic() - settle / 2)
        while time.monotonic() - s.last < settle: time.sleep(0.005)
        if s.lost: raise RuntimeError('trace events were lost (receive buffer too small)')
        r, s.ev = s.ev, []
        return r
    def one(s, n, ty, b):
        sub, msg = ty >> 8, ty & 255
        fam = b[0]; a = attrs(b[4:])
        if sub == 10 and msg == 17:
            e = {'ns': n, 'ev': 'trace', 'id': struct.unpack('!I', a[6])[0] if 6 in a else None}
            nfp = struct.unpack('!I', a[15])[0] if 15 in a else fam
            e['table'] = a.get(1, b'').rstrip(b'\0').decode(); e['chain'] = a.get(2, b'').rstrip(b'\0').decode()
            e['fam'] = {2: 'ip', 5: 'netdev', 7: 'bridge', 1: 'inet', 10: 'ip6'}.get(fam, fam)
            e['type'] = {1: 'policy', 2: 'return', 3: 'rule'}.get(struct.unpack('!I', a[4])[0])
            if 3 in a: e['handle'] = struct.unpack('!Q', a[3])[0]
            if 5 in a:
                v = attrs(a[5]); e['verdict'] = VERD.get(struct.unpack('!I', v[1])[0] , hex(struct.unpack('!I', v[1])[0]))
                if 2 in v: e['to'] = v[2].rstrip(b'\0').decode()
            if 16 in a: e['verdict'] = VERD.get(struct.unpack('!I', a[16])[0])
            if 8 in a: e['pkt'] = parse_l3(a[8], a.get(9))
            if 7 in a and len(a[7]) >= 14: e['ll'] = {'dst': a[7][:6].hex(':'), 'src': a[7][6:12].hex(':')}
            if 10 in a: e['iif'] = struct.unpack('!I', a[10])[0]
            if 12 in a: e['oif'] = struct.unpack('!I', a[12])[0]
            if 14 in a: e['mark'] = struct.unpack('!I', a[14])[0]
            if 18 in a: e['ctid'] = a[18].hex()
            if 19 in a: e['ctdir'] = {0: 'original', 1: 'reply'}.get(a[19][0])
            if 20 in a: e['ctstatus'] = struct.unpack('!I', a[20])[0]
            if 21 in a: e['ctstate'] = struct.unpack('!I', a[21])[0]
            s.ev.append(e)
        elif sub == 1:
            e = {'ns': n, 'ev': 'ct', 'kind': {0: 'new/update', 2: 'destroy'}.get(msg, msg)}
            for k, i in (('orig', 1), ('reply', 2)):
                if i in a:
                    t = attrs(a[i]); ia = attrs(t[1]); pr = attrs(t[2])
                    e[k] = {'src': ipa(ia.get(1) or ia[3]), 'dst': ipa(ia.get(2) or ia[4]), 'proto': pr[1][0]}
                    if 2 in pr: e[k]['sport'] = struct.unpack('!H', pr[2])[0]; e[k]['dport'] = struct.unpack('!H', pr[3])[0]
            if 3 in a: e['status'] = struct.unpack('!I', a[3])[0]
            s.ev.append(e)

# ---------------------------------------------------------------- probes
SCTP = getattr(socket, 'IPPROTO_SCTP', 132)
def sock(proto, v6=False, listen=False):
    af = socket.AF_INET6 if v6 else socket.AF_INET
    return socket.socket(af, socket.SOCK_DGRAM if proto == 'udp' else socket.SOCK_STREAM, SCTP if proto == 'sctp' else 0)
def hp(a): return f'[{a[0]}]:{a[1]}' if ':' in a[0] else f'{a[0]}:{a[1]}'
class Server(threading.Thread):
    """TCP/SCTP/UDP server that answers with the peer address it sees; the socket is created inside the namespace.
    A request that is a number asks for an answer of that many bytes."""
    def __init__(s, n, proto, ip, port):
        super().__init__(daemon=True); s.n, s.proto, s.addr = n, proto, (ip, port); s.stop = False; s.seen = []; s.open = []
        with ns(n):
            s.k = sock(proto, ':' in ip)
            s.k.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.k.bind((ip, port))
            if proto != 'udp': s.k.listen(64)
        s.k.settimeout(0.2); s.start()
    def one(s, c, p):
        l = c.getsockname()
        try:
            d = c.recv(2000)
            a = {'peer': hp(p), 'ns': s.n, 'local': hp(l)}
            if d.startswith(b'size='): a['pad'] = 'x' * int(d[5:])
            c.sendall(json.dumps(a).encode() + (b'\n' if d.startswith(b'size=') else b''))
            if d == b'hold': s.open.append(c); return
        except OSError: pass
        c.close()
    def run(s):
        while not s.stop:
            try:
                if s.proto != 'udp':
                    c, p = s.k.accept(); c.settimeout(3)
                    s.seen.append(hp(p)); threading.Thread(target=s.one, args=(c, p), daemon=True).start()
                else:
                    d, p = s.k.recvfrom(20000); s.seen.append(hp(p))
                    s.k.sendto(json.dumps({'peer': hp(p), 'ns': s.n}).encode(), p)
            except (socket.timeout, TimeoutError): continue
            except OSError:
                if s.k.fileno() < 0: break   # what a rule refused to send is lost, and the next one is heard all the same
        for c in s.open: c.close()
        s.k.close()

def cksum(b):
    if len(b) % 2: b += b'\0'
    t = sum(struct.unpack('!%dH' % (len(b) // 2), b)); t = (t >> 16) + (t & 0xffff); t += t >> 16
    return ~t & 0xffff
def raw_tcp(p):
    """one TCP segment made by hand (src may be any address of the namespace); no socket of the kernel knows it"""
    fl = sum({'S': 2, 'A': 16, 'R': 4, 'F': 1, 'P': 8}[c] for c in p['flags'])
    t = struct.pack('!HHIIBBHHH', p['sport'], p['dport'], p.get('seq', 1), p.get('ack', 1), 5 << 4, fl, 512, 0, 0)
    ph = socket.inet_aton(p['src']) + socket.inet_aton(p['dst']) + struct.pack('!BBH', 0, 6, len(t))
    t = t[:16] + struct.pack('!H', cksum(ph + t)) + t[18:]
    with ns(p['from']): k = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
    k.bind((p['src'], 0)); k.sendto(t, (p['dst'], 0)); k.close(); time.sleep(0.1)
    return {'outcome': 'sent'}
def ping(p, timeout):
    """one echo request; the answer or the ICMP error is read from the same socket"""
    v6 = ':' in p['dst']
    with ns(p['from']):
        k = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_RAW, 58 if v6 else 1)
    ident = p.get('id', 77); body = struct.pack('!BBHHH', 128 if v6 else 8, 0, 0, ident, 1) + b'x' * 16
    if not v6: body = body[:2] + struct.pack('!H', cksum(body)) + body[4:]
    t = time.monotonic(); out = {'outcome': 'timeout'}
    try: k.sendto(body, (p['dst'], 0))
    except OSError as e: k.close(); return {'outcome': errno.errorcode.get(e.errno, str(e)).lower()}
    while time.monotonic() - t < timeout:
        if not select.select([k], [], [], max(0, timeout - (time.monotonic() - t)))[0]: break
        d, a = k.recvfrom(2000)
        if not v6: d = d[(d[0] & 15) * 4:]
        if d[0] == (129 if v6 else 0) and d[4:6] == struct.pack('!H', ident): out = {'outcome': 'echo reply', 'from': a[0]}; break
        if d[0] in ((1, 2, 3, 4) if v6 else (3, 11)): out = {'outcome': f'icmp {d[0]}/{d[1]}', 'from': a[0]}; break
    k.close(); return out

HELD = {}
def release():
    for k in HELD.values(): k.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)); k.close()
    HELD.clear()
def probe(p, timeout=0.8, quiet_after_connect=0.04):
    if p['proto'] == 'icmp': return ping(p, timeout)
    if 'flags' in p: return raw_tcp(p)
    t = time.time(); out = {}; udp = p['proto'] == 'udp'
    msg = b'hold' if p.get('hold') else b'x'
    if p.get('answer_size'): msg = b'size=%d' % p['answer_size']
    elif p.get('size'): msg = b'x' * p['size']
    try:
        if 'reuse' in p: k = HELD.pop(p['reuse']); k.settimeout(timeout); k.send(msg)
        else:
            with ns(p['from']): k = sock(p['proto'], ':' in p['dst'])
            k.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            k.settimeout(timeout)
            if p.get('df') == 'want': k.setsockopt(socket.IPPROTO_IP, 10, 1)
            elif p.get('nodf'): k.setsockopt(socket.IPPROTO_IP, 10, 0)
            elif p.get('df'): k.setsockopt(socket.IPPROTO_IP, 10, 2)
            k.bind((p.get('src', '::' if ':' in p['dst'] else '0.0.0.0'), p.get('sport', 0)))
            k.connect((p['dst'], p['dport'])); out['local'] = hp(k.getsockname())
            if udp: k.send(msg)
            else: time.sleep(quiet_after_connect); k.sendall(msg)
        d = k.recv(20000)
        while p.get('answer_size') and not d.endswith(b'\n'): d += k.recv(20000)
        a = json.loads(d.decode())
        a.pop('pad', None)
        out.update(outcome='connected', answer=a)
    except ConnectionRefusedError: out['outcome'] = 'refused'
    except (socket.timeout, TimeoutError): out['outcome'] = 'timeout'
    except OSError as e: out['outcome'] = errno.errorcode.get(e.errno, str(e)).lower()
    out['ms'] = round((time.time() - t) * 1000, 1)
    if p.get('hold'): HELD[p['hold']] = k; time.sleep(0.05); return out
    if not udp: k.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    k.close()
    return out

def ifnames(names):
    r = {}
    for n in names:
        for l in json.loads(nsx(n, ['ip', '-j', 'link'])): r[(n, l['ifindex'])] = l['ifname']
    return r
