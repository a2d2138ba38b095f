import type { View, Viewed } from '../answer.ts'
import type { KubernetesSchema } from '../manifest/complete/kubernetes.ts'
import { completeAt } from '../manifest/complete.ts'
import { fixesOf } from '../manifest/fix.ts'
import { formatText } from '../manifest/format.ts'
import { hoverAt } from '../manifest/hover.ts'
import { factsOf } from './facts.ts'
import { labNamesOf } from './lab-names.ts'
import type { World } from './world.ts'

/** What an editor asks while somebody writes: about the text as it is now, with or without a world behind it. */
export type Editing = Extract<View, { kind: 'complete' | 'hover' | 'format' | 'fixes' }>

export const isEditing = (asked: View): asked is Editing =>
  asked.kind === 'complete' || asked.kind === 'hover' || asked.kind === 'format' || asked.kind === 'fixes'

/** Does it want the names of every Kubernetes kind? They are loaded when they are first wanted. */
export const wantsSchema = ({ kind }: View): boolean => kind === 'complete' || kind === 'hover'

/** Problems beyond these have no fixes until others are gone. */
const MOST_FIXED = 100

export function editing(world: World | undefined, asked: Editing, schema: KubernetesSchema | undefined): Viewed {
  switch (asked.kind) {
    case 'format':
      return { kind: 'text', text: formatText(asked.text) }
    case 'complete': {
      const completion = completeAt(asked.text, asked.offset, schema, labNamesOf(world))
      return { kind: 'complete', ...(completion ? { completion } : {}) }
    }
    case 'hover': {
      const hovered = hoverAt(asked.text, asked.offset, schema)
      const same = world?.files.some((f) => f.name === asked.file && f.text === asked.text)
      return {
        kind: 'hover',
        ...(hovered ? { hovered } : {}),
        made: hovered && same && world ? factsOf(world, hovered.object, hovered.path) : [],
      }
    }
    case 'fixes': {
      const problems = world?.problems.slice(0, MOST_FIXED) ?? []
      const fixes = problems.flatMap((one, problem) => {
        const file = world?.files.find((f) => f.name === one.where?.file)
        return file ? fixesOf(file.text, one).map((fix) => ({ ...fix, problem, file: file.name })) : []
      })
      return { kind: 'fixes', fixes }
    }
  }
}
