import { client, pod, service, together, twoNodes } from './lab.ts'
import type { Story } from './story.ts'

/** A selector that nobody has: the first node refuses in its filter table, and the caller hears of it at once. */
export const noEndpoints: Story = {
  name: 'no endpoints',
  lab: together(
    twoNodes,
    client,
    pod({ name: 'web', node: 'node-2', ip: '10.244.2.2', port: 8080 }),
    service({ name: 'web', ip: '10.96.10.10', app: 'wbe' }),
  ),
  probe: { from: 'default/client', to: 'http://10.96.10.10/', sport: 40001 },
  about: 'connect',
  expect: {
    outcome: 'refused',
    errno: 'ECONNREFUSED',
    reason: 'rule',
    nat: [],
    through: ['default/client', 'node-1'],
    tunnels: [],
    ending: 'rejected',
  },
  differs: {
    // No rule refuses: IPVS has no server to send to, and answers with an ICMP error from the cluster IP.
    ipvs: { reason: 'no-destination', ending: 'dropped' },
    // The process takes the connection before it knows that there is nobody to dial.
    userspace: { errno: 'ECONNRESET', reason: 'no-listener', nat: ['dst 10.96.10.10:80 -> 10.244.1.1:56991'], ending: 'delivered' },
  },
}
