/** Hollow circle, S curve, square: where a request starts and where it is served. */
export function Logo({ size = 26 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path d="M10.4 6.6 C19 6.6 14 24.5 22 24.5" fill="none" stroke="var(--request)" strokeWidth="3.4" strokeLinecap="round" />
      <circle cx="6.6" cy="6.6" r="3.9" fill="none" stroke="var(--request)" strokeWidth="2.9" />
      <rect x="20.4" y="19.6" width="10" height="9.8" rx="2.8" fill="var(--reply)" />
    </svg>
  )
}
