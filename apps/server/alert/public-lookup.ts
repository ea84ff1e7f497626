import { lookup, type LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address.js'

/** The name leads to no public address. */
export class PrivateAddress extends Error {
  override readonly name = 'PrivateAddress'
}

/** Resolves a name as the system does. */
export type Resolve = (host: string, answer: (error: Error | null, addresses: LookupAddress[]) => void) => void

const system: Resolve = (host, answer) =>
  lookup(host, { all: true }, (error, addresses) => answer(error, error ? [] : addresses))

/**
 * A lookup for sockets that knows public addresses only. The socket connects to the very address that was checked, so a name
 * that answers differently the second time gains nothing.
 */
export const publicLookup =
  (resolve: Resolve = system): LookupFunction =>
  (host, options, callback) =>
    resolve(host, (error, addresses) => {
      const [first, ...others] = addresses.filter(({ address }) => isPublicAddress(address))
      if (error) return callback(error, '')
      if (first === undefined) return callback(new PrivateAddress(`${host} has no public address`), '')
      if (options.all) return callback(null, [first, ...others])
      return callback(null, first.address, first.family)
    })
