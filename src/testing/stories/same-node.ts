import { client, pod, service, together, twoNodes } from './lab.ts'
import type { Story } from './story.ts'

/** Both ends on one bridge: DNAT, no tunnel, and the backend sees the Pod itself. */
export const sameNode: Story = {
  name: 'same node',
  lab: together(
    twoNodes,
    client,
    pod({ name: 'web', node: 'node-1', ip: '10.244.1.3', port: 8080 }),
    service({ name: 'web', ip: '10.96.10.10', app: 'web' }),
  ),
  probe: { from: 'default/client', to: 'http://10.96.10.10/', sport: 40001 },
  about: 'connect',
  expect: {
    outcome: 'ok',
    status: 200,
    backend: 'default/web',
    backendAddress: '10.244.1.3:8080',
    sourceSeen: '10.244.1.2',
    nat: ['dst 10.96.10.10:80 -> 10.244.1.3:8080'],
    through: ['default/client', 'node-1', 'default/web'],
    tunnels: [],
    ending: 'delivered',
  },
  differs: {
    // The client's connection ends at the kube-proxy process; the Pod sees the node's own.
    userspace: { sourceSeen: '10.244.1.1', nat: ['dst 10.96.10.10:80 -> 10.244.1.1:56991'], through: ['default/client', 'node-1'] },
  },
}
