import { pod, service, together, twoNodes } from './lab.ts'
import type { Story } from './story.ts'

/** A process of the node: its address is in no Pod net, so the Service's traffic is masqueraded to that of the device it leaves by. */
export const nodeProcess: Story = {
  name: 'node process',
  lab: together(
    twoNodes,
    pod({ name: 'web', node: 'node-2', ip: '10.244.2.2', port: 8080 }),
    service({ name: 'web', ip: '10.96.10.10', app: 'web' }),
  ),
  probe: { from: 'node/node-1', to: 'http://10.96.10.10/', sport: 40001 },
  about: 'connect',
  expect: {
    outcome: 'ok',
    status: 200,
    backend: 'default/web',
    backendAddress: '10.244.2.2:8080',
    sourceSeen: '10.244.1.0',
    nat: ['dst 10.96.10.10:80 -> 10.244.2.2:8080', 'src 192.168.10.11:40001 -> 10.244.1.0:*'],
    through: ['node-1', 'node-2', 'default/web'],
    tunnels: ['vxlan to 192.168.10.12'],
    ending: 'delivered',
  },
  differs: {
    // The cluster IP is on kube-ipvs0, so the kernel takes it as the source too.
    ipvs: { nat: ['dst 10.96.10.10:80 -> 10.244.2.2:8080', 'src 10.96.10.10:40001 -> 10.244.1.0:*'] },
    // The client's connection ends at the kube-proxy process; the Pod sees the node's own.
    userspace: { nat: ['dst 10.96.10.10:80 -> 192.168.10.11:56991'], through: ['node-1'], tunnels: [] },
  },
}
