import { describe, test } from 'vitest'
import { CALICO, delTakesAway, MASQ, NAMES, resultsNameWhatIs, sameAsBuilt, world } from './cni-add.ts'

describe.each([...NAMES, ...CALICO])('%s', (name) => {
  const one = world(name)
  test('ADD of every Pod of a node, one after another, makes the node and its Pods as they were built', () => sameAsBuilt(one))
  test('the result names what was made', () => resultsNameWhatIs(one))
  test('DEL takes away what ADD made, and no more', () => delTakesAway(one))
})

test.each(['flannel', 'bridge', 'calico', 'calico-vxlan'])('the same in both families: %s', (name) => sameAsBuilt(world(name, true)))
test('the same with a list of one’s own: another bridge, ipMasq, hairpin', () => sameAsBuilt(world(undefined, false, MASQ)))
