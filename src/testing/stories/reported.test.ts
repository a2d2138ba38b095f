import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectedOf, readStory } from '../../engine/storytext.ts'
import { explain } from '../../explain.ts'

// Stories as the page's "Report this" writes them. One that was reported as wrong has its `expect` put right by hand, after the real thing.
const folder = join(import.meta.dirname, 'reported')

test.each(readdirSync(folder))('%s', (name) => {
  const story = readStory(readFileSync(join(folder, name), 'utf8'))
  if (story?.expect === undefined) throw new Error('no story with an expectation')
  expect(expectedOf(explain(story.question).answer, story.about)).toEqual(story.expect)
})
