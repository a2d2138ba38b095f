import { addressOf, cidr, inCidr, lengthOf, maskedCidr, networkOf, nthOf, sizeOf } from '../../net/cidr.ts'
import { bitsOf, type Cidr, type Family, familyOf, fromBigInt, type Ip, toBigInt } from '../../net/ip.ts'
import { fnv32, goRand } from './go-rand.ts'
import type { Block, IpamConfig, IpPool } from './types.ts'

/** An address, or why there is none, in the words of libcalico-go/lib/ipam. */
export type Taken = { readonly address: Ip } | { readonly error: string }

const USUAL: IpamConfig = { strict: false, mostBlocks: 20 }

/**
 * Calico's IPAM on a fresh cluster (libcalico-go/lib/ipam): blocks of a pool belong to nodes. A node's first block stands where Go's
 * random numbers put it for the node's name, the next ones follow it; addresses of a block are given from the first to the last, its network and
 * broadcast addresses too.
 */
export class Blocks {
  private readonly pools: readonly IpPool[]
  private readonly config: IpamConfig
  private readonly used: Set<string>
  private readonly byCidr = new Map<Cidr, Block>()
  private readonly byNode = new Map<string, Block[]>()
  /** How far each block is given out: nobody gives an address back here. */
  private readonly reached = new Map<Cidr, number>()

  /** `used`: addresses that somebody has already. */
  constructor(pools: readonly IpPool[], used: Iterable<string>, config: IpamConfig = USUAL) {
    this.pools = pools
    this.config = config
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

  /** Takes an asked address (AssignIP). It may lie in a block of another node, unless affinity is strict. */
  assign(address: Ip, node: string): Taken {
    const pool = this.poolOf(address)
    if (pool === undefined || pool.disabled) return { error: 'The provided IP address is not in a configured pool' }
    const block = this.blockOf(address)
    if (this.config.strict && block !== undefined && block.node !== node) return { error: 'Block host affinity does not match' }
    if (this.used.has(address)) return { error: `resource already exists: ${address}` }
    this.keep(address, node)
    return { address }
  }

  /** The next address for a node (AutoAssign): of its own blocks, of a new one, else of another node's. */
  take(node: string, family: Family, pools?: readonly IpPool[]): Taken {
    if (!this.pools.some((pool) => !pool.disabled && familyOf(pool.cidr) === family)) return { error: 'cannot find a qualified ippool' }
    const fits = (pool: IpPool): boolean => !pool.disabled && familyOf(pool.cidr) === family
    // pools that are asked for are taken whatever their nodeSelector says
    const open = pools?.filter(fits) ?? this.pools.filter((pool) => fits(pool) && (pool.nodes?.has(node) ?? true))
    if (open.length === 0) return { error: `no configured Calico pools for node ${node}` }
    const own = (this.byNode.get(node) ?? []).filter((block) => familyOf(block.cidr) === family)
    for (const block of own) {
      const found = open.includes(block.pool) ? this.freeIn(block) : undefined
      if (found !== undefined) return this.use(found)
    }
    if (own.length >= this.config.mostBlocks) return { error: 'cannot allocate new block due to per host block limit' }
    for (const pool of open) {
      const fresh = this.freshBlock(pool, node)
      if (fresh === undefined) continue
      this.claim(fresh)
      const found = this.freeIn(fresh)
      if (found !== undefined) return this.use(found)
    }
    const none = `failed to request IPv${family} addresses: Assigned 0 out of 1 requested IPv${family} addresses`
    if (this.config.strict) return { error: `${none}; No more free affine blocks and strict affinity enabled` }
    for (const pool of open) {
      for (const net of walkBlocks(pool, node)) {
        const block = this.byCidr.get(net)
        const found = block && this.freeIn(block)
        if (found !== undefined) return this.use(found)
      }
    }
    return { error: `${none}; No IPs available in pools: [${open.map((pool) => pool.cidr).join(' ')}]` }
  }

  private use(address: Ip): Taken {
    this.used.add(address)
    return { address }
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

const firsts = new Map<string, bigint>()

/** The block that a node begins with, of so many. */
function firstOf(node: string, count: bigint): bigint {
  const key = `${node} ${count}`
  const first = firsts.get(key) ?? goRand(fnv32(node), count)
  firsts.set(key, first)
  return first
}

/** All blocks of a pool, from the one that the node begins with. */
function* walkBlocks(pool: IpPool, node: string): Generator<Cidr> {
  const family = familyOf(pool.cidr)
  const count = 1n << BigInt(pool.blockSize - lengthOf(pool.cidr))
  const size = BigInt(bitsOf(family) - pool.blockSize)
  const base = toBigInt(addressOf(pool.cidr))
  const first = firstOf(node, count)
  for (let i = 0n; i < count; i++) yield cidr(`${fromBigInt(base + (((first + i) % count) << size), family)}/${pool.blockSize}`)
}
