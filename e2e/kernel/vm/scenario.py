#!/usr/bin/env python3
"""In the place of ../scenario.py: the machine that start.sh runs in $PACKETWALK_VM walks it, on its own kernel."""
import os, sys, time, uuid

share = os.environ['PACKETWALK_VM'] + '/share/'
name = uuid.uuid4().hex + '.json'
with open(share + 'in/' + name + '.part', 'w') as f: f.write(sys.stdin.read())
os.rename(share + 'in/' + name + '.part', share + 'in/' + name)
end = time.monotonic() + 180
while not os.path.exists(share + 'out/' + name + '.status'):
    if time.monotonic() > end: print('the machine does not answer', file=sys.stderr); sys.exit(77)
    time.sleep(0.03)
found = {}
for what in ('out', 'err', 'status'):
    with open(share + f'out/{name}.{what}') as f: found[what] = f.read()
os.remove(share + 'in/' + name)
for what in ('out', 'err', 'status'): os.remove(share + f'out/{name}.{what}')
sys.stdout.write(found['out']); sys.stderr.write(found['err'])
sys.exit(int(found['status']))
