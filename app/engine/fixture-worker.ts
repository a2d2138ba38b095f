// Development only: speaks the protocol with the made-up answer. Deleted with the first real worker.
import type { FromWorker, ToWorker } from '../../src/protocol.ts'
import { fixture } from './fixture.ts'

const post = (message: FromWorker): void => self.postMessage(message)
self.onmessage = ({ data }: MessageEvent<ToWorker>): void => {
  if ('ask' in data) post({ number: data.number, answer: fixture(data.ask) })
  if ('view' in data) post({ number: data.number, viewed: { kind: 'text', text: '' } })
}
