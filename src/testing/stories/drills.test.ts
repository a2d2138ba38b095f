import { test } from 'vitest'
import { broken } from './drill.ts'
import { networkDrills } from './drills.ts'
import { policyDrills, unenforcedDrills } from './drills-policy.ts'

// one of each kind; all of them, mended as well, in drills.heavy.test.ts
const few = [networkDrills[3], networkDrills[4], networkDrills[6], policyDrills[1], policyDrills[2], unenforcedDrills[0]]

test.each(few.filter((one) => one !== undefined))('$cni: $name', (drill) => {
  broken({ ...drill, spared: drill.spared.slice(0, 1) })
})
