import type { ClusterNode } from '../cluster.ts'

type Labels = Readonly<Record<string, string>>
type Test = (labels: Labels) => boolean

/** Words of the language (libcalico-go/lib/selector/tokenizer): quoted texts, operators, `all(` and `has(` with their bracket, labels. */
const WORD = /\s*(?:'([^']*)'|"([^"]*)"|(&&|\|\||==|!=|[!(){},])|(all\s*\(\s*\)|global\s*\(\s*\))|(has)\s*\(|([\w./-]+))/y

interface Word {
  readonly is: 'text' | 'sign' | 'all' | 'has' | 'name'
  readonly text: string
}

/** undefined: something that is no word of it. */
function wordsOf(selector: string): readonly Word[] | undefined {
  const out: Word[] = []
  const end = selector.trimEnd().length
  WORD.lastIndex = 0
  while (WORD.lastIndex < end) {
    const found = WORD.exec(selector)
    if (!found) return undefined
    const [, single, double, sign, all, has, name] = found
    if (single !== undefined || double !== undefined) out.push({ is: 'text', text: single ?? double ?? '' })
    else if (sign !== undefined) out.push({ is: 'sign', text: sign })
    else if (all !== undefined) out.push({ is: 'all', text: all })
    else if (has !== undefined) out.push({ is: 'has', text: 'has(' })
    else out.push({ is: 'name', text: name ?? '' })
  }
  return out
}

/** Thrown within this file alone: the selector cannot be read. */
class Unread extends Error {}

/** Recursive descent over `||`, `&&`, `!`, brackets and comparisons (libcalico-go/lib/selector/parser). */
class Reader {
  private at = 0
  private readonly words: readonly Word[]

  constructor(words: readonly Word[]) {
    this.words = words
  }

  whole(): Test {
    const test = this.or()
    if (this.at < this.words.length) throw new Unread()
    return test
  }

  private take(is: Word['is']): string {
    const word = this.words[this.at++]
    if (word?.is !== is) throw new Unread()
    return word.text
  }

  private has(text: string, is: Word['is'] = 'sign'): boolean {
    const word = this.words[this.at]
    if (word?.is !== is || word.text !== text) return false
    this.at++
    return true
  }

  private or(): Test {
    const parts = [this.and()]
    while (this.has('||')) parts.push(this.and())
    return (labels) => parts.some((one) => one(labels))
  }

  private and(): Test {
    const parts = [this.one()]
    while (this.has('&&')) parts.push(this.one())
    return (labels) => parts.every((one) => one(labels))
  }

  private one(): Test {
    if (this.has('!')) {
      const test = this.one()
      return (labels) => !test(labels)
    }
    if (this.has('(')) {
      const test = this.or()
      if (!this.has(')')) throw new Unread()
      return test
    }
    const word = this.words[this.at]
    if (word?.is === 'all') {
      this.at++
      return () => true
    }
    if (word?.is === 'has') {
      this.at++
      const label = this.take('name')
      if (!this.has(')')) throw new Unread()
      return (labels) => labels[label] !== undefined
    }
    return this.comparison(this.take('name'))
  }

  /** `!=` and `not in` hold for those without the label, too. */
  private comparison(label: string): Test {
    const value = (labels: Labels): string | undefined => labels[label]
    if (this.has('==')) return this.with((text) => (labels) => value(labels) === text)
    if (this.has('!=')) return this.with((text) => (labels) => value(labels) !== text)
    if (this.has('contains', 'name')) return this.with((text) => (labels) => value(labels)?.includes(text) === true)
    if (this.has('starts', 'name')) return this.second((text) => (labels) => value(labels)?.startsWith(text) === true)
    if (this.has('ends', 'name')) return this.second((text) => (labels) => value(labels)?.endsWith(text) === true)
    const not = this.has('not', 'name')
    if (!this.has('in', 'name')) throw new Unread()
    const set = new Set(this.set())
    return (labels) => (value(labels) !== undefined && set.has(value(labels) as string)) !== not
  }

  private with(make: (text: string) => Test): Test {
    return make(this.take('text'))
  }

  /** `starts with 'x'`. */
  private second(make: (text: string) => Test): Test {
    if (!this.has('with', 'name')) throw new Unread()
    return this.with(make)
  }

  private set(): readonly string[] {
    const out: string[] = []
    if (!this.has('{')) throw new Unread()
    if (this.has('}')) return out
    do out.push(this.take('text'))
    while (this.has(','))
    if (!this.has('}')) throw new Unread()
    return out
  }
}

/** What a Calico selector asks of labels; '' asks nothing. undefined: it cannot be read. */
export function readSelector(selector: string): Test | undefined {
  const words = wordsOf(selector)
  if (words === undefined) return undefined
  if (words.length === 0) return () => true
  try {
    return new Reader(words).whole()
  } catch (error) {
    if (error instanceof Unread) return undefined
    throw error
  }
}

/** Nodes that a Calico selector finds; '' finds all. undefined: it cannot be read. */
export function selects(selector: string, nodes: readonly ClusterNode[]): readonly ClusterNode[] | undefined {
  const test = readSelector(selector)
  return test && nodes.filter((node) => test(node.meta.labels))
}
