import { BlockList, isIP } from 'node:net'
import { isLoopback } from './bind-rule.js'

/** Senders of one network, and the source that they are counted under. */
export interface PeerRule {
  /** `10.0.0.0/8`, `2001:db8::/32` or a single address. */
  readonly cidr: string
  readonly source: string
}

interface Network {
  readonly addresses: BlockList
  readonly source: string
}

/**
 * Who may send to doors that cannot carry a key, and under which source. Without rules only this machine may, under the
 * name of the door. The first rule that fits decides.
 */
export class PeerRules {
  private readonly networks: readonly Network[]

  /** Throws for a rule that `cidrProblem` finds fault with: settings are checked before. */
  constructor(rules: readonly PeerRule[]) {
    this.networks = rules.map(({ cidr, source }) => ({ addresses: blockList(cidr), source }))
  }

  /** The source of a sender by its address; null: it may not send. */
  sourceOf(address: string, door: string): string | null {
    const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
    const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4'
    const found = this.networks.find(({ addresses }) => addresses.check(plain, family))
    if (found !== undefined) return found.source
    return this.networks.length === 0 && isLoopback(plain) ? door : null
  }
}

/** Whether a text is an address or a network of addresses. */
export function isCidr(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const longest = isIP(address) === 6 ? 128 : 32
  if (isIP(address) === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest)
}

function blockList(cidr: string): BlockList {
  const [address = '', bits] = cidr.split('/')
  const isV6 = isIP(address) === 6
  const list = new BlockList()
  list.addSubnet(address, Number(bits ?? (isV6 ? 128 : 32)), isV6 ? 'ipv6' : 'ipv4')
  return list
}
