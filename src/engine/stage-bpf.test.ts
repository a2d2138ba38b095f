import { expect, test } from 'vitest'
import { explain } from '../explain.ts'
import { client, pod, together, twoNodes } from '../testing/stories/lab.ts'

test('the stage knows where programs of eBPF are attached: at devices of a node, and at the sockets of its Pods', () => {
  const text = together(twoNodes, client, pod({ name: 'web', node: 'node-2', ip: '10.244.2.2', port: 8080 }))
  const shown = (cni: string): readonly string[] => {
    const { answer } = explain({ v: 1, files: [{ name: 'lab.yaml', text }], seed: 1, cni, proxy: 'none' })
    return (answer.stage?.netns ?? []).flatMap((n) => [
      ...(n.bpf === undefined ? [] : [`${n.name}: ${n.bpf}`]),
      ...n.devices.flatMap((d) => (d.bpf === undefined ? [] : [`${n.name} ${d.dev.replace(/^lxc.*/, 'lxc')}: ${d.bpf}`])),
    ])
  }
  expect(shown('flannel')).toEqual([])
  expect(shown('cilium').filter((line) => /^(node-1|default)/.test(line))).toEqual([
    'node-1 eth0: cil_from_netdev, cil_to_netdev',
    'node-1 cilium_host: cil_from_host, cil_to_host',
    'node-1 cilium_vxlan: cil_from_overlay, cil_to_overlay',
    'node-1 lxc: cil_from_container',
    'node-1 lxc: cil_from_container',
    'default/client: cil_sock4_connect, cil_sock4_sendmsg, cil_sock4_recvmsg, cil_sock4_getpeername',
    'default/web: cil_sock4_connect, cil_sock4_sendmsg, cil_sock4_recvmsg, cil_sock4_getpeername',
  ])
})
