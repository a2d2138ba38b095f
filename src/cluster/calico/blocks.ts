import { cidr, inCidr, lengthOf, maskedCidr, networkOf, nthOf, sizeOf } from '../../net/cidr.ts'
import type { Cidr, Ip } from '../../net/ip.ts'
import { fnv32, goRand } from './go-rand.ts'
import type { Block, IpPool } from './types.ts'

/**
 * Calico's IPAM on a fresh cluster (libcalico-go/lib/ipam): blocks of a pool belong to nodes. A node's first block stands where Go's
 * random numbers put it for the node's name, the next ones follow it; addresses of a block are given from the first to the last, its network and
 * broadcast addresses too.
 */
export class Blocks {
  private readonly pools: readonly IpPool[]
  private readonly used: Set<string>
  private readonly byCidr = new Map<Cidr, Block>()
  private readonly byNode = new Map<string, Block[]>()
  /** How far each block is given out: nobody gives an address back here. */
  private readonly reached = new Map<Cidr, number>()

  /** `used`: addresses that somebody has already. */
  constructor(pools: readonly IpPool[], used: Iterable<string>) {
    this.pools = pools
    this.used = new Set(used)
  }

  get all(): readonly Block[] {
    return [...this.byCidr.values()]
  }

  blockOf(address: Ip): Block | undefined {
    const pool = this.poolOf(address)
    return pool && this.byCidr.get(around(address, pool))
  }

  poolOf(address: Ip): IpPool | undefined {
    return this.pools.find((pool) => inCidr(address, pool.cidr))
  }

  isUsed(address: Ip): boolean {
    return this.used.has(address)
  }

  /** The address is in use on this node; its block becomes the node's, when it is nobody's yet. */
  keep(address: Ip, node: string): void {
    this.used.add(address)
    const pool = this.poolOf(address)
    if (pool && !this.byCidr.has(around(address, pool))) this.claim({ cidr: around(address, pool), pool, node })
  }

  /** A node has this block, as an object of the cluster says. */
  given(net: Cidr, node: string): void {
    const pool = this.pools.find((one) => inCidr(networkOf(net), one.cidr) && lengthOf(net) === one.blockSize)
    if (pool && !this.byCidr.has(maskedCidr(net))) this.claim({ cidr: maskedCidr(net), pool, node })
  }

  /** The next address for a node: of its own blocks, of a new one, else of another node's. undefined: the pools are full. */
  take(node: string, pools: readonly IpPool[]): Ip | undefined {
    const open = pools.filter((pool) => !pool.disabled)
    for (const block of this.byNode.get(node) ?? []) {
      const found = open.includes(block.pool) ? this.freeIn(block) : undefined
      if (found !== undefined) return this.use(found)
    }
    for (const pool of open) {
      const fresh = this.freshBlock(pool, node)
      if (fresh === undefined) continue
      this.claim(fresh)
      const found = this.freeIn(fresh)
      if (found !== undefined) return this.use(found)
    }
    for (const pool of open) {
      for (const net of walkBlocks(pool, node)) {
        const block = this.byCidr.get(net)
        const found = block && this.freeIn(block)
        if (found !== undefined) return this.use(found)
      }
    }
    return undefined
  }

  private use(address: Ip): Ip {
    this.used.add(address)
    return address
  }

  private claim(block: Block): void {
    this.byCidr.set(block.cidr, block)
    const own = this.byNode.get(block.node)
    if (own) own.push(block)
    else this.byNode.set(block.node, [block])
  }

  private freeIn(block: Block): Ip | undefined {
    const size = Number(sizeOf(block.cidr))
    for (let n = this.reached.get(block.cidr) ?? 0; n < size; n++) {
      this.reached.set(block.cidr, n)
      const address = nthOf(block.cidr, n)
      if (!this.used.has(address)) return address
    }
    this.reached.set(block.cidr, size)
    return undefined
  }

  private freshBlock(pool: IpPool, node: string): Block | undefined {
    for (const net of walkBlocks(pool, node)) if (!this.byCidr.has(net)) return { cidr: net, pool, node }
    return undefined
  }
}

const around = (address: Ip, pool: IpPool): Cidr => maskedCidr(cidr(`${address}/${pool.blockSize}`))

const firsts = new Map<string, number>()

/** The block that a node begins with, of so many. */
function firstOf(node: string, count: number): number {
  const key = `${node} ${count}`
  const first = firsts.get(key) ?? goRand(fnv32(node), count)
  firsts.set(key, first)
  return first
}

/** All blocks of a pool, from the one that the node begins with. */
function* walkBlocks(pool: IpPool, node: string): Generator<Cidr> {
  const count = 2 ** (pool.blockSize - lengthOf(pool.cidr))
  const size = 2 ** (32 - pool.blockSize)
  const first = firstOf(node, count)
  for (let i = 0; i < count; i++) yield cidr(`${nthOf(pool.cidr, ((first + i) % count) * size)}/${pool.blockSize}`)
}
