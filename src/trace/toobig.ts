/** A packet of `size` bytes, which may not be cut, meets a device that takes `mtu`. `silent`: nobody tells its sender. */
export interface TooBig {
  readonly device: string
  readonly mtu: number
  readonly size: number
  readonly silent?: true
}
