import { useStore } from '../store.ts'
import { type Choice, choicesOf, turn, type Which } from './modes.ts'
import { type Key, useT } from './words/t.ts'

const labels: Readonly<Record<Which, readonly [short: Key, whole: Key]>> = {
  proxy: ['top.proxy', 'top.noProxy'],
  cni: ['top.cni', 'top.noCni'],
}

/** One switch, in two forms of which the page's width shows one: modes side by side with the rare ones behind them, or a list. */
export function ModeSwitch({ which }: { readonly which: Which }) {
  const t = useT()
  const modes = useStore((s) => s.answer?.modes ?? s.good?.modes)
  const choices = choicesOf(modes, which)
  const [short, whole] = labels[which]
  const title = (choice: Choice): string => (choice.title === '' ? t('top.none') : choice.title)
  const rare = choices.filter((c) => c.rare)
  const pick = (name: string): void => {
    const choice = choices.find((c) => c.name === name)
    if (choice !== undefined) void turn(which, choice)
  }
  return (
    <div className="mode" data-rare={rare.some((c) => c.now) || undefined}>
      <span className="mode-label" aria-hidden="true">
        {t(short)}
      </span>
      <fieldset className="switch in-row" aria-label={t(whole)}>
        {choices
          .filter((c) => !c.rare)
          .map((choice) => {
            const off = !choice.modelled
            const told = off && choice.known ? t('top.notYet', { name: title(choice) }) : undefined
            return (
              <button
                key={choice.name}
                type="button"
                aria-pressed={choice.now}
                aria-disabled={off || undefined}
                aria-label={told}
                title={told}
                onClick={() => void turn(which, choice)}
              >
                {title(choice)}
              </button>
            )
          })}
        {rare.length > 0 && (
          <select className="rare" disabled={modes === undefined} aria-label={t(whole)} value="" onChange={(e) => pick(e.target.value)}>
            <option value="" hidden>
              ⋯
            </option>
            {rare.map((choice) => (
              <option key={choice.name} value={choice.name}>
                {title(choice)}
              </option>
            ))}
          </select>
        )}
      </fieldset>
      <select
        className="in-list"
        disabled={modes === undefined}
        aria-label={t(whole)}
        value={choices.find((c) => c.now)?.name ?? ''}
        onChange={(e) => pick(e.target.value)}
      >
        {modes === undefined && <option value="">–</option>}
        {choices.map((choice) => (
          <option key={choice.name} value={choice.name} disabled={!choice.modelled && !choice.now}>
            {choice.modelled || !choice.known ? title(choice) : t('top.notYetOption', { name: title(choice) })}
          </option>
        ))}
      </select>
    </div>
  )
}
