import type { EditingView, Viewed } from '../answer.ts'
import type { KubernetesSchema } from '../manifest/complete/kubernetes.ts'
import { completeAt } from '../manifest/complete.ts'
import { fixesOf } from '../manifest/fix.ts'
import { formatText } from '../manifest/format.ts'
import { hoverAt } from '../manifest/hover.ts'
import { factsOf } from './facts.ts'
import { labNamesOf } from './lab-names.ts'
import type { World } from './world.ts'

/** Problems beyond these have no fixes until others are gone. */
const MOST_FIXED = 100

/** What the editor asks. `world`: that of the last answer, for names and for what became of a field. */
export function editing(world: World | undefined, asked: EditingView, schema: KubernetesSchema | undefined): Viewed {
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
      const fixes = asked.problems.slice(0, MOST_FIXED).flatMap((one, problem) => {
        const file = asked.files.find((f) => f.name === one.where?.file)
        return file ? fixesOf(file.text, one).map((fix) => ({ ...fix, problem, file: file.name })) : []
      })
      return { kind: 'fixes', fixes }
    }
  }
}
