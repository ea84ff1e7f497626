/** The headers that tell a local tool from a web page on another origin. */
export interface CallerHeaders {
  readonly host?: string | undefined
  readonly origin?: string | undefined
  readonly secFetchSite?: string | undefined
  readonly secFetchMode?: string | undefined
}

/** Why a request to a server without keys is let in or not. */
export type CallerVerdict = 'local' | 'foreign_host' | 'foreign_origin' | 'cross_site'

/** Tells whether an address reaches this machine only. A name other than localhost may point anywhere. */
export function isLoopback(address: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(address)
}

/** Without keys the server listens on loopback only. */
export function mayListen(address: string, keysExist: boolean): boolean {
  return keysExist || isLoopback(address)
}

/**
 * Judges a request to a server without keys. A page on another origin reaches loopback through the visitor's browser: under a name
 * that was rebound to 127.0.0.1 (the Host gives it away), or directly (Origin or Sec-Fetch-Site give it away).
 */
export function judgeCaller(headers: CallerHeaders): CallerVerdict {
  if (!isLocalHostHeader(headers.host)) return 'foreign_host'
  if (headers.origin !== undefined && !isOriginOf(headers.origin, headers.host)) return 'foreign_origin'
  return isForeignFetch(headers.secFetchSite, headers.secFetchMode) ? 'cross_site' : 'local'
}

/** Tells whether a Host header names this machine: localhost, 127.0.0.1 or [::1], with any port. */
export function isLocalHostHeader(host: string | undefined): host is string {
  return host !== undefined && /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(host)
}

/** Another port of localhost is another origin: any program of this machine may serve pages there. */
function isOriginOf(origin: string, host: string): boolean {
  if (!/^https?:\/\/[^/?#@\s]+$/i.test(origin) || !URL.canParse(origin)) return false
  const { protocol, host: given } = new URL(origin)
  const own = URL.canParse(`${protocol}//${host}`) ? new URL(`${protocol}//${host}`).host : undefined
  return given === own
}

/** Browsers send Sec-Fetch-Site; `same-site` is another port of this host, harmless when the visitor only follows a link. */
function isForeignFetch(site: string | undefined, mode: string | undefined): boolean {
  if (site === undefined || site === 'same-origin' || site === 'none') return false
  return !(site === 'same-site' && mode === 'navigate')
}
