"""Inside the machine: walks each scenario that is put into /share/in, and leaves status, output and complaints in /share/out."""
import os, subprocess, time

# an emulated machine makes longer pauses between two steps
IN, OUT = '/share/in/', '/share/out/'

walked = set()
while not os.path.exists('/share/stop'):
    for name in sorted(os.listdir(IN)):
        if not name.endswith('.json') or name in walked: continue
        walked.add(name)
        with open(IN + name) as given: ran = subprocess.run(['python3', 'scenario.py'], stdin=given, capture_output=True, env=dict(os.environ, PW_SETTLE='0.5'))
        with open(OUT + name + '.out', 'wb') as f: f.write(ran.stdout)
        with open(OUT + name + '.err', 'wb') as f: f.write(ran.stderr)
        with open(OUT + name + '.part', 'w') as f: f.write(str(ran.returncode))
        os.rename(OUT + name + '.part', OUT + name + '.status')
    time.sleep(0.02)
