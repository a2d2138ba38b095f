/** The few signs that the page's buttons carry. Drawn on a 16 px grid. */
const paths = {
  play: 'M5 3.2v9.6a.6.6 0 0 0 .9.5l7.6-4.8a.6.6 0 0 0 0-1L5.9 2.7a.6.6 0 0 0-.9.5Z',
  pause: 'M4 3h2.6v10H4zM9.4 3H12v10H9.4z',
  next: 'M4 3.2v9.6c0 .5.5.7.9.5L11 8.5v4.3h2V3.2h-2v4.3L4.9 2.7c-.4-.2-.9 0-.9.5Z',
  back: 'M12 3.2v9.6c0 .5-.5.7-.9.5L5 8.5v4.3H3V3.2h2v4.3l6.1-4.8c.4-.2.9 0 .9.5Z',
  start: 'M13.5 3.2v9.6c0 .5-.5.7-.9.4L8 9.4v3.4c0 .5-.5.7-.9.4L2.8 9v3.8H1.2V3.2h1.6V7l4.3-4.2c.4-.3.9-.1.9.4v3.4l4.6-3.8c.4-.3.9-.1.9.4Z',
  end: 'M2.5 3.2v9.6c0 .5.5.7.9.4L8 9.4v3.4c0 .5.5.7.9.4L13.2 9v3.8h1.6V3.2h-1.6V7L8.9 2.8c-.4-.3-.9-.1-.9.4v3.4L3.4 2.8c-.4-.3-.9-.1-.9.4Z',
  sun: 'M8 4.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4ZM7.3.9h1.4v2.2H7.3zM7.3 12.9h1.4v2.2H7.3zM.9 7.3h2.2v1.4H.9zM12.9 7.3h2.2v1.4h-2.2zM2.5 3.5l1-1L5 4.1l-1 1zM11 12l1-1 1.5 1.5-1 1zM3.5 13.5l-1-1L4.1 11l1 1zM12 5l-1-1 1.5-1.5 1 1z',
  moon: 'M6.3 1.6A6.5 6.5 0 1 0 14.4 9.7 5.4 5.4 0 0 1 6.3 1.6Z',
  close: 'M3.6 2.5 8 6.9l4.4-4.4 1.1 1.1L9.1 8l4.4 4.4-1.1 1.1L8 9.1l-4.4 4.4-1.1-1.1L6.9 8 2.5 3.6z',
  arrow: 'M9.2 3.4 13.8 8l-4.6 4.6-1-1 2.9-2.9H2.2V7.3h8.9L8.2 4.4z',
  locate: 'M5 4h7v7h-1.5V6.6L4.6 12.5l-1.1-1.1 5.9-5.9H5z',
} as const

export type IconName = keyof typeof paths

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" fill="currentColor">
      <path d={paths[name]} />
    </svg>
  )
}
