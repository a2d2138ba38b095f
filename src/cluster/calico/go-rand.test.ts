import { expect, test } from 'vitest'
import { fnv32, goRand } from './go-rand.ts'

/** What a program of Go 1.2x printed: new(big.Int).Rand(rand.New(rand.NewSource(fnv32(name))), blocks). */
const GO: Readonly<Record<string, readonly number[]>> = {
  node1: [666, 7, 26, 2887, 0],
  node2: [416, 0, 32, 1621, 0],
  'node-1': [338, 15, 48, 1492, 0],
  'node-2': [988, 5, 5, 988, 0],
  'node-3': [557, 13, 45, 2605, 0],
  'node-a': [698, 10, 58, 3256, 0],
  'k8s-master': [943, 15, 47, 2991, 0],
  master: [877, 6, 6, 1670, 0],
  minikube: [481, 1, 2, 2529, 0],
  'worker-7': [163, 3, 35, 163, 0],
}

test.each(Object.entries(GO))('the first block of %s', (name, wanted) => {
  expect([1024, 16, 64, 4096, 1].map((blocks) => goRand(fnv32(name), blocks))).toEqual(wanted)
})
