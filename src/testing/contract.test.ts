import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { newDesk } from '../cli/desk.ts'
import { answer } from '../cli/main.ts'
import { slugs } from './gallery.ts'

const labs = join(import.meta.dirname, '../../app/learn/labs')
const pasted = join(import.meta.dirname, 'pasted/kubeadm.yaml')

/** One command with a text as its standard input. */
const over = (text: string | Uint8Array, ...argv: readonly string[]) =>
  answer(
    argv,
    newDesk(() => (typeof text === 'string' ? new TextEncoder().encode(text) : text)),
  )
const cli = (...argv: readonly string[]) => answer(argv, newDesk())

const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector: {app: web}\n  ports:\n  - port: 80\n'
const node = (name: string, address: string, net: string): string =>
  `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\nspec: {podCIDR: ${net}}\nstatus: {addresses: [{type: InternalIP, address: ${address}}]}\n---\n`

describe('bad input', () => {
  /** Where the first problem stands, and how its sentence begins. */
  const rows: readonly (readonly [what: string, text: string | Uint8Array, place: string, says: string])[] = [
    ['tab', 'kind: Pod\nmetadata:\n\tname: a\n', '3:1', 'a tab may not indent YAML'],
    ['quote', 'apiVersion: "v1\nkind: Pod\n', '1:13', 'this text begins with "'],
    ['bracket', 'apiVersion: v1\nkind: Service\nspec: {ports: [{port: 80}\n', '3:16', 'this [ is not closed'],
    ['indentation', 'metadata:\n   name: x\n  namespace: y\n', '3:3', 'wrong indentation'],
    ['no colon', 'apiVersion: v1\nkind Service\nmetadata: {}\n', '2:1', 'a key without a colon'],
    ['template', 'metadata:\n  name: {{ .Values.name }}\n', '2:10', 'metadata.name: this is a template'],
    ['duplicate key', 'kind: Pod\nkind: Service\n', '2:1', 'kind: the key "kind" stands twice'],
    ['alias of nothing', 'metadata: *foo\n', '1:11', 'metadata: the alias *foo has no anchor'],
    ['Markdown', '```yaml\nkind: Service\n```\n', '1:1', 'a key without a colon'],
    ['a shell command', 'kubectl apply -f - <<EOF\nkind: Service\nEOF\n', '1:1', 'a key without a colon'],
    ['Helm values', 'replicaCount: 3\n', '1:1', 'kind is missing'],
    ['a scalar', 'hello\n', '1:1', 'a Kubernetes object was expected'],
    ['NUL', 'apiVersion: v1\u0000\nkind: Service\n', '1:15', 'the control character U+0000'],
    ['bytes', Uint8Array.from({ length: 64 }, (_, i) => 200 + (i % 50)), '1:1', 'not a UTF-8 text'],
    ['deep', `a: ${'['.repeat(200)}${']'.repeat(200)}`, '1:103', 'maps and lists are nested too deep'],
    ['type', SERVICE.replace('port: 80', 'port: "80"'), '8:11', 'spec.ports[0].port: a whole number is expected'],
    ['map for a list', SERVICE.replace('  ports:\n  - port: 80', '  ports: {port: 80}'), '7:10', 'spec.ports: a list is expected'],
    ['name', SERVICE.replace('name: web', 'name: WEB'), '4:9', 'metadata.name: Invalid value: "WEB"'],
    [
      'nodePort: 80',
      SERVICE.replace('- port: 80', '- {port: 80, nodePort: 80}').replace('spec:', 'spec:\n  type: NodePort'),
      '9:26',
      'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range',
    ],
    ['duplicate name', `${SERVICE}---\n${SERVICE}`, '13:9', 'metadata.name: Service default/web stands already in -, line 4'],
    ['old version', 'apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: x}\n', '1:13', 'apiVersion: no matches for kind'],
    [
      'overlapping nets',
      'apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\nnetworking:\n  podSubnet: 10.96.0.0/16\n  serviceSubnet: 10.96.0.0/12\n',
      '5:18',
      'networking.serviceSubnet: podSubnet 10.96.0.0/16 and serviceSubnet 10.96.0.0/12 share addresses',
    ],
    [
      'one net for two nodes',
      node('a', '10.0.0.1', '10.244.0.0/24') + node('b', '10.0.0.2', '10.244.0.0/24'),
      '10:17',
      'spec.podCIDR: podCIDR 10.244.0.0/24 and podCIDR a 10.244.0.0/24',
    ],
    ['no address', node('a', '10.0.0.256', '10.244.0.0/24'), '5:50', 'status.addresses[0].address: "10.0.0.256" is not an IP address'],
    [
      'replicas',
      'apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: x}\nspec:\n  replicas: 2000000000\n  selector: {matchLabels: {a: b}}\n  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: nginx}]}}\n',
      '5:13',
      'spec.replicas: more than 50000 Pods are not made',
    ],
    ['over 5 MB', `${SERVICE}---\n# `.padEnd(5_000_001, 'x'), '1:1', 'the files hold 5.1 MB of text, more than the 5 MB'],
  ]

  test.each(rows)('%s: its place, and what is wrong', (_, text, place, says) => {
    const { code, stdout, stderr } = over(text, 'check', '-')
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout.startsWith(`-:${place}: error: ${says}`), stdout.slice(0, 300)).toBe(true)
  })

  test.each(rows)('%s: no other command prints anything but the same problems', (_, text) => {
    const errors = over(text, 'check', '-')
      .stdout.split(/(?<=\n)/)
      .filter((line) => / error: /.test(line))
    for (const argv of [
      ['probe', '-', '--from', 'default/client', '--to', 'http://web/'],
      ['rules', '-', '--node', 'node-1'],
      ['dns', '-', '--from', 'default/client', 'web'],
      ['get', '-', 'pods'],
      ['show', '-', '--node', 'node-1', 'ip', 'route'],
    ])
      expect(over(text, ...argv)).toEqual({ code: 1, stdout: '', stderr: errors.join('') })
  })

  test.each(rows)('%s: in Chinese too, at the same place', (_, text, place) => {
    const { code, stdout } = over(text, 'check', '-', '--lang', 'zh-CN')
    expect(code).toBe(1)
    expect(stdout.startsWith(`-:${place}: error: `)).toBe(true)
    // What the API server prints stays as printed; everything else is a sentence.
    if (!/Invalid value|no matches for kind/.test(stdout)) expect(stdout).toMatch(/[\u4e00-\u9fff]/)
  })

  test('aliases that explode are refused in no time', () => {
    const text = `a: &a [x]\n${[...'bcdefghijklmnop'].map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefghijklmnop'[i]}`).join()}]\n`).join('')}`
    const before = performance.now()
    expect(over(text, 'check', '-').stdout).toContain('the aliases of this document stand for more than')
    expect(performance.now() - before).toBeLessThan(2000)
  })

  test('kinds that are not used are never an error', () => {
    const kinds = [
      'apiextensions.k8s.io/v1 CustomResourceDefinition', 'v1 ResourceQuota', 'v1 LimitRange',
      'autoscaling/v2 HorizontalPodAutoscaler', 'v1 PodTemplate', 'v1 ServiceAccount', 'v1 PersistentVolumeClaim', 'v1 Event',
      'rbac.authorization.k8s.io/v1 ClusterRole', 'rbac.authorization.k8s.io/v1 RoleBinding', 'batch/v1 Job', 'batch/v1 CronJob',
      'policy/v1 PodDisruptionBudget', 'storage.k8s.io/v1 StorageClass', 'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration',
      'cert-manager.io/v1 Certificate', 'argoproj.io/v1alpha1 Application', 'serving.knative.dev/v1 Service', 'kind.x-k8s.io/v1alpha4 Cluster',
    ] // biome-ignore format: a table
    const text = kinds
      .map((k) => `apiVersion: ${k.split(' ')[0]}\nkind: ${k.split(' ')[1]}\nmetadata: {name: a}\nspec: [1]\n`)
      .join('---\n')
    const { code, stdout } = over(text, 'check', '-')
    expect({ code, errors: stdout.match(/error/g), warnings: stdout.match(/warning/g) }).toEqual({ code: 0, errors: null, warnings: null })
    expect(stdout).toContain(`ok: ${kinds.length} objects`)
  })

  test('a text without a document is told, as kubectl does; one that holds nothing is an empty lab', () => {
    for (const text of ['', '\n\n', '# nothing\n', '---\n---\n']) {
      const said = over(text, 'check', '-')
      expect([text, said.code, said.stderr]).toEqual([text, 1, ''])
      expect(said.stdout).toMatch(/nothing in it to check/)
    }
    for (const text of ['...\n', '~\n', 'apiVersion: v1\nkind: List\nitems: []\n'])
      expect(over(text, 'check', '-')).toEqual({ code: 0, stdout: 'ok: 0 objects\n', stderr: '' })
  })

  test('byte order marks, Windows line ends and UTF-16 change nothing', () => {
    const plain = over(SERVICE, 'check', '-')
    expect(plain.code).toBe(0)
    const utf16 = new Uint8Array([0xff, 0xfe, ...[...SERVICE].flatMap((c) => [c.charCodeAt(0), 0])])
    for (const text of [`\ufeff${SERVICE}`, SERVICE.replaceAll('\n', '\r\n'), utf16]) expect(over(text, 'check', '-')).toEqual(plain)
  })
})

describe('pasted from kubectl', () => {
  test('loads without a word', () => {
    expect(cli('check', pasted)).toEqual({ code: 0, stdout: 'ok: 21 objects\n', stderr: '' })
  })

  test('gives back what was pasted', () => {
    const pods = cli('get', pasted, 'pods', '-A', '-o', 'wide').stdout
    expect(pods).toMatch(/web-5d6c7b8d9f-ccccc +0\/1 +Running .* 10\.244\.2\.3 +worker-2 /)
    expect(pods).toMatch(/done-28x +0\/1 +Completed /)
    expect(pods).toMatch(/kube-proxy-ker1 .* 10\.0\.0\.11 +worker-1 /)
    // Nine were pasted; the DaemonSet kube-proxy makes those of the other two nodes.
    expect(pods.trimEnd().split('\n')).toHaveLength(1 + 9 + 2)
    expect(cli('get', pasted, 'endpoints').stdout).toMatch(/web +10\.244\.1\.2:80,10\.244\.2\.2:80 /)
  })

  test('the tunnel has the MACs that flanneld wrote into the Nodes', () => {
    const fdb = cli('show', pasted, '--node', 'worker-1', 'bridge', 'fdb', 'show', 'dev', 'flannel.1').stdout
    expect(fdb).toBe('ca:fe:00:00:00:00 dst 10.0.0.10 self permanent\nca:fe:00:00:00:02 dst 10.0.0.12 self permanent\n')
    expect(cli('show', pasted, '--node', 'worker-1', 'ip', 'addr', 'show', 'flannel.1').stdout).toContain('link/ether ca:fe:00:00:00:01 ')
  })

  test('walks', () => {
    const { outcomes } = JSON.parse(cli('probe', pasted, '--from', 'default/client', '--to', 'http://web/', '--odds', '--json').stdout) as {
      outcomes: readonly { probability: string; outcome: { backend: string } }[]
    }
    expect(outcomes.map((o) => `${o.probability} ${o.outcome.backend}`)).toEqual([
      '1/2 default/web-5d6c7b8d9f-aaaaa',
      '1/2 default/web-5d6c7b8d9f-bbbbb',
    ])
    const api = JSON.parse(cli('probe', pasted, '--from', 'default/client', '--to', 'tcp://10.96.0.1:443', '--json').stdout)
    expect(api.outcome).toMatchObject({ kind: 'ok', backendAddress: '10.0.0.10:6443', reason: null, where: null })
  })
})

/** Labs with kube-proxy in iptables mode and flannel: the others are walked by heavy tests. */
const few = slugs.filter((slug) => !/^(drill|netpol|networkpolicy|calico|cilium|canal|flannel|weave)/.test(slug))

describe('the same question has the same answer', () => {
  const questions = few.flatMap((lab) =>
    ['tcp://10.96.0.1:443', 'http://nginx-service/', 'icmp://10.96.0.10'].map(
      (to) =>
        [
          'probe',
          join(labs, lab),
          '--from',
          lab === 'minikube-three-nginx' ? 'node/minikube' : 'default/client',
          '--to',
          to,
          '--json',
        ] as const,
    ),
  )

  test('twice, in another order, in one process and with a desk of its own', () => {
    const desk = newDesk()
    const first = questions.map((q) => answer(q, desk))
    const again = [...questions]
      .reverse()
      .map((q) => answer(q, desk))
      .reverse()
    const alone = questions.map((q) => cli(...q))
    expect(again).toEqual(first)
    expect(alone).toEqual(first)
  })
})

test.each(few)('the lab %s has no problem in either language', (lab) => {
  for (const lang of ['en', 'zh-CN']) {
    const { code, stdout } = cli('check', join(labs, lab), '--lang', lang)
    expect({ code, bad: stdout.match(/.*(?:error|undefined|\{\w+\}).*/g) }).toEqual({ code: 0, bad: null })
  }
})
