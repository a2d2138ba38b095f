import { client, host, together, twoNodes } from './lab.ts'
import type { Story } from './story.ts'

/** A Pod asks a machine outside of the cluster, which cannot know the way to Pod addresses: Flannel's own masquerade. */
export const outside: Story = {
  name: 'outside',
  lab: together(twoNodes, client, host('shop', '192.168.10.200', ['8080'])),
  probe: { from: 'default/client', to: 'http://192.168.10.200:8080/', sport: 40001 },
  about: 'connect',
  expect: {
    outcome: 'ok',
    status: 200,
    backend: 'host/shop',
    backendAddress: '192.168.10.200:8080',
    sourceSeen: '192.168.10.11',
    nat: ['src 10.244.1.2:40001 -> 192.168.10.11:*'],
    through: ['default/client', 'node-1', 'host/shop'],
    tunnels: [],
    ending: 'delivered',
  },
}
