import { Component, type ReactNode } from 'react'
import { state } from '../store.ts'
import { t } from './words/t.ts'

interface Props {
  /** Shown in its place when it does not come. */
  readonly instead: ReactNode
  /** Before it is tried again. */
  readonly onRetry: () => void
  readonly children: ReactNode
}

/** Around a part of the page whose code comes later: when it cannot be had, the page says so and goes on without it. */
export class Late extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true }
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children
    const { lang } = state()
    return (
      <>
        {this.props.instead}
        <p className="late" role="status">
          <span>{t(lang, 'notice.part')}</span>
          <button
            type="button"
            onClick={() => {
              this.props.onRetry()
              this.setState({ failed: false })
            }}
          >
            {t(lang, 'notice.retry')}
          </button>
          <button type="button" onClick={() => location.reload()}>
            {t(lang, 'crash.reload')}
          </button>
        </p>
      </>
    )
  }
}
