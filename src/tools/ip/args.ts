import type { Family } from '../../net/ip.ts'
import { failed, notModelled, type ToolResult } from '../tool.ts'

/** Options that stand before the object. */
export interface IpOptions {
  readonly family?: Family
  readonly brief: boolean
  /** `-d`. */
  readonly details: boolean
}

/** Words of iproute2 may be cut short: `a`, `addr`, `address`. The first in the list that fits wins, as in ip.c. */
export function pick<T extends string>(word: string, from: readonly T[]): T | undefined {
  return from.find((full) => full.startsWith(word))
}

/** Reads `-4`, `-6`, `-f inet6`, `-br`, `-d` in front of the object. */
export function readOptions(argv: readonly string[]): { readonly options: IpOptions; readonly rest: readonly string[] } | ToolResult {
  const words = [...argv]
  let family: Family | undefined
  let brief = false
  let details = false
  while (words[0]?.startsWith('-')) {
    const word = (words.shift() as string).replace(/^--/, '-')
    if (word === '-4') family = 4
    else if (word === '-6') family = 6
    else if (word.length > 1 && '-family'.startsWith(word)) {
      const named = words.shift()
      if (named !== 'inet' && named !== 'inet6')
        return failed(255, `Error: argument "${named ?? ''}" is wrong: invalid protocol family`, '')
      family = named === 'inet' ? 4 : 6
    } else if (word.length > 2 && '-brief'.startsWith(word)) brief = true
    else if (word.length > 1 && '-details'.startsWith(word)) details = true
    else if (
      ['-statistics', '-oneline', '-json', '-pretty', '-color', '-netns', '-resolve', '-Numeric', '-all'].some((o) => o.startsWith(word))
    )
      return notModelled('ip', word)
    else return failed(255, `Option "${word}" is unknown, try "ip -help".`)
  }
  return { options: { ...(family === undefined ? {} : { family }), brief, details }, rest: words }
}
