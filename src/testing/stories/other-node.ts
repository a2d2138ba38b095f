import { client, pod, service, together, twoNodes } from './lab.ts'
import type { Story } from './story.ts'

/** DNAT on the first node, then VXLAN; the source address stays. */
export const otherNode: Story = {
  name: 'other node',
  lab: together(
    twoNodes,
    client,
    pod({ name: 'web', node: 'node-2', ip: '10.244.2.2', port: 8080 }),
    service({ name: 'web', ip: '10.96.10.10', app: 'web' }),
  ),
  probe: { from: 'default/client', to: 'http://10.96.10.10/', sport: 40001 },
  about: 'connect',
  expect: {
    outcome: 'ok',
    status: 200,
    backend: 'default/web',
    backendAddress: '10.244.2.2:8080',
    sourceSeen: '10.244.1.2',
    nat: ['dst 10.96.10.10:80 -> 10.244.2.2:8080'],
    through: ['default/client', 'node-1', 'node-2', 'default/web'],
    tunnels: ['vxlan to 192.168.10.12'],
    ending: 'delivered',
  },
  differs: {
    // The client's connection ends at the kube-proxy process; the Pod sees the node's own.
    userspace: {
      sourceSeen: '10.244.1.0',
      nat: ['dst 10.96.10.10:80 -> 10.244.1.1:56991'],
      through: ['default/client', 'node-1'],
      tunnels: [],
    },
  },
}
