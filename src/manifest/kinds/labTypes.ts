/** `NS/POD` or `NS/PREFIX*`. listen: `8080`, `53/UDP`; undefined leaves the rule of the images. */
export interface LabPod {
  readonly name: string
  readonly listen?: readonly string[]
  readonly ready?: boolean
  readonly answers?: string
  /** Filled up to so many bytes. */
  readonly answerBytes?: number
}
