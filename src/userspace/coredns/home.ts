/** What surrounds a CoreDNS process: the files and the environment that its container has. */
export interface CoreDnsHome {
  /** Path of the Corefile (the flag -conf). */
  readonly corefile: string
  /** Absolute path → text: mounted ConfigMaps, /etc/resolv.conf, /etc/hosts. */
  readonly files: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
}

const DIRECTORY = '/etc/coredns'

/** A CoreDNS that has this Corefile and nothing else. */
export const homeWith = (text: string, more: Partial<CoreDnsHome> = {}): CoreDnsHome => {
  const corefile = more.corefile ?? `${DIRECTORY}/Corefile`
  return { corefile, env: more.env ?? {}, files: { ...more.files, [corefile]: text } }
}

export const corefileText = (home: CoreDnsHome): string => home.files[home.corefile] ?? ''

/** A path as a file of the container's would be found: relative ones beside the file that names them. */
export function pathFrom(file: string, path: string): string {
  const whole = path.startsWith('/') ? path : `${file.slice(0, file.lastIndexOf('/'))}/${path}`
  const out: string[] = []
  for (const step of whole.split('/')) {
    if (step === '..') out.pop()
    else if (step !== '' && step !== '.') out.push(step)
  }
  return `/${out.join('/')}`
}
