/** Reads one source file for the doors test: what it imports, and which names it takes from nowhere. */
import { parseSync } from 'rolldown/utils'

/** `types`: the import leaves nothing behind at run time. */
export interface Import {
  readonly from: string
  readonly types: boolean
  /** 1-based. */
  readonly line: number
}

/** A name that the file uses and does not declare, or a member such as `Math.random`. */
export interface FreeName {
  readonly name: string
  readonly line: number
}

export interface Source {
  readonly imports: readonly Import[]
  readonly free: readonly FreeName[]
}

interface Node {
  readonly type: string
  readonly start: number
  readonly [field: string]: unknown
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value && 'start' in value

/** A plain loop: `flatMap` over all nodes of the project made its test half as long again. */
function childrenOf(node: Node): readonly (readonly [field: string, child: Node])[] {
  const found: (readonly [string, Node])[] = []
  for (const field in node) {
    const value = node[field]
    if (!Array.isArray(value)) {
      if (isNode(value)) found.push([field, value])
    } else for (const child of value) if (isNode(child)) found.push([field, child])
  }
  return found
}

const isNamed = (node: unknown, name: string): boolean => isNode(node) && node.type === 'Identifier' && node['name'] === name

const isImportMeta = (node: unknown): boolean => isNode(node) && node.type === 'MetaProperty'

/** The text of a string literal or of a template without expressions; other imports cannot be followed and count as `…`. */
const textOf = (node: unknown): string => {
  if (!isNode(node)) return '…'
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value']
  if (node.type === 'TemplateLiteral' && Array.isArray(node['quasis']) && node['quasis'].length === 1) {
    return String(node['quasis'][0].value.cooked)
  }
  return '…'
}

/** What a node brings in, if it is an import of any kind. */
const importsOf = (node: Node): readonly { readonly from: string; readonly types: boolean }[] => {
  switch (node.type) {
    case 'ImportDeclaration':
      return [{ from: textOf(node['source']), types: node['importKind'] === 'type' }]
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return isNode(node['source']) ? [{ from: textOf(node['source']), types: node['exportKind'] === 'type' }] : []
    case 'ImportExpression':
      return [{ from: textOf(node['source']), types: false }]
    case 'TSImportType':
      return [{ from: textOf(node['source']), types: true }]
    case 'NewExpression': {
      // new URL('./worker.ts', import.meta.url): how a worker is named.
      const [path, base] = node['arguments'] as readonly unknown[]
      const relative = isNode(base) && base.type === 'MemberExpression' && isImportMeta(base['object'])
      // a path that ends with a slash names a folder to read, not a module
      return relative && !textOf(path).endsWith('/') && isNamed(node['callee'], 'URL') ? [{ from: textOf(path), types: false }] : []
    }
    case 'CallExpression': {
      // import.meta.glob('./labs/*'): many files at once.
      const callee = node['callee']
      if (!isNode(callee) || !isImportMeta(callee['object']) || !isNamed(callee['property'], 'glob')) return []
      const [patterns] = node['arguments'] as readonly unknown[]
      const all = isNode(patterns) && patterns.type === 'ArrayExpression' ? (patterns['elements'] as readonly unknown[]) : [patterns]
      return all.map((pattern) => ({ from: textOf(pattern), types: false }))
    }
    default:
      return []
  }
}

/** Fields whose identifier is a label, not a reference, unless the node is `computed`. */
const labels: Readonly<Record<string, readonly string[]>> = {
  MemberExpression: ['property'],
  Property: ['key'],
  PropertyDefinition: ['key'],
  MethodDefinition: ['key'],
  TSPropertySignature: ['key'],
  TSMethodSignature: ['key'],
  TSNamedTupleMember: ['label'],
  TSQualifiedName: ['right'],
  ImportSpecifier: ['imported', 'local'],
  ExportSpecifier: ['exported'],
  LabeledStatement: ['label'],
  BreakStatement: ['label'],
  ContinueStatement: ['label'],
}

/** Fields that declare names. */
const declaring: Readonly<Record<string, readonly string[]>> = {
  VariableDeclarator: ['id'],
  FunctionDeclaration: ['id', 'params'],
  FunctionExpression: ['id', 'params'],
  ArrowFunctionExpression: ['params'],
  TSFunctionType: ['params'],
  TSMethodSignature: ['params'],
  TSCallSignatureDeclaration: ['params'],
  TSDeclareFunction: ['params'],
  TSEmptyBodyFunctionExpression: ['params'],
  TSTypePredicate: ['parameterName'],
  ClassDeclaration: ['id'],
  TSInterfaceDeclaration: ['id'],
  TSTypeAliasDeclaration: ['id'],
  TSTypeParameter: ['name'],
  TSMappedType: ['key'],
  CatchClause: ['param'],
  ImportSpecifier: ['local'],
  ImportDefaultSpecifier: ['local'],
  ImportNamespaceSpecifier: ['local'],
}

/** The names that a pattern binds: `a`, `{ b: c = d }`, `[e, ...f]` bind a, c, e, f. */
const boundBy = (pattern: Node): readonly string[] => {
  switch (pattern.type) {
    case 'Identifier':
      return [String(pattern['name'])]
    case 'Property':
      return isNode(pattern['value']) ? boundBy(pattern['value']) : []
    case 'AssignmentPattern':
      return isNode(pattern['left']) ? boundBy(pattern['left']) : []
    default:
      return childrenOf(pattern)
        .filter(([field]) => field !== 'typeAnnotation')
        .flatMap(([, child]) => boundBy(child))
  }
}

/** `Math.random`, `Math['random']`, `const { random } = Math`: a member of a name, by any of its spellings. */
const membersOf = (node: Node): readonly string[] => {
  if (node.type === 'MemberExpression' && isNode(node['object']) && node['object'].type === 'Identifier') {
    const property = node['property']
    const name = node['computed'] === true ? textOf(property) : isNode(property) ? property['name'] : undefined
    return [`${node['object']['name']}.${name}`]
  }
  const { init, id } = node
  if (node.type === 'VariableDeclarator' && isNode(init) && init.type === 'Identifier' && isNode(id) && id.type === 'ObjectPattern') {
    return (id['properties'] as readonly Node[]).flatMap(({ key }) => (isNode(key) ? [`${init['name']}.${key['name']}`] : []))
  }
  return []
}

/** Names of members, whatever they are members of: `a.localeCompare(b)` is written `.localeCompare`. */
const memberNameOf = (node: Node): readonly string[] => {
  if (node.type !== 'MemberExpression') return []
  const property = node['property']
  if (node['computed'] === true) return [`.${textOf(property)}`]
  return isNode(property) && property.type === 'Identifier' ? [`.${property['name']}`] : []
}

/** `declare const brand: unique symbol` exists for the types alone. */
const isBrand = ({ typeAnnotation }: Node): boolean => {
  const type = isNode(typeAnnotation) ? typeAnnotation['typeAnnotation'] : undefined
  return isNode(type) && type.type === 'TSTypeOperator' && type['operator'] === 'unique'
}

/** @throws if the text is not TypeScript. */
export const readSource = (file: string, text: string): Source => {
  const { program, errors } = parseSync(file, text, { sourceType: 'module' })
  const [error] = errors
  if (error !== undefined) throw new Error(`${file}: ${error.message}`)
  const ends = [...text.matchAll(/\n/g)].map(({ index }) => index)
  const lineOf = (offset: number): number => {
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle] ?? 0) < offset) low = middle + 1
      else high = middle
    }
    return low + 1
  }
  const imports: Import[] = []
  const used: FreeName[] = []
  const declared = new Set<string>()
  const visit = (node: Node): void => {
    const use = (name: string): unknown => used.push({ name, line: lineOf(node.start) })
    for (const found of importsOf(node)) imports.push({ ...found, line: lineOf(node.start) })
    for (const name of membersOf(node)) use(name)
    for (const name of memberNameOf(node)) use(name)
    if (isImportMeta(node)) use('import.meta')
    if (node.type === 'Identifier') use(String(node['name']))
    // `declare const process: …` declares nothing: it names a global.
    const ambient = node.type === 'VariableDeclaration' && node['declare'] === true
    for (const [field, child] of childrenOf(node)) {
      const isLabel = labels[node.type]?.includes(field) && node['computed'] !== true && child.type === 'Identifier'
      if (declaring[node.type]?.includes(field)) for (const name of boundBy(child)) declared.add(name)
      if (ambient) {
        const { id } = child
        if (isNode(id) && !isBrand(id)) for (const name of boundBy(id)) use(`declare ${name}`)
      } else if (!isLabel) {
        visit(child)
      }
    }
  }
  visit(program as unknown as Node)
  return { imports, free: used.filter(({ name }) => !declared.has(name)) }
}
