"""Inside the machine: walks each scenario that is put into /share/in, and leaves status, output and complaints in /share/out."""
import os, subprocess, time

IN, OUT = '/share/in/', '/share/out/'

while not os.path.exists('/share/stop'):
    for name in sorted(os.listdir(IN)):
        if not name.endswith('.json') or os.path.exists(OUT + name + '.status'): continue
        with open(IN + name) as given: ran = subprocess.run(['python3', 'scenario.py'], stdin=given, capture_output=True)
        with open(OUT + name + '.out', 'wb') as f: f.write(ran.stdout)
        with open(OUT + name + '.err', 'wb') as f: f.write(ran.stderr)
        with open(OUT + name + '.part', 'w') as f: f.write(str(ran.returncode))
        os.rename(OUT + name + '.part', OUT + name + '.status')
    time.sleep(0.02)
