import { set } from '../../../store.ts'

let chosen: string | undefined

/** Opens the dialog at a Pod, `NS/NAME`; undefined: at one that is worth a look. */
export function openCni(pod: string | undefined): void {
  chosen = pod
  set({ sheet: 'cni' })
}

/** The Pod at which the dialog was opened. */
export const chosenPod = (): string | undefined => chosen
