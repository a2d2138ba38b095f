import { edited } from '../asking.ts'
import verified from '../learn/verified.json'
import { useStore } from '../store.ts'
import { useT } from '../ui/words/t.ts'

const walked: Readonly<Record<string, { readonly steps: number }>> = verified.labs

/** Whether a real kernel has walked this very lab and probe step by step as the model does (`npm run verified`). */
export function Verified() {
  const t = useT()
  const slug = useStore((s) => s.slug)
  const files = useStore((s) => s.files)
  const probe = useStore((s) => s.probe)
  const found = probe === undefined && !edited(slug, files) ? walked[slug] : undefined
  if (found === undefined) return <p className="verified">{t('editor.simulated')}</p>
  return (
    <p className="verified" data-real>
      {t('editor.verified', { kernel: verified.kernel, n: found.steps })}
    </p>
  )
}
