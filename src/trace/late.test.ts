import { expect, test } from 'vitest'
import { Late, Missing, withParts } from './late.ts'

const counted = (): { readonly part: Late<number>; readonly fetched: () => number } => {
  let fetched = 0
  return { part: new Late(() => Promise.resolve(40 + ++fetched)), fetched: () => fetched }
}

test('a part that is not there is said by name of the part itself', () => {
  const { part } = counted()
  expect(() => part.get()).toThrow(Missing)
})

test('what needs two parts is asked three times, and each part is fetched once', async () => {
  const one = counted()
  const two = counted()
  let asked = 0
  const answer = await withParts(() => {
    asked++
    return one.part.get() + two.part.get()
  })
  expect({ answer, asked, one: one.fetched(), two: two.fetched() }).toEqual({ answer: 82, asked: 3, one: 1, two: 1 })
})

test('a part that cannot be fetched is told, and can be fetched later', async () => {
  let online = false
  const part = new Late(() => (online ? Promise.resolve('here') : Promise.reject(new Error('offline'))))
  await expect(withParts(() => part.get())).rejects.toThrow('offline')
  online = true
  await expect(withParts(() => part.get())).resolves.toBe('here')
})

test('a bug stays a bug', async () => {
  await expect(
    withParts(() => {
      throw new TypeError('of ours')
    }),
  ).rejects.toThrow(TypeError)
})
