/**
 * Widths of printable ASCII (32-126) in thousandths of the type size, measured in the bundled Inter at weights
 * 400 and 650. A table instead of a canvas: layout stays a pure function, and its tests run anywhere.
 */
const regular = [
  281, 288, 466, 633, 642, 982, 644, 300, 365, 365, 501, 662, 288, 460, 288, 360, 631, 407, 610, 618, 646, 593, 620, 566, 619, 620, 288,
  302, 662, 662, 662, 511, 966, 690, 654, 730, 722, 601, 590, 746, 743, 269, 571, 672, 565, 903, 753, 765, 639, 765, 644, 642, 646, 744,
  690, 985, 682, 679, 629, 365, 360, 365, 471, 456, 323, 562, 612, 571, 612, 583, 370, 613, 591, 242, 242, 549, 242, 876, 591, 600, 612,
  612, 376, 528, 327, 591, 562, 818, 546, 562, 552, 426, 333, 426, 662,
]
const bold = [
  244, 330, 537, 646, 653, 1010, 667, 333, 375, 375, 549, 676, 326, 467, 326, 384, 667, 427, 626, 641, 671, 617, 645, 579, 646, 645, 326,
  336, 676, 676, 676, 551, 1008, 737, 661, 738, 722, 606, 587, 750, 746, 279, 582, 711, 565, 927, 761, 770, 646, 775, 655, 653, 664, 734,
  737, 1029, 729, 722, 658, 375, 384, 375, 484, 473, 358, 577, 627, 585, 627, 594, 394, 629, 618, 267, 267, 575, 267, 906, 617, 611, 627,
  627, 402, 555, 360, 618, 593, 845, 575, 595, 569, 462, 365, 462, 676,
]
/** Every glyph of JetBrains Mono. */
const mono = 600

export type Font = 'sans' | 'mono'

function glyph(code: number, font: Font, weight: number): number {
  if (code >= 0x2e80) return 1000
  if (code === 0x2192) return 850
  if (font === 'mono') return mono
  if (code >= 32 && code < 127) return (weight >= 600 ? bold : regular)[code - 32] ?? 600
  if (code === 0xb7) return 326
  return code === 0x2026 ? 979 : 700
}

/** Widths that were worked out before, in thousandths of the type size: the same names are laid out again after every edit. */
const widths = { regular: new Map<string, number>(), bold: new Map<string, number>(), mono: new Map<string, number>() }
const MOST_KEPT = 4000

/** Width of a line of text in px. */
export function textWidth(text: string, size: number, font: Font = 'sans', weight = 400): number {
  const known = font === 'mono' ? widths.mono : weight >= 600 ? widths.bold : widths.regular
  let sum = known.get(text)
  if (sum === undefined) {
    sum = 0
    for (const c of text) sum += glyph(c.codePointAt(0) ?? 0, font, weight)
    if (known.size >= MOST_KEPT) known.clear()
    known.set(text, sum)
  }
  return (sum * size) / 1000
}

/** The text, or as much of both its ends as fits: a Pod's own suffix is what tells it from its brothers. */
export function fitted(text: string, width: number, size: number, font: Font = 'sans', weight = 400): string {
  if (textWidth(text, size, font, weight) <= width) return text
  const chars = [...text]
  for (let keep = chars.length - 1; keep > 1; keep--) {
    const tail = Math.min(5, Math.floor(keep / 2))
    const short = `${chars.slice(0, keep - tail).join('')}…${chars.slice(chars.length - tail).join('')}`
    if (textWidth(short, size, font, weight) <= width) return short
  }
  return '…'
}

/** A Pod of a Deployment or DaemonSet: what somebody called it, the hash of its template, its own five characters. */
const podName = /^(.+?)(?:-[bcdfghjklmnpqrstvwxz2456789]{6,10})?-([bcdfghjklmnpqrstvwxz2456789]{5})$/

/** A Pod's name in `width` px: the hash in the middle goes first, then the end of what somebody called it. */
export function fittedPod(name: string, width: number, size: number, weight = 400): string {
  if (textWidth(name, size, 'sans', weight) <= width) return name
  const [, given, own] = podName.exec(name) ?? []
  const short = given === undefined || own === undefined ? name : `${given}-…-${own}`
  return textWidth(short, size, 'sans', weight) <= width ? short : fitted(name, width, size, 'sans', weight)
}
