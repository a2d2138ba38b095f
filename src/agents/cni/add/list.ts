import { familyOfCni } from '../../../cluster/netconf/installed.ts'
import { calicoAdd } from '../calico/add.ts'
import { canalAdd } from '../canal/add.ts'
import { ciliumAdd } from '../cilium/add.ts'
import { flannelAdd } from '../flannel/add.ts'
import { vxlan } from '../flannel/vxlan.ts'
import { hostGwBackend } from '../flannel-host-gw/host-gw.ts'
import { ipipBackend } from '../flannel-ipip/ipip.ts'
import { plainBridgeAdd } from '../plain-bridge/add.ts'
import { weaveAdd } from '../weave/add.ts'
import type { CniAdd } from './types.ts'

/** A line a CNI: its own part of ADD and DEL. By name, else by the family of the name. */
const ADDS: Readonly<Record<string, CniAdd>> = {
  bridge: plainBridgeAdd,
  flannel: flannelAdd(vxlan),
  'flannel-host-gw': flannelAdd(hostGwBackend),
  'flannel-ipip': flannelAdd(ipipBackend),
  calico: calicoAdd,
  canal: canalAdd,
  cilium: ciliumAdd,
  weave: weaveAdd,
}

export const addOf = (name: string): CniAdd | undefined => ADDS[name] ?? ADDS[familyOfCni(name)]
