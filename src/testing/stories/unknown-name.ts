import { client, coreDns, pod, service, together, twoNodes } from './lab.ts'
import type { Story } from './story.ts'

/** The Service has another name: every name of the search list is asked for, and each look-up is a walk to the DNS Service. */
export const unknownName: Story = {
  name: 'unknown name',
  lab: together(
    twoNodes,
    client,
    coreDns,
    pod({ name: 'web', node: 'node-2', ip: '10.244.2.2', port: 8080 }),
    service({ name: 'web', ip: '10.96.10.10', app: 'web' }),
  ),
  probe: { from: 'default/client', to: 'http://wbe/', sport: 40001 },
  about: 'dns',
  expect: {
    outcome: 'dns-error',
    errno: 'EAI_NONAME',
    nat: ['dst 10.96.0.10:53 -> 10.244.2.9:53'],
    through: ['default/client', 'node-1', 'node-2', 'kube-system/coredns'],
    tunnels: ['vxlan to 192.168.10.12'],
    ending: 'delivered',
  },
  differs: {
    // The question ends at the kube-proxy process, which asks anew in its own name.
    userspace: { nat: ['dst 10.96.0.10:53 -> 10.244.1.1:50365'], through: ['default/client', 'node-1'], tunnels: [] },
  },
}
