#!/usr/bin/env python3
"""Walks a scenario on the kernel of this machine: JSON in (packetwalk-kernel-golden/1 without what was expected), the same with what the kernel did out.
Exit status: 0 recorded; 77 this machine cannot (one line on standard error says why); 1 something failed."""
import json, os, shutil, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

TOOLS = ('ip', 'bridge', 'nft', 'iptables-nft-restore', 'iptables-nft-save', 'ip6tables-nft-restore', 'conntrack')

def cannot(prefix):
    """why this machine cannot walk anything, or None"""
    if not sys.platform.startswith('linux'): return 'not Linux'
    missing = [t for t in TOOLS if not shutil.which(t)]
    if missing: return 'tools missing: ' + ', '.join(missing)
    name = prefix + 'test'
    if subprocess.run(['ip', 'netns', 'add', name], capture_output=True).returncode:
        return 'no right to make network namespaces (be root, or use unshare -Urnm with a tmpfs on /run)'
    try:
        table = 'table netdev t {\n chain c {\n type filter hook egress device "lo" priority 0\n }\n}\n'
        r = subprocess.run(['ip', 'netns', 'exec', name, 'nft', '-f', '-'], input=table, text=True, capture_output=True)
        if r.returncode: return 'the kernel has no nf_tables egress hook (it needs 5.16 or newer): ' + r.stderr.strip().split('\n')[0]
    finally: subprocess.run(['ip', 'netns', 'del', name], capture_output=True)

def lacking(g, prefix):
    """what this scenario needs and the kernel lacks"""
    need = {l['kind'] for n in g['topology']['namespaces'] for l in n['links'] if l['kind'] in ('dummy', 'ipip', 'vxlan')}
    out = []
    for kind in sorted(need):
        name = prefix + 'need'
        subprocess.run(['ip', 'netns', 'add', name], capture_output=True)
        extra = {'dummy': [], 'ipip': ['remote', '10.0.0.1', 'local', '10.0.0.2'], 'vxlan': ['id', '1', 'dstport', '8472']}[kind]
        if subprocess.run(['ip', '-n', name, 'link', 'add', 'd0', 'type', kind, *extra], capture_output=True).returncode: out.append(kind)
        subprocess.run(['ip', 'netns', 'del', name], capture_output=True)
    for part, ask in (('ipset', ['ipset', 'list', '-n']), ('ipvs', ['ipvsadm', '-L', '-n'])):
        if any(r.get(part) for r in g['rules'].values()) and (not shutil.which(ask[0]) or subprocess.run(ask, capture_output=True).returncode): out.append(part)
    return out

def branch(x):
    """random choices are told apart by the rules that the request matched"""
    return json.dumps([(s['ns'], q.get('chain'), q.get('rule')) for s in x['steps'] for c in s.get('chains', []) for q in c['rules']])

def main():
    g = json.load(sys.stdin)
    import pwlab, record
    why = cannot(pwlab.PFX)
    if not why:
        missing = lacking(g, pwlab.PFX)
        if missing: why = 'the kernel lacks ' + ', '.join(missing)
    if why:
        print(why, file=sys.stderr); sys.exit(77)
    def loaded(rules): return {n: dict(r, text='\n'.join(r['text']) + '\n') for n, r in rules.items()}
    rules = loaded(g['rules'])
    servers = [[s['ns'], s['proto'], s['ip'], s['port']] for s in g['servers']]
    told = {k: g[k] for k in ('warm', 'cold', 'timeout', 'ports') if k in g}
    if 'sequence' in g:
        # a story: probes and changes in their order, on one state
        parts = [{'probe': dict(p['probe']), **({'timeout': p['timeout']} if 'timeout' in p else {})} if 'probe' in p
                 else {'do': dict(p['do'], **({'rules': loaded(p['do']['rules'])} if 'rules' in p['do'] else {}))} for p in g['sequence']]
        reps, _ = record.run_scenario({'topology': g['topology'], 'rules': rules, 'servers': servers, 'sequence': parts, **told})
    else:
        reps, _ = record.run_scenario({'topology': g['topology'], 'rules': rules, 'servers': servers, 'probe': g['probe'], 'repeat': g.get('repeat', 1),
            # IPv6 may have to wait a second until its links count as ready
            'warm_timeout': 1.5 if g['topology'].get('ipv6') else 0.3, **told})
    found = [(p, {k: v for k, v in x.items() if not k.startswith('_')}) for p, x in reps]
    if 'sequence' in g:
        for part, (_, x) in zip([p for p in g['sequence'] if 'probe' in p], found): part['expected'] = x
    elif g.get('repeat', 1) == 1 and not g.get('random_choice'): g['expected'] = found[0][1]
    else:
        seen = {}
        for p, x in found: seen.setdefault(branch(x), {'probe': p, **x})
        g.update(random_choice=True, expected_by_branch=list(seen.values()))
    g['kernel'] = os.uname().release
    json.dump(g, sys.stdout)

if __name__ == '__main__': main()
