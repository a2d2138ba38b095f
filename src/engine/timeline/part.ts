/** All that the late part has. */
export { kept } from '../../userspace/kept.ts'
export { lived } from './lived.ts'
