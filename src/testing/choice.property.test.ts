import { expect, test } from 'vitest'
import { newDesk } from '../cli/desk.ts'
import { answer } from '../cli/main.ts'
import { labFilesOf } from './gallery.ts'
import { rounds } from './rounds.ts'

const NODE = `
apiVersion: v1
kind: Node
metadata: {name: node-3}
spec: {podCIDR: 10.244.3.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.10.13}]}
`
const SERVICE = `
apiVersion: v1
kind: Service
metadata: {name: aaa}
spec: {selector: {x: "y"}, ports: [{port: 99}]}
`

test('an edit elsewhere changes no choice, whatever the seed', () => {
  const text = labFilesOf('clusterip-cross-node')
    .map((file) => file.text)
    .join('---\n')
  for (let seed = 0; seed < rounds(20); seed++) {
    const ask = (lab: string): unknown => {
      const argv = ['probe', '-', '--from', 'default/client', '--to', 'http://nginx-service/', '--json', '--seed', `${seed}`]
      const { stdout } = answer(
        argv,
        newDesk(() => new TextEncoder().encode(lab)),
      )
      return (JSON.parse(stdout) as { outcome: unknown }).outcome
    }
    const plain = ask(text)
    expect(ask(`# a comment\n${text}`)).toEqual(plain)
    expect(ask(`${text}---${SERVICE}---${NODE}`)).toEqual(plain)
  }
})
