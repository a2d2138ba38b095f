import type { ReactNode } from 'react'
import type { ShownStep } from '../../../../src/engine/cniwalk/shape.ts'
import { sayStep } from '../../../engine/cni.ts'
import type { Lang } from '../../lang.ts'
import { useFarT } from '../words/t.ts'

function Block({ title, open, children }: { readonly title: string; readonly open: boolean; readonly children: ReactNode }) {
  return (
    <details className="cni-block" open={open}>
      <summary>{title}</summary>
      {children}
    </details>
  )
}

/** What can be seen of a character at the end of a line. */
const visible = (text: string): string => text.replaceAll('\r\n', '\\r\\n')

interface Props {
  readonly step: ShownStep
  readonly lang: Lang
}

/** What a step is, in a few words and in a sentence. */
export function StepHead({ step, lang }: Props) {
  const { title, text } = sayStep(step, lang)
  return (
    <article className="cni-step" data-failed={step.error !== undefined}>
      <h3>
        {title} <small>{step.program}</small>
      </h3>
      <p>{text}</p>
      {step.error !== undefined && <pre className="cni-error">{step.error}</pre>}
    </article>
  )
}

/** All that goes into a step and comes out of it. */
export function StepBody({ step }: Pick<Props, 'step'>) {
  const t = useFarT()
  const env = Object.entries(step.env ?? {})
  return (
    <div className="cni-step">
      {step.commands.length > 0 && (
        <Block title={t('cni.byHand')} open>
          <ol className="cni-commands">
            {step.commands.map(({ at, text: command }, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same command may be typed twice
              <li key={i}>
                <small>{t(at === 'pod' ? 'cni.inPod' : 'cni.onNode')}#</small> {command}
              </li>
            ))}
          </ol>
        </Block>
      )}
      {step.lines.length > 0 && (
        <Block title={t('cni.lines')} open>
          <pre>{step.lines.join('\n')}</pre>
        </Block>
      )}
      {step.files.map(({ path, how, text: content }) => (
        <Block key={path} title={`${path} · ${t(`cni.${how}`)}`} open={content.length < 400}>
          <pre>{visible(content)}</pre>
        </Block>
      ))}
      {step.stdout !== undefined && (
        <Block title={t('cni.stdout')} open>
          <pre>{step.stdout}</pre>
        </Block>
      )}
      {step.stdin !== undefined && (
        <Block title={t('cni.stdin')} open>
          <pre>{step.stdin}</pre>
        </Block>
      )}
      {env.length > 0 && (
        <Block title={t('cni.env')} open={false}>
          <pre>{env.map(([name, value]) => `${name}=${value}`).join('\n')}</pre>
        </Block>
      )}
    </div>
  )
}
