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
  expect([1024n, 16n, 64n, 4096n, 1n].map((blocks) => Number(goRand(fnv32(name), blocks)))).toEqual(wanted)
})

/** The same of 2^31, 2^58, 2^66 and 2^74 blocks (Go 1.26): pools of IPv6, one and two words. */
const LARGE: Readonly<Record<string, readonly bigint[]>> = {
  node1: [1694108487n, 13588661266676378n, 37813956956984576839n, 16499189050304013659613n],
  'node-2': [145073116n, 276723577240530949n, 5974933049441005535n, 101365587388571952092n],
  'node-a': [1549122234n, 251070522519304890n, 23309500614656244410n, 8048964676600792667650n],
  'k8s-master': [911338415n, 110410235512803565n, 35257378283607689011n, 4386207621108550724527n],
  minikube: [580233157n, 250215474218904033n, 46943536410796206561n, 2887837359191014877125n],
}

test.each(Object.entries(LARGE))('of very many blocks: %s', (name, wanted) => {
  expect([31n, 58n, 66n, 74n].map((bits) => goRand(fnv32(name), 1n << bits))).toEqual(wanted)
})
