import { childrenOf, type Entry, type Outline, outlineOf, valueText } from '../complete/outline.ts'
import { documentAt } from '../complete.ts'
import type { Fix } from '../fix.ts'
import { isPlainText } from '../text/scalar.ts'

type Edit = Fix['edits'][number]

/** A number stays a number; anything else, a number in quotes too, was the name of a port. */
const portOf = (text: string): string => (/^\d+$/.test(text) ? `number: ${text}` : `name: ${text}`)
const written = (text: string): string => (isPlainText(text) ? text : JSON.stringify(text))

/** serviceName and servicePort become service: on lines of their own, or in brackets where they were. */
function backendEdits(outline: Outline, backend: number): readonly Edit[] {
  const holder = outline.entries[backend] as Entry
  const inline = outline.text.slice(holder.valueFrom, holder.valueTo)
  const flow = /^\{\s*serviceName:\s*([^,}\s]+)\s*,\s*servicePort:\s*([^,}\s]+)\s*\}$/.exec(inline)
  if (flow) {
    const text = `{service: {name: ${flow[1]}, port: {${portOf(flow[2] ?? '')}}}}`
    return [{ from: holder.valueFrom, to: holder.valueTo, text }]
  }
  const of = (key: string): Entry | undefined => childrenOf(outline, backend).find((e) => e.key === key)
  const [name, port] = [of('serviceName'), of('servicePort')]
  if (!name) return []
  const pad = ' '.repeat(name.column)
  const number = port && outline.text.slice(port.valueFrom, port.valueTo)
  const edits: Edit[] = [{ from: name.from, to: name.valueTo, text: `service:\n${pad}  name: ${written(valueText(outline, name))}` }]
  if (port) edits.push({ from: port.from, to: port.valueTo, text: `  port:\n${pad}    ${portOf(number ?? '')}` })
  return edits
}

/** A path without pathType had ImplementationSpecific before v1 (SetDefaults_Ingress of v1beta1): the controller decides, as it did. */
function pathTypeEdits(outline: Outline, backend: number): readonly Edit[] {
  const holder = outline.entries[backend] as Entry
  const siblings = childrenOf(outline, holder.parent)
  const first = siblings[0]
  if (siblings.some((e) => e.key === 'pathType') || !first) return []
  return [{ from: first.from, to: first.from, text: `pathType: ImplementationSpecific\n${' '.repeat(first.column)}` }]
}

/** An Ingress of a v1beta1 API as networking.k8s.io/v1 has it. `at`: anywhere in its document. */
export function convertIngress(text: string, at: number): readonly Fix[] {
  const document = documentAt(text, at)
  const outline = outlineOf(document.text)
  const want = 'networking.k8s.io/v1'
  const edits: Edit[] = []
  outline.entries.forEach((entry, i) => {
    if (entry.key === 'apiVersion' && entry.parent === -1) edits.push({ from: entry.valueFrom, to: entry.valueTo, text: want })
    if (entry.key !== 'backend') return
    const parent = outline.entries[entry.parent]
    if (parent?.key === 'spec') edits.push({ from: entry.from, to: entry.to, text: 'defaultBackend' })
    else edits.push(...pathTypeEdits(outline, i))
    edits.push(...backendEdits(outline, i))
  })
  const moved = edits.map((e) => ({ ...e, from: e.from + document.from, to: e.to + document.from }))
  return moved.length === 0 ? [] : [{ code: 'fix-convert', params: { want }, edits: moved }]
}
