import type { Sheet } from '../../store.ts'
import { Cni } from './cni/Cni.tsx'
import { Dumps } from './Dumps.tsx'
import { KeySheet } from './KeySheet.tsx'
import { Labs } from './Labs.tsx'
import { Matrix } from './Matrix.tsx'
import { Palette } from './Palette.tsx'
import { Script } from './Script.tsx'
import { Share } from './Share.tsx'
import './far.css'

/** All dialogs in one piece of code: each is small, and most visitors want more than one. */
export function Far({ sheet }: { readonly sheet: Exclude<Sheet, 'none'> }) {
  switch (sheet) {
    case 'keys':
      return <KeySheet />
    case 'palette':
      return <Palette />
    case 'share':
      return <Share />
    case 'script':
      return <Script />
    case 'labs':
      return <Labs />
    case 'dumps':
      return <Dumps />
    case 'cni':
      return <Cni />
    case 'matrix':
      return <Matrix />
  }
}
