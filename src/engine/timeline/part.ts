/** All that the late part has. */
export { lived } from './lived.ts'
