import { printSave } from '../../kernel/iptables/print.ts'
import { isTable } from '../../kernel/iptables/ruleset.ts'
import type { Family } from '../../net/ip.ts'
import { failed, notModelled, printed, type Tool } from '../tool.ts'

/** iptables-save of 1.8.9 (legacy) without its `# Generated` lines: `[-t TABLE] [-c]`. */
function saver(name: string, family: Family): Tool {
  return {
    name,
    run(ctx, argv) {
      const rest = [...argv]
      let table: string | undefined
      let counters = false
      for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
        if (word === '-c' || word === '--counters') counters = true
        else if (word === '-t' || word === '--table') {
          table = rest.shift()
          if (table === undefined)
            return failed(1, `${name}: option requires an argument -- 't'`, `Look at manual page \`iptables-save.8' for more information.`)
        } else if (/^--table=/.test(word)) table = word.slice(8)
        else if (/^(-M|-f|--modprobe|--file|-V|--version|-d|--dump)/.test(word)) return notModelled(name, word)
        else if (word.startsWith('-'))
          return failed(1, `${name}: unrecognized option '${word}'`, `Look at manual page \`iptables-save.8' for more information.`)
        else return failed(1, 'Unknown arguments found on commandline')
      }
      if (table !== undefined && !isTable(table))
        return failed(1, `${name} v1.8.9 (legacy): Cannot initialize: Table does not exist (do you need to insmod?)`)
      const rules = ctx.netns.rules[family]
      const counted = (t: 'raw' | 'mangle' | 'nat' | 'filter' | 'security', chain: string, index: number) =>
        ctx.counters({ family, table: t, chain, index })
      return printed(printSave(rules, table === undefined ? rules.tables : [table], counted, counters))
    },
  }
}

export const iptablesSave = saver('iptables-save', 4)
export const ip6tablesSave = saver('ip6tables-save', 6)
