import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Answer, Question } from '../answer.ts'
import { explain } from '../explain.ts'
import { stories } from '../testing/stories/list.ts'
import { aboutOf, expectedOf, readStory, storyText } from './storytext.ts'

const ask = (question: Question): Answer => explain(question).answer

describe.each(stories)('$name', ({ name, lab, probe, about, expect: want }) => {
  const answer = ask({ v: 1, seed: 1, files: [{ name: 'story.yaml', text: lab }], probe })

  test('what came of it is what the story says', () => {
    expect(aboutOf(answer)).toBe(about)
    const { reason, ...found } = expectedOf(answer) ?? {}
    const { reason: wanted, ...rest } = want
    expect(found).toEqual(Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)))
    if (wanted !== undefined) expect(reason).toBe(wanted)
  })

  test('its text is read back, and asked again it comes out alike', () => {
    const back = readStory(storyText(answer, name))
    expect(back?.question).toEqual(answer.question)
    expect(back?.about).toBe(about)
    expect(back?.expect).toEqual(expectedOf(answer))
    if (back) expect(expectedOf(ask(back.question), back.about)).toEqual(back.expect)
  })
})

const empty = (files: Question['files'], more: Partial<Question> = {}): Answer => ask({ v: 1, seed: 1, files, ...more })

test.each([
  '',
  '\n',
  '\n\n',
  'a',
  'a\n',
  'a\n\n\n',
  '  a\n b\n',
  '\n  a',
  '# only a comment\n---\n...\n',
  'a: [broken\n\tkind: {',
  'a\r\nb\r\n',
  '\u0000\u001b[31m\u202e',
  '\ud800 alone',
  '\ufeffa',
  '<img src=x onerror=alert(1)>\n',
  'spec:\n  files: |2+\n    x\n',
])('a file comes back letter by letter: %j', (text) => {
  const files = [
    { name: 'a.yaml', text },
    { name: 'b.yaml', text: 'kind: Nothing\n' },
  ]
  expect(readStory(storyText(empty(files), 'x'))?.question.files).toEqual(files)
})

test('any files, any question come back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { maxLength: 3 }),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.nat(99),
      (texts, to, seed) => {
        const files = texts.map((text, i) => ({ name: `f${i}.yaml`, text: text.replaceAll(' ', '\n') }))
        const question: Question = { v: 1, files, seed, probe: { from: to, to }, forced: { [`${to} x`]: 1 } }
        const answer: Answer = { question, problems: [], summary: { objects: 0, madeUp: [] }, defaults: '', sources: [], targets: [] }
        expect(readStory(storyText(answer, 'x'))?.question).toEqual(question)
      },
    ),
    { numRuns: 300 },
  )
})

test.each(['', 'kind: Service', 'apiVersion: packetwalk.dev/v1alpha1\nkind: Story\nmetadata: {name: x}\nspec: {files: [1]}\n', '[broken'])(
  'no story in %j',
  (text) => expect(readStory(text)).toBeUndefined(),
)
