import { useEffect } from 'react'
import type { Answer } from '../../src/answer.ts'
import { look } from '../engine/client.ts'
import { sayFix } from '../engine/editorwords.ts'
import { useStore } from '../store.ts'
import { applyFix } from './apply.ts'
import { useEditor } from './state.ts'

/** Asks for the fixes of an answer's problems, once an answer: for the list and for the editor's light bulb. */
const asked = new WeakSet<Answer>()
function askFor(answer: Answer): void {
  if (asked.has(answer)) return
  asked.add(answer)
  void look({ kind: 'fixes', files: answer.question.files, problems: answer.problems }).then((viewed) => {
    if (viewed?.kind === 'fixes' && useStore.getState().answer === answer) useEditor.setState({ fixes: viewed.fixes, fixesOf: answer })
  })
}

/** Buttons beneath a problem that has many ways out. */
const MOST = 3

/** Ways out of the problem with this number: the likeliest, as buttons beneath it. */
export default function Fixes({ answer, problem }: { readonly answer: Answer; readonly problem: number }) {
  const lang = useStore((s) => s.lang)
  const files = useStore((s) => s.files)
  const { fixes, fixesOf } = useEditor()
  useEffect(() => askFor(answer), [answer])
  const own = fixesOf === answer ? fixes.filter((fix) => fix.problem === problem).slice(0, MOST) : []
  if (own.length === 0) return null
  return (
    <span className="fixes">
      {own.map((fix) => (
        <button
          key={`${fix.code} ${Object.values(fix.params).join()}`}
          type="button"
          onClick={() => applyFix(fix, answer, files.find((f) => f.name === fix.file)?.text ?? '')}
        >
          {sayFix(fix, lang)}
        </button>
      ))}
    </span>
  )
}
