import type { Mac } from '../net/ip.ts'
import { mix } from '../trace/luck.ts'

/** Eight hex digits that always come out of this name. */
export const hex8 = (name: string): string => (mix(0, name) % 0x100000000).toString(16).padStart(8, '0')

/** A locally administered unicast MAC (02:…) for an interface that nobody gave one, always the same for one name. */
export function madeUpMac(netns: string, dev: string): Mac {
  const bits = mix(0, `mac ${netns} ${dev}`)
  const bytes = [2, ...[32, 24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256)]
  return bytes.map((b) => b.toString(16).padStart(2, '0')).join(':') as Mac
}
