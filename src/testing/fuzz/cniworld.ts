import { build, type World } from '../../engine/world.ts'
import { type CniRecipe, cniLab } from './cni.ts'

/** A cluster of a CNI, and what is asked: addresses of Pods are the CNI's to give. `to` is absent where the Pod got none. */
export function cniWorld(recipe: CniRecipe): {
  readonly world: World
  readonly text: string
  readonly from: string
  readonly to: string | undefined
} {
  const { text, from, to } = cniLab(recipe)
  const wants = { everything: false, dns: false }
  const world = build([{ name: 'fuzz.yaml', text }], { wants, cni: recipe.cni, proxy: recipe.proxy })
  const addressOf = (name: string): string | undefined =>
    world.cluster.pods.find((p) => `${p.meta.namespace}/${p.meta.name}` === name)?.podIPs[0]
  return { world, text, from, to: to(addressOf) }
}
