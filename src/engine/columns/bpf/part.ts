/** What is loaded when the columns of a program are asked for (`late.ts`). */
export { bpfLooks, bpfVisit } from './columns.ts'
