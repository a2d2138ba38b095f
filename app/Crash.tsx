import { Component, type ReactNode } from 'react'
import { state } from './store.ts'
import { t } from './ui/words/t.ts'

/** A bug of ours in drawing: the page says so in words; the lab is kept. */
export class Crash extends Component<{ readonly children: ReactNode }, { readonly message: string | undefined }> {
  override state: { readonly message: string | undefined } = { message: undefined }

  static getDerivedStateFromError(error: unknown): { readonly message: string } {
    return { message: error instanceof Error ? error.message : String(error) }
  }

  override render(): ReactNode {
    if (this.state.message === undefined) return this.props.children
    const { lang } = state()
    return (
      <main className="crash">
        <h1>{t(lang, 'crash.title')}</h1>
        <p>{t(lang, 'crash.text')}</p>
        <pre>{this.state.message}</pre>
        <button type="button" onClick={() => location.reload()}>
          {t(lang, 'crash.reload')}
        </button>
      </main>
    )
  }
}
