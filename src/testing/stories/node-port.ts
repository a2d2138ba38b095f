import { host, pod, service, together, twoNodes } from './lab.ts'
import type { Story } from './story.ts'

/** From outside to a node without the Pod: masqueraded, so that the reply comes back the same way. */
export const nodePort: Story = {
  name: 'NodePort',
  lab: together(
    twoNodes,
    pod({ name: 'web', node: 'node-2', ip: '10.244.2.2', port: 8080 }),
    service({ name: 'web', ip: '10.96.10.10', app: 'web', nodePort: 31080 }),
    host('laptop', '192.168.10.100'),
  ),
  probe: { from: 'host/laptop', to: 'http://192.168.10.11:31080/', sport: 40001 },
  about: 'connect',
  expect: {
    outcome: 'ok',
    status: 200,
    backend: 'default/web',
    backendAddress: '10.244.2.2:8080',
    sourceSeen: '10.244.1.0',
    nat: ['dst 192.168.10.11:31080 -> 10.244.2.2:8080', 'src 192.168.10.100:40001 -> 10.244.1.0:*'],
    through: ['host/laptop', 'node-1', 'node-2', 'default/web'],
    tunnels: ['vxlan to 192.168.10.12'],
    ending: 'delivered',
  },
  differs: {
    // The client's connection ends at the kube-proxy process; the Pod sees the node's own.
    userspace: { nat: ['dst 192.168.10.11:31080 -> 192.168.10.11:56991'], through: ['host/laptop', 'node-1'], tunnels: [] },
  },
}
