import sys, json, time, re, os, copy
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pwlab as L
HOOKFAM = {'ip', 'inet'}
# the ports of VXLAN: Linux' own (flannel) and the registered one (Calico)
VXLAN = (8472, 4789)
CTBITS = ['EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED', 'SRC_NAT', 'DST_NAT', 'SEQ_ADJUST', 'SRC_NAT_DONE', 'DST_NAT_DONE', 'DYING']
def ctstat(v): return [n for i, n in enumerate(CTBITS) if v & (1 << i) and n not in ('SRC_NAT_DONE', 'DST_NAT_DONE', 'CONFIRMED')]
class Norm:
    def __init__(s, known, detail=False): s.known = set(known); s.m = {}; s.detail = detail
    def port(s, p, vx=False):
        if p is None: return ''
        if p in s.known: return str(p)
        if vx: return '$VXLAN'
        if p not in s.m: s.m[p] = f'$RND{len(s.m) + 1}'
        return s.m[p]
    def ap(s, ip, p, vx=False): return (f'[{ip}]' if ':' in ip else ip) + ':' + s.port(p, vx)
    def pkt(s, p):
        if not p: return None
        vx = p.get('dport') in VXLAN and p['proto'] == 'udp'
        a = s.ap(p['src'], p['sport'], vx) if 'sport' in p else p['src']
        b = s.ap(p['dst'], p['dport']) if 'dport' in p else p['dst']
        r = f"{p['proto']} {a} > {b}" + (f" [{p['flags']}]" if p.get('flags') else '') + (f" {p['icmp']}" if 'icmp' in p else '') + f" ttl={p['ttl']}"
        if s.detail: r += f" len={p['len']}" + (' DF' if p.get('df') else '') + (f" frag={p['frag']}{'+' if p.get('more') else ''}" if 'frag' in p else '')
        return r
    def tup(s, t):
        pr = {1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6', 132: 'sctp'}.get(t['proto'], t['proto'])
        if 'sport' not in t: return f"{pr} {t['src']} > {t['dst']}"
        vx = pr == 'udp' and (t['sport'] in VXLAN or t['dport'] in VXLAN)
        return f"{pr} {s.ap(t['src'], t['sport'], vx)} > {s.ap(t['dst'], t['dport'], vx)}"

def phases(ev, pr, server_ns):
    """split the ordered event list into request / reply / third / data (+ asides: ICMP redirects).
    Rule events carry no packet; they follow the packet dump with the same (namespace, trace id)."""
    out = {'request': [], 'reply': [], 'third': [], 'data': [], 'aside': [], 'arp': []}; cur = None; done = False; last = {}
    proto = pr['proto']; data = pr.get('answer_size') or pr.get('record_data'); free = 'flags' in pr or proto == 'icmp' or 'reuse' in pr
    out_chain = 'output_m350'; syns = icmps = 0; sa = False; made = set()
    outer = set(); first = {}; pieces = {}; answered = False
    def where(p):
        """a SYN that is sent again may mix with the error for the first one: tell outer packets by their direction"""
        if p.get('dport') not in VXLAN: return None
        if cur == 'request': outer.add((p['src'], p['dst']))
        elif syns and cur in ('dup', 'reply'): return 'dup' if (p['src'], p['dst']) in outer else 'reply' if icmps else None
    for e in ev:
        p = e.get('pkt'); key = (e['ns'], e.get('id'))
        if p and p['proto'] == 'arp': out['arp'].append(e); last[key] = None; continue
        # late retransmissions of the warm-up connections
        w = e['orig'] if e['ev'] == 'ct' else p
        if w and w.get('dport') not in VXLAN and any(39980 <= w.get(k, 0) < 40000 for k in ('sport', 'dport')): last[key] = None; continue
        if e['ev'] == 'ct':
            ph = where(e['orig']) or cur
            if e['orig']['proto'] in (1, 6, 17, 58, 132) and ph in out and not done: out[ph].append(e)
            continue
        if p and p['proto'] == 'icmp' and str(p.get('icmp', '')).startswith('5/'):
            last[key] = 'aside'
            if cur: out['aside'].append(e)
            continue
        # the first event of a chain has the packet in it: a REJECT's comes after the whole way of its error
        me = p and (key, p['src'], p['dst'], p['proto'], p.get('sport'), p.get('dport'), p.get('icmp'), p['ttl'])
        if p and not done and e.get('table') != 'pwobs' and cur in ('reply', 'third') and me in first: out[first[me]].append(e); last[key] = first[me]; continue
        # a later piece of the request may be sent after the error about the first
        if p and not done and p.get('frag') and cur == 'reply' and pieces.get((p['src'], p['dst'])) == 'request': out['request'].append(e); last[key] = 'request'; continue
        if p and not done:
            f = p.get('flags'); err = p['proto'] == 'icmp' and p.get('icmp', '')[:2] in ('3/', '11') or p['proto'] == 'icmp6' and p.get('icmp', '')[:2] in ('1/', '2/', '3/', '4/')
            tunnel = p['proto'] == 'ipip' or p['proto'] == 'udp' and (p.get('sport') in VXLAN or p.get('dport') in VXLAN)
            if err and cur:
                if e.get('chain') == out_chain: icmps += 1
                # what complains of the answer comes third, what complains of the request is the answer
                about_reply = not free and not data and (cur == 'third' or cur == 'reply' and answered and e.get('chain') == out_chain)
                if not (data and cur == 'data'): cur = 'third' if about_reply else 'reply'
            elif free:
                if tunnel: pass
                elif cur is None: cur = 'request'
                elif proto == 'icmp' and p.get('icmp') in ('0/0', '129/0'): cur = 'reply'
                elif proto == 'tcp' and cur == 'request' and e.get('chain') == out_chain and e['ns'] != pr['from']: cur = 'reply'
                elif 'reuse' in pr and proto == 'tcp' and cur == 'reply' and f is not None and 'R' not in f: done = True
                elif 'reuse' in pr and proto == 'udp' and cur == 'request' and e['ns'] in server_ns and e.get('chain') == out_chain: cur = 'reply'
            elif p['proto'] == 'tcp' and f is not None:
                if f == 'S':
                    if e.get('chain') == out_chain:   # the same SYN again; what IPVS sends on after rewriting it is not the same
                        w = (e['ns'], p['src'], p['dst'], p['sport'], p['dport']); syns += w in made; made.add(w)
                    cur = 'request' if cur in (None, 'request') and not syns else 'dup'
                elif f == 'SA': cur = 'reply'; sa = True
                elif 'R' in f: cur = 'reply' if cur == 'request' or cur == 'reply' and not sa else 'third' if cur != 'data' else 'end'; done = cur == 'end'
                elif f == 'A' and cur in ('reply', 'third') and not (pr.get('size') and p['len'] > 200): cur = 'third'
                elif data and cur in ('third', 'data') and 'F' not in f: cur = 'data'
                elif cur is not None: done = True
            elif p['proto'] == 'sctp' and f is not None:
                n = {'INIT': 'request', 'INIT_ACK': 'reply', 'COOKIE_ECHO': 'third'}.get(f)
                if f == 'INIT' and e.get('chain') == out_chain: w = (e['ns'], p['src'], p['dst'], p['sport'], p['dport']); syns += w in made; made.add(w)
                if n == 'request' and syns: cur = 'dup'
                elif n: cur = n
                elif f == 'ABORT' and cur == 'request': cur = 'reply'
                elif cur is not None: done = True
            elif proto == 'udp' and p['proto'] == 'udp' and not tunnel:
                if cur is None: cur = 'request'
                elif cur == 'request' and e['ns'] in server_ns and e.get('chain') == out_chain: cur = 'reply'
        if p:
            ph = where(p) or cur
            if not done and ph in out: first.setdefault(me, ph)
            if not done and p.get('frag') == 0: pieces.setdefault((p['src'], p['dst']), ph)
            last[key] = None if done else ph
            wrapped = p['proto'] == 'ipip' or p['proto'] == 'udp' and (p.get('sport') in VXLAN or p.get('dport') in VXLAN)
            answered = answered or cur == 'reply' and not done and not wrapped and not p['proto'].startswith('icmp')
            if not done and ph in out: out[ph].append(e)
        elif last.get(key) in out: out[last[key]].append(e)
    if icmps > 1: out['_again'] = True   # several packets waited for the same neighbour, or an answer was sent again: several equal errors
    return out

def once(S):
    seen = set(); r = []
    for s in S:
        k = json.dumps({a: b for a, b in s.items() if a not in ('chains', 'ct')}, sort_keys=True)
        if k not in seen: seen.add(k); r.append(s)
    return r
def steps(ev, ifn, hms, bases, nm):
    S = []; curs = {}
    for e in ev:
        if e['ev'] == 'ct':
            if e['kind'] == 'destroy': continue
            S.append({'ns': e['ns'], 'conntrack': {'orig': nm.tup(e['orig']), 'reply': nm.tup(e['reply']), 'status': ctstat(e.get('status', 0))}})
            continue
        key = (e['ns'], e.get('id')); cur = curs.get(key)
        n, fam, tab, ch = e['ns'], e['fam'], e['table'], e['chain']
        iif, oif = ifn.get((n, e.get('iif'))), ifn.get((n, e.get('oif')))
        pk = nm.pkt(e.get('pkt'))
        b = bases[n].get((fam, tab, ch))
        if fam == 'netdev':
            if tab == 'pwobs' and pk:
                s = {'ns': n, 'dev': (iif or oif), 'dir': ch[:2], 'pkt': pk}
                if e.get('ll') and ch.startswith('rx'): s['ll'] = f"{e['ll']['src']} > {e['ll']['dst']}"
                S.append(s); curs.pop(key, None)
            continue
        if fam == 'bridge':
            if pk and b: S.append({'ns': n, 'bridge': b[1], 'iif': iif, 'oif': oif, 'pkt': pk}); curs.pop(key, None)
            continue
        # ip / inet hooks
        if b:
            hook = b[1]
            new = pk is not None
            first = tab == 'pwobs' and ch in ('prerouting_m350', 'input_m200', 'forward_m200', 'output_m350', 'postrouting_m200')
            if new and (cur is None or cur['hook'] != hook or cur['ns'] != n or first and cur.get('_f')):
                cur = {'ns': n, 'hook': hook, 'iif': iif, 'oif': oif, 'in': pk, 'chains': []}; S.append(cur); curs[key] = cur; cur['_f'] = False
            if first and new: cur['_f'] = True
            if cur is None: continue
            if new:
                cur['out'] = pk; cur['mark'] = hex(e['mark']) if e.get('mark') else None
                if e.get('oif'): cur['oif'] = oif
                if 'ctstate' in e: cur['ct'] = {'state': {1: 'invalid', 2: 'established', 4: 'related', 8: 'new', 64: 'untracked'}.get(e['ctstate'], e['ctstate']), 'dir': e.get('ctdir')}
            if tab == 'pwobs': continue
            if new: cur['chains'].append({'table': tab, 'chain': ch, 'priority': b[2], 'rules': []})
        if cur is None or not cur['chains'] or tab == 'pwobs': continue
        c = cur['chains'][-1]
        if e['type'] == 'policy': c['verdict'] = 'policy ' + e['verdict']
        elif 'handle' in e:
            v = e['verdict'] + (' ' + e['to'] if 'to' in e else '')
            c['rules'].append({'chain': ch, 'rule': hms[n].get((fam, tab, ch, e['handle']), f"?handle {e['handle']}"), 'verdict': v})
            if e['verdict'] in ('accept', 'drop', 'stolen'): c['verdict'] = e['verdict']
        elif e.get('verdict') == 'continue' and ch != c['chain']: c['rules'].append({'chain': ch, 'end_of_chain': True})
    for s in S:
        s.pop('_f', None)
        for c in s.get('chains', []):
            if 'verdict' not in c: c['verdict'] = c['rules'][-1].get('verdict', 'none') if c['rules'] else 'none'
        if 'hook' in s:
            if s['out'] == s['in']: s.pop('out')
            if not s.get('mark'): s.pop('mark', None)
            if not s['chains']: s.pop('chains')
        for k in ('iif', 'oif'):
            if k in s and s[k] is None: s.pop(k)
    return S

def ctlist(n, nm, v6=False):
    out = []
    for l in (L.nsx(n, ['conntrack', '-L'], check=False).stdout + (L.nsx(n, ['conntrack', '-L', '-f', 'ipv6'], check=False).stdout if v6 else '')).splitlines():
        if l.startswith('unknown'): continue
        t = re.findall(r'src=(\S+) dst=(\S+)(?: sport=(\d+) dport=(\d+))?', l)
        pr = l.split()[0]
        if len(t) < 2: continue
        tt = [dict(proto=pr, src=a, dst=b, **({'sport': int(c), 'dport': int(d)} if c else {})) for a, b, c, d in t[:2]]
        st = [w for w in l.split() if w.isupper() and w.isalpha()] + re.findall(r'\[(\w+)\]', l)
        out.append({'orig': nm.tup(tt[0]), 'reply': nm.tup(tt[1]), 'state': st})
    ded = {json.dumps(x, sort_keys=True): x for x in out}
    return [ded[k] for k in sorted(ded)]

def arp_steps(ev, ifn):
    """frames of ARP at every device: a broadcast's copies come in no order, and a SYN that is sent again may ask once more"""
    def text(p): return f"arp who-has {p['dst']} tell {p['src']}" if p['op'] == 1 else f"arp {p['src']} is-at {p['mac']}"
    return sorted({f"{e['ns']} {e['chain'][:2]} {ifn.get((e['ns'], e.get('iif'))) or ifn.get((e['ns'], e.get('oif')))}: {text(e['pkt'])}"
        for e in ev if e.get('fam') == 'netdev' and e.get('table') == 'pwobs'})

def learnt(n):
    """what this namespace knows now that no program wrote"""
    neigh = [f"{x['dst']} dev {x['dev']} lladdr {x['lladdr']}" for x in json.loads(L.nsx(n, ['ip', '-j', '-4', 'neigh']) or '[]') if 'lladdr' in x and not {'PERMANENT', 'FAILED', 'INCOMPLETE'} & set(x['state'])]
    fdb = [f"{x['mac']} dev {x['ifname']} master {x['master']}" for x in json.loads(L.nsx(n, ['bridge', '-j', 'fdb', 'show']) or '[]')
        if 'master' in x and 'self' not in x.get('flags', []) and x.get('state') not in ('permanent', 'static')]
    return sorted(neigh) + sorted(fdb)

def flush_affinity(n, r):
    fam = None
    for t in r.get('nft', []):
        m = re.match(r'table (ip6?) kube-proxy \{', t)
        if m: fam = m.group(1)
        m = re.match(r'\tset (affinity-\S+) \{', t)
        if m: L.nsx(n, ['nft', 'flush', 'set', fam, 'kube-proxy', m.group(1)])
    if r['backend'] != 'nft': return
    for t in r.get('text', '') if isinstance(r.get('text'), list) else r.get('text', '').split('\n'):
        m = re.match(r'add set (ip6?) kube-proxy (affinity-\S+)', t)
        if m: L.nsx(n, ['nft', 'flush', 'set', m.group(1), 'kube-proxy', m.group(2)])

def run_scenario(sc, keep=False):
    """sc: dict(name, title, topology, rules, servers, probe | sequence, [repeat, warm, ports]) -> list of (element, recorded result)"""
    T = sc['topology']; names = [x['name'] for x in T['namespaces']]; v6 = T.get('ipv6', False)
    tm = {}; t0 = time.time()
    L.destroy(names)
    srvs = []
    try:
        L.build(T); tm['build'] = time.time() - t0; t0 = time.time()
        L.load_rules(sc['rules']); L.observers(T, arp=sc.get('cold', False)); tm['rules'] = time.time() - t0; t0 = time.time()
        srvs = [L.Server(*s) for s in sc['servers']]
        if any(s[1] == 'sctp' for s in sc['servers']): time.sleep(.2)
        bases, hms = {}, {}
        def maps():
            for n in names:
                if any(x['name'] == n and x.get('observe') is False for x in T['namespaces']): hms[n], bases[n] = {}, {}; continue
                hms[n], bases[n] = L.handle_map(n, sc['rules'])
        maps()
        ifn = L.ifnames(names); li = L.Listener(names)
        nodes = [x['name'] for x in T['namespaces'] if x['kind'] == 'node']
        seq = sc.get('sequence') or [{'probe': dict(sc['probe'])} for _ in range(sc.get('repeat', 1))]
        probes = [q['probe'] for q in seq if 'probe' in q]; first = probes[0]
        # warm up neighbour tables, then forget the connections
        warm = False if sc.get('cold') else sc.get('warm', True)
        if warm is True: warm = [first] * (8 if sc.get('repeat', 1) > 1 else 1)
        for i, w in enumerate(warm or []):
            w = {k: v for k, v in w.items() if k not in ('hold', 'size', 'answer_size')}
            L.probe(dict(w, sport=39999 - i), timeout=sc.get('warm_timeout', 0.3))
        time.sleep(.05)
        for n in nodes:
            if n in sc['rules'] and (sc['rules'][n]['backend'] == 'nft' or sc['rules'][n].get('nft')): flush_affinity(n, sc['rules'][n])
            L.nsx(n, ['conntrack', '-F'], check=False)
            if sc['rules'].get(n, {}).get('ipvs'):
                # the warm-up has moved the schedulers on: they begin afresh
                L.nsx(n, 'ipvsadm -C')
                for call in sc['rules'][n]['ipvs']: L.nsx(n, 'ipvsadm ' + call)
            if v6: L.nsx(n, ['conntrack', '-F', '-f', 'ipv6'], check=False)
            with L.ns(n):
                d = '/proc/thread-self/net/xt_recent'
                if os.path.isdir(d):
                    for f in os.listdir(d):
                        try: open(d + '/' + f, 'w').write('/')
                        except PermissionError: pass  # inside a user namespace these files belong to the real root
        li.drain(); tm['prep'] = time.time() - t0; t0 = time.time()
        known = [*VXLAN, *[s[3] for s in sc['servers']], *sc.get('ports', [])]
        for p in probes: known += [x for x in (p.get('sport'), p.get('dport')) if x]
        reps = []; i = -1; last = {}
        for q in seq:
            if 'do' in q:
                d = q['do']
                for c in d.get('run', []): L.nsx(d['ns'], c)
                if 'rules' in d: L.replace_rules(d['rules']); sc['rules'] = dict(sc['rules'], **d['rules'])
                if 'wait' in d: time.sleep(d['wait'])
                maps(); li.drain(); continue
            i += 1; pr = dict(q['probe'])
            if not sc.get('sequence') and pr.get('sport'): pr['sport'] += i; known.append(pr['sport'])
            if 'seq_ahead' in pr:   # a segment that far ahead of the last one of this direction
                b = last[(pr['from'], pr['src'], pr['sport'], pr['dst'], pr['dport'])]
                pr.update(seq=(b[0] + pr['seq_ahead']) & 0xffffffff, ack=b[1])
            nm = Norm(known, detail=bool(pr.get('size') or pr.get('answer_size')))
            res = L.probe(pr, timeout=q.get('timeout') or sc.get('timeout', 0.8))
            ct = {n: ctlist(n, nm, v6) for n in nodes}
            ev = li.drain()
            for e in ev:
                p = e.get('pkt')
                if p and 'seq' in p: last[(e['ns'], p['src'], p['sport'], p['dst'], p['dport'])] = (p['seq'], p['ack'])
            pr = {k: v for k, v in pr.items() if 'seq_ahead' not in pr or k not in ('seq', 'ack')}
            ph = phases(ev, pr, {s[0] for s in sc['servers']})
            ex = {'outcome': res['outcome']}
            if 'from' in res: ex['answer_from'] = res['from']
            if 'answer' in res:
                a = res['answer']; ip, po = a['peer'].rsplit(':', 1)
                ex['server'] = {'ns': a['ns'], 'sees_client_as': f"{ip}:{nm.port(int(po))}"}
            if res.get('ms', 0) > 900 and res['outcome'] not in ('timeout', 'connected'): ex['after_seconds'] = round(res['ms'] / 1000)
            ex['steps'] = steps(ph['request'], ifn, hms, bases, nm)
            # the longer patience of a cold probe sees an answer that is lost sent again
            again = ph.get('_again') or sc.get('cold') and res['outcome'] == 'timeout'
            if ph['reply']: ex['reply_steps'] = (once if again else list)(steps(ph['reply'], ifn, hms, bases, nm))
            if ph['third']: ex['third_packet_steps'] = (once if ph.get('_again') else list)(steps(ph['third'], ifn, hms, bases, nm))
            if ph['data']: ex['data_steps'] = steps(ph['data'], ifn, hms, bases, nm)
            if ph['aside']: ex['asides'] = sorted({e['ns'] + ': ' + nm.pkt(e['pkt']) for e in ph['aside'] if e.get('pkt') and e.get('chain') == 'output_m350'})
            ex['conntrack'] = {n: c for n, c in ct.items() if c}
            if sc.get('cold'):
                ex['arp'] = arp_steps(ph['arp'], ifn)
                ex['learnt'] = {n: l for n in names for l in [learnt(n)] if l and not any(x['name'] == n and x.get('observe') is False for x in T['namespaces'])}
            ex['_events'] = len(ev); ex['_ms'] = res.get('ms'); reps.append((pr, ex))
        tm['probe'] = time.time() - t0
        return reps, {k: round(v, 3) for k, v in tm.items()}
    finally:
        L.release()
        for s in srvs: s.stop = True
        if 'li' in locals(): li.stop = True
        L.destroy(names)
