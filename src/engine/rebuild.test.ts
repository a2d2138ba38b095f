import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { explain } from '../explain.ts'
import { rebuildScript } from './rebuild.ts'

const lab = `apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80, targetPort: 8080 }]
---
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { containers: [{ name: c, image: nginxinc/nginx-unprivileged, ports: [{ containerPort: 8080 }] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: client }
spec: { containers: [{ name: c, image: curlimages/curl }] }
`
const probe = { from: 'default/client', to: 'http://web/' }

function scriptIn(proxy: string): string {
  const { world } = explain({ v: 1, files: [{ name: 'a.yaml', text: lab }], probe, proxy, seed: 1 })
  const made = rebuildScript('a lab', world, [probe], 1)
  if ('problem' in made) throw new Error(made.problem.code)
  return made.text
}

describe.each(['iptables', 'nftables'])('in %s mode', (proxy) => {
  const script = scriptIn(proxy)

  test('a shell reads it', () => expect(spawnSync('sh', ['-n'], { input: script }).status).toBe(0))

  test('the rules of the mode are in it, and the program that reads them is named', () => {
    expect(/^ip netns exec .* nft -f - <<'RULES'\ntable ip kube-proxy \{$/m.test(script)).toBe(proxy === 'nftables')
    expect(/^# Needs .*nftables/m.test(script)).toBe(proxy === 'nftables')
    expect(/^-A KUBE-SVC-\w+ .*-j KUBE-SEP-/m.test(script)).toBe(proxy === 'iptables')
  })

  test('the question is a command of the Pod that asks', () => {
    expect(script).toMatch(/^ip netns exec "\$P"default_client curl .*http:\/\/10\./m)
  })
})

test('a question that no kernel can be asked is told', () => {
  const { world } = explain({ v: 1, files: [{ name: 'a.yaml', text: lab }], seed: 1 })
  const told = (to: string) => rebuildScript('a', world, [{ from: 'default/client', to }], 1)
  expect(told('http://nobody/')).toMatchObject({ problem: { code: 'verify-nothing' } })
})
