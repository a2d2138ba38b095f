import { expect, test } from 'vitest'
import { endpointChain, serviceChain } from './names.ts'

test.each([
  ['ns1/svc1:p80', 'tcp', 'XPGD46QRK7WJZT7O'],
  ['ns1/svc1', 'tcp', 'AQI2S6QIMU7PVVRP'],
  ['default/kubernetes:https', 'tcp', 'NPX46M4PTMTKRN6Y'],
  ['kube-system/kube-dns:dns', 'udp', 'TCOU7JCQXEZGVUNU'],
  ['kube-system/kube-dns:dns-tcp', 'tcp', 'ERIFXISQEP7F7OF4'],
  ['kube-system/kube-dns:metrics', 'tcp', 'JD5MR3NA4I4DYORP'],
  ['default/nginx-service', 'tcp', 'V2OKYYMBY3REGZOG'],
])('%s %s', (name, proto, hash) => {
  expect(serviceChain('SVC', { name, proto })).toBe(`KUBE-SVC-${hash}`)
  expect(serviceChain('FW', { name, proto })).toBe(`KUBE-FW-${hash}`)
})

test.each([
  ['ns1/svc1:p80', '10.180.0.1:80', 'KUBE-SEP-SXIVWICOYRO3J4NJ'],
  ['default/nginx-service', '10.244.0.27:80', 'KUBE-SEP-POZMZY2HDLRATSJV'],
  ['default/both:http', '[fd00:10:2::82]:8080', 'KUBE-SEP-R6WYR7HHRNZNAKAZ'],
])('%s -> %s', (name, endpoint, chain) => {
  expect(endpointChain({ name, proto: 'tcp' }, endpoint)).toBe(chain)
})
