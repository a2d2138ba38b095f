import { type Book, type Say, useBook } from '../../panels/book.ts'

/** Words of zooming. */
export const book = {
  tools: ['Zoom', '缩放'],
  in: ['Zoom in (+)', '放大（+）'],
  out: ['Zoom out (−)', '缩小（−）'],
  fit: ['Show the whole cluster (0)', '显示整个集群（0）'],
  whole: ['Fit to the stage (0)', '适应画面（0）'],
  path: ['What the stage shows', '画面所示'],
  cluster: ['cluster', '集群'],
  form: ['Shown as', '显示方式'],
  map: ['Map', '地图'],
  list: ['List', '列表'],
} as const satisfies Book

export type Z = Say<typeof book>
export const useZ = (): Z => useBook(book)
