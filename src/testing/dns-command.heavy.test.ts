import { expect, it } from 'vitest'
import { askAll, documents } from './dns-command.ts'

it('all 153 questions are there', () => expect(documents.flatMap(([, d]) => d.queries)).toHaveLength(153))
askAll(() => true)
