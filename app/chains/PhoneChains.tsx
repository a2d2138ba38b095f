import { Chains } from './Chains.tsx'

/** The chains under the step of a phone; a module of its own, fetched when a phone asks. */
export default function PhoneChains() {
  return <Chains phone />
}
