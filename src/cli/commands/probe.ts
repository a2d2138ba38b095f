import type { ProbeQuestion } from '../../answer.ts'
import { causesOf } from '../../engine/answering.ts'
import { modesOf } from '../../engine/modes.ts'
import { odds, probe } from '../../explain.ts'
import { fractionText } from '../../trace/luck.ts'
import type { Problem } from '../../trace/problem.ts'
import { type Asked, numberOf } from '../asked.ts'
import type { Command, Option } from '../command.ts'
import { firstPacketOnly } from '../firstpacket.ts'
import { openLab } from '../lab.ts'
import { complaint } from '../problems.ts'
import { done, json, type Result, refused } from '../result.ts'
import { oddsText } from '../text/odds.ts'
import { unprovenLine } from '../text/unproven.ts'
import { walkText } from '../text/walk.ts'
import { usage } from '../usage.ts'

/** Options that say who asks whom, and how. */
export const asking: readonly Option[] = [
  {
    name: '--from',
    value: 'SRC',
    about: { en: 'NS/POD, node/NAME, host/NAME or ip/ADDRESS@node/NAME', 'zh-CN': 'NS/POD、node/NAME、host/NAME 或 ip/ADDRESS@node/NAME' },
  },
  {
    name: '--to',
    value: 'DST',
    about: {
      en: 'http://HOST[:PORT]/PATH, tcp://HOST:PORT, udp://HOST:PORT, sctp://HOST:PORT or icmp://HOST',
      'zh-CN': 'http://HOST[:PORT]/PATH、tcp://HOST:PORT、udp://HOST:PORT、sctp://HOST:PORT 或 icmp://HOST',
    },
  },
  {
    name: '--header',
    short: '-H',
    value: "'Name: value'",
    about: { en: 'a header of the HTTP request; may be repeated', 'zh-CN': 'HTTP 请求头，可重复' },
  },
  { name: '--method', value: 'METHOD', about: { en: 'HTTP method (default GET)', 'zh-CN': 'HTTP 方法（默认 GET）' } },
  {
    name: '--connect',
    value: 'ADDRESS[:PORT]',
    about: {
      en: "connect there, keep the URL's host; `ingress`: to the Ingress controller",
      'zh-CN': '连接到此处，保留 URL 的主机名；`ingress` 指 Ingress 控制器',
    },
  },
  { name: '--sport', value: 'N', about: { en: 'source port', 'zh-CN': '源端口' } },
  { name: '--cold', about: { en: 'start with empty neighbour and FDB tables', 'zh-CN': '邻居表和 FDB 从空开始' } },
]

export const probeCommand: Command = {
  name: 'probe',
  usage: 'FILE… --from SRC --to DST',
  about: { en: 'send one probe and print each step of every packet', 'zh-CN': '发送一次探测，打印每个数据包的每一步' },
  options: [
    ...asking,
    {
      name: '--odds',
      about: { en: 'follow every random branch instead, with exact probabilities', 'zh-CN': '改为走遍所有随机分支，给出精确概率' },
    },
    { name: '--no-reply', about: { en: 'follow the first packet only', 'zh-CN': '只跟随第一个数据包' } },
  ],
  tail: [0, 0],
  run(asked, desk): Result {
    const [from, to] = [asked.option('--from'), asked.option('--to')]
    const missing = [...(from === undefined ? ['--from SRC'] : []), ...(to === undefined ? ['--to DST'] : [])]
    if (from === undefined || to === undefined)
      return usage(
        missing.map((option) => complaint('needs-option', { option })),
        'probe',
        asked.lang,
      )
    const question = questionOf(asked, from, to)
    if ('severity' in question) return usage([question], 'probe', asked.lang)
    const opened = openLab(asked, desk, () => [question])
    if ('refused' in opened) return opened.refused
    const { world, seed, warnings } = opened
    const isJson = asked.option('--json') !== undefined
    const options = { seed }
    const { unproven } = modesOf(world.cluster).cni
    const noReply = asked.option('--no-reply') !== undefined
    if (noReply && asked.option('--odds') !== undefined)
      return usage([complaint('only-one-of', { options: '--odds, --no-reply' })], 'probe', asked.lang)
    if (asked.option('--odds') !== undefined) {
      const { outcomes, covered, problems } = odds(world, question, options)
      if (problems.length > 0) return refused(problems, asked.lang)
      if (!isJson) return done(`${oddsText(outcomes, covered)}${unprovenLine(unproven, asked.lang)}`, warnings)
      const rows = outcomes.map((o) => ({ probability: fractionText(o.probability), outcome: o.outcome }))
      return done(json({ outcomes: rows, ...(covered.num === covered.den ? {} : { covered: fractionText(covered) }) }), warnings)
    }
    const probed = probe(world, question, options)
    if (probed.problems.length > 0) return refused(probed.problems, asked.lang)
    const shown = noReply ? firstPacketOnly(probed) : probed
    if (!isJson) return done(walkText(`${from} → ${to}`, shown, unproven, asked.lang), warnings)
    const { outcome, counts, journeys } = shown
    const steps = journeys.flatMap((j) => j.events).sort((a, b) => a.seq - b.seq)
    const told = journeys.map(({ events: _events, ...journey }) => journey)
    return done(json({ outcome, counts, steps, journeys: told, causes: causesOf(journeys, probed.causes, outcome.findings) }), warnings)
  },
}

/** The probe that the options describe, or what is wrong with them. */
export function questionOf(asked: Asked, from: string, to: string): ProbeQuestion | Problem {
  const sport = numberOf(asked, '--sport', 1, 65535)
  if (typeof sport === 'object') return sport
  const headers: (readonly [string, string])[] = []
  for (const value of asked.all('--header')) {
    const m = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*?)\s*$/.exec(value)
    if (!m) return complaint('option-header', { value })
    headers.push([m[1] as string, m[2] as string])
  }
  const [method, connect] = [asked.option('--method'), asked.option('--connect')]
  const scheme = /^([a-z]+):/i.exec(to)?.[1]?.toLowerCase() ?? ''
  const httpOnly = ['--header', '--method', '--connect'].find((o) => asked.option(o) !== undefined)
  if (httpOnly !== undefined && scheme !== 'http' && scheme !== 'https')
    return complaint('only-for', { option: httpOnly, what: 'http://, https://' })
  if (sport !== undefined && scheme === 'icmp') return complaint('only-for', { option: '--sport', what: 'http://, tcp://, udp://' })
  if (method !== undefined && !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(method)) return complaint('option-method', { value: method })
  return {
    from,
    to,
    ...(sport === undefined ? {} : { sport }),
    ...(headers.length === 0 ? {} : { headers }),
    ...(method === undefined ? {} : { method }),
    ...(connect === undefined ? {} : { connect }),
    ...(asked.option('--cold') === undefined ? {} : { cold: true }),
  }
}
