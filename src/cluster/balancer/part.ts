export { type AddressGiver, addressGiver } from './addresses.ts'
export { settleBalancers } from './machines.ts'
