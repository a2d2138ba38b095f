import type { Element, Key, NftRule, NftTable, Numgen, Statement } from '../../kernel/nft/ast.ts'
import { keyText } from '../../kernel/nft/lookup.ts'
import { find, keyOf, setKey, typesOf } from '../../kernel/nft/match.ts'
import { inOrder } from '../../kernel/nft/order.ts'
import { typesOfSet } from '../../kernel/nft/parse-block.ts'
import { printElement } from '../../kernel/nft/print-rule.ts'
import type { NftSight } from '../../kernel/nft/see.ts'
import type { Look } from './look.ts'
import type { Said } from './shape-look.ts'
import type { RuleEvent } from './sight.ts'

const ordered = new WeakMap<readonly Element[], readonly Element[]>()

/** As nft lists them; sorted once. */
function listed(elements: readonly Element[], types: readonly string[]): readonly Element[] {
  const known = ordered.get(elements) ?? inOrder(elements, types)
  ordered.set(elements, known)
  return known
}

/** Elements that packets added, with the time that is left. */
function added(sight: NftSight, table: NftTable, name: string): readonly Element[] {
  const { moment } = sight.run
  return [...(moment.nftSets.get(setKey(sight, table, name)) ?? [])]
    .filter(([, until]) => until > moment.clock)
    .map(([key, until]) => ({
      key: key.split(' . ').map((text) => ({ kind: 'one' as const, text })),
      ...(until === Number.POSITIVE_INFINITY ? {} : { expires: Math.ceil((until - moment.clock) / 1e9) }),
    }))
}

const keyParts = (key: Key, values: readonly string[] | undefined): Look['key'] =>
  key.map((name, i) => ({ name, value: values?.[i] ?? '' }))

const sameKey = (a: Element, b: Element): boolean => keyText(a.key) === keyText(b.key)

interface List {
  readonly elements: readonly Element[]
  readonly types: readonly string[]
  readonly to?: readonly string[]
}

function looked(
  kind: Look['kind'],
  title: string,
  type: string,
  list: List,
  hit: Element | undefined,
  key: Look['key'],
  more: { readonly before?: readonly Said[]; readonly said?: Said } = {},
): Look {
  const same = hit === undefined ? -1 : list.elements.indexOf(hit)
  // what packets added is made anew for each look
  const place = hit === undefined || same >= 0 ? same : list.elements.findIndex((e) => sameKey(e, hit))
  return {
    kind,
    title,
    type,
    total: list.elements.length,
    ...(key ? { key } : {}),
    ...(place < 0 ? {} : { hit: place }),
    ...(more.before ? { before: more.before } : {}),
    element(index) {
      const e = list.elements[index]
      if (!e) return { text: '' }
      return {
        text: printElement(e, list.types, list.to),
        ...(more.said && index === place ? { said: more.said } : {}),
        ...(e.comment === undefined ? {} : { comment: e.comment }),
        ...(e.because === undefined ? {} : { because: e.because }),
      }
    },
  }
}

/** A named set or map with what packets added to it. */
function setOf(
  name: string,
  sight: NftSight,
  table: NftTable,
): (List & { readonly type: string; readonly kind: 'set' | 'map' }) | undefined {
  const set = table.sets.get(name)
  if (!set) return undefined
  const types = typesOfSet(set)
  const dynamic = added(sight, table, name)
  const elements = listed(set.elements, types)
  const type = `${set.type.join(' . ')}${set.to ? ` : ${set.to.join(' . ')}` : ''}`
  const all = dynamic.length === 0 ? elements : [...elements, ...dynamic]
  return { kind: set.kind, type, types, elements: all, ...(set.to ? { to: set.to } : {}) }
}

/** A look into a named set or map, found or not. */
function named(name: string, key: Key, sight: NftSight, table: NftTable): readonly Look[] {
  const set = setOf(name, sight, table)
  if (!set) return []
  const values = keyOf(key, sight)
  const found = values && find({ set: name }, values, typesOf(key), table, sight)
  const hit = found && found !== 'no' && !('unknown' in found) ? found.element : undefined
  return [looked(set.kind, name, set.type, set, hit, keyParts(key, values))]
}

/** The branch of a numgen that the verdict tells of: which number it was is not asked again, as counting would go on. */
function drawn(s: Extract<Statement, { kind: 'vmap' }>, gen: Numgen, step: RuleEvent, sight: NftSight, table: NftTable): readonly Look[] {
  const set = 'set' in s.among ? setOf(s.among.set, sight, table) : undefined
  const list: List =
    'set' in s.among ? (set ?? { elements: [], types: [] }) : { elements: listed(s.among.elements, ['integer']), types: ['integer'] }
  const { verdict } = step
  const leads = (e: Element): boolean =>
    e.to !== undefined &&
    'verdict' in e.to &&
    e.to.verdict === verdict.kind &&
    ('chain' in e.to ? 'chain' in verdict && e.to.chain === verdict.chain : true)
  const hit = list.elements.find(leads)
  const [value] = hit?.key ?? []
  const at = value?.kind === 'one' ? Number(value.text) : undefined
  const title = `numgen ${gen.inc ? 'inc' : 'random'} mod ${gen.mod}`
  const before: readonly Said[] = at === undefined ? [] : [{ code: gen.inc ? 'counted' : 'drawn', at: at - gen.offset, of: gen.mod }]
  return [looked('numgen', title, 'vmap', list, hit, undefined, { before, said: { code: 'share', of: gen.mod } })]
}

/** What the rule wrote into a set. */
function written(s: Extract<Statement, { kind: 'update' }>, sight: NftSight, table: NftTable): readonly Look[] {
  const set = setOf(s.set, sight, table)
  const values = keyOf(s.key, sight)
  if (!set || !values) return []
  const seconds = s.timeout ?? table.sets.get(s.set)?.timeout
  const key = values.map((text) => ({ kind: 'one' as const, text }))
  const mine: Element = { key, ...(seconds === undefined ? {} : { timeout: seconds, expires: seconds }) }
  const others = set.elements.filter((e) => !sameKey(e, mine))
  const elements = s.op === 'delete' ? others : [...others, mine]
  const before: readonly Said[] = s.op === 'delete' || seconds === undefined ? [] : [{ code: 'kept', client: values.join(' . '), seconds }]
  return [looked(set.kind, s.set, set.type, { ...set, elements }, mine, keyParts(s.key, values), { before })]
}

function lookOf(s: Statement, sight: NftSight, table: NftTable, step: RuleEvent): readonly Look[] {
  switch (s.kind) {
    case 'in':
      return 'set' in s.among ? named(s.among.set, s.key, sight, table) : []
    case 'vmap':
      if ('mod' in s.key) return drawn(s, s.key, step, sight, table)
      return 'set' in s.among ? named(s.among.set, s.key, sight, table) : []
    case 'update':
      return written(s, sight, table)
    case 'match':
    case 'tcp-flags':
    case 'verdict':
    case 'counter':
    case 'counter-name':
    case 'log':
    case 'set-mark':
    case 'nftrace':
    case 'limit':
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
    case 'reject':
    case 'notrack':
    case 'unknown':
      return []
  }
}

/** What a rule that matched looked up, draws and writes, in its order. */
export const nftLooks = (rule: NftRule, sight: NftSight, table: NftTable, step: RuleEvent): readonly Look[] =>
  rule.statements.flatMap((s) => lookOf(s, sight, table, step))
