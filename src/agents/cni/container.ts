import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { ClusterPod } from '../../cluster/cluster.ts'
import { podNetns } from '../agent.ts'

/** The runtime's id of a pod's sandbox (CNI_CONTAINERID), 64 hex digits: random in the field, ours comes from the pod's name. */
export const containerId = (pod: Pick<ClusterPod, 'meta'>): string => bytesToHex(sha256(utf8ToBytes(podNetns(pod))))
