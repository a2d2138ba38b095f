import { pod, service, together, twoNodes } from './lab.ts'
import type { Story } from './story.ts'

/** A Pod reaches itself through its own Service: the endpoint's masquerade rule and the bridge port's hairpin both have a part. */
export const hairpin: Story = {
  name: 'hairpin',
  lab: together(
    twoNodes,
    pod({ name: 'web', node: 'node-1', ip: '10.244.1.3', port: 8080 }),
    service({ name: 'web', ip: '10.96.10.10', app: 'web' }),
  ),
  probe: { from: 'default/web', to: 'http://10.96.10.10/', sport: 40001 },
  about: 'connect',
  expect: {
    outcome: 'ok',
    status: 200,
    backend: 'default/web',
    backendAddress: '10.244.1.3:8080',
    sourceSeen: '10.244.1.1',
    nat: ['dst 10.96.10.10:80 -> 10.244.1.3:8080', 'src 10.244.1.3:40001 -> 10.244.1.1:*'],
    through: ['default/web', 'node-1', 'default/web'],
    tunnels: [],
    ending: 'delivered',
  },
  differs: {
    // The client's connection ends at the kube-proxy process; the Pod sees the node's own.
    userspace: { nat: ['dst 10.96.10.10:80 -> 10.244.1.1:56991'], through: ['default/web', 'node-1'] },
  },
}
