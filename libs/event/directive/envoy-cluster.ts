/** Which end of a connection logged a request: the caller's sidecar or a gateway (outbound), or the sidecar of the service. */
export type Side = 'outbound' | 'inbound'

/** What the name of a cluster tells about a mesh. */
export interface Cluster {
  /** Undefined outside of a mesh. */
  readonly side?: Side
  /** The host of the service; undefined where the name holds none. */
  readonly host?: string
}

/**
 * `outbound|8080|v2|cart.shop.svc.cluster.local`, and the same as a server name: `outbound_.8080_.v2_.cart.shop…`. A waypoint
 * of the ambient mesh stands before the service, whose side it is: `inbound-vip|80|http|cart.shop…`.
 */
const NAMED =
  /^(outbound|inbound)(?:-vip|-pod)?(?:\|(\d{0,5})\|([^|]{0,253})\||_\.(\d{1,5})_\.([^_]{0,63})_\.)(.{0,253})$/

/** What Istio's name of a cluster says; the host of any other cluster is its name. */
export function clusterOf(name: string): Cluster {
  const match = NAMED.exec(name)
  if (match !== null) {
    const host = match[6] ?? ''
    return { side: match[1] as Side, ...(host !== '' && { host }) }
  }
  if (name.startsWith('InboundPassthroughCluster')) return { side: 'inbound' }
  return { ...(MESH_WIDE.has(name) && { side: 'outbound' }), host: name }
}

/** Where a sidecar sends what it knows no service for. */
const MESH_WIDE: ReadonlySet<string> = new Set(['PassthroughCluster', 'BlackHoleCluster'])

/** Names that Istio gives to routes without one; they would hide which paths they are. */
export const UNNAMED_ROUTES: ReadonlySet<string> = new Set(['default', 'allow_any', 'block_all'])

/** The host of an authority, without its port. */
export function hostOf(authority: string): string {
  const port = /:\d{1,5}$/.exec(authority)
  return port === null || authority.endsWith(']') ? authority : authority.slice(0, port.index)
}
