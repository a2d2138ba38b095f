import { useStore } from '../store.ts'
import { type Choice, choicesOf, turn, type Which } from './modes.ts'
import { type Key, useT } from './words/t.ts'

const labels: Readonly<Record<Which, readonly [short: Key, whole: Key]>> = {
  proxy: ['top.proxy', 'top.noProxy'],
  cni: ['top.cni', 'top.noCni'],
}

/** One switch, in two forms of which the page's width shows one: modes side by side, or a list; the list of the rare ones stands behind the others. */
export function ModeSwitch({ which }: { readonly which: Which }) {
  const t = useT()
  const modes = useStore((s) => s.answer?.modes ?? s.good?.modes)
  const choices = choicesOf(modes, which)
  const [short, whole] = labels[which]
  const title = (choice: Choice): string => (choice.title === '' ? t('top.none') : choice.title)
  const rare = choices.filter((c) => c.rare)
  return (
    <div className="mode" data-rare={rare.length === 0 ? undefined : rare.some((c) => c.now) ? 'now' : 'more'}>
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
      </fieldset>
      <select
        className="in-list"
        disabled={modes === undefined}
        aria-label={t(whole)}
        value={choices.find((c) => c.now)?.name ?? ''}
        onChange={(e) => {
          const choice = choices.find((c) => c.name === e.target.value)
          if (choice !== undefined) void turn(which, choice)
        }}
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
