import type { Owner } from '#catalog'

/** One of Envoy's response flags. */
export interface EnvoyFlag {
  readonly flag: string
  /** As `%RESPONSE_FLAGS_LONG%` writes it. */
  readonly long: string
  /** Who is at fault where the response is a server error; null: it says nothing about that. */
  readonly owner: Owner | null
}

/**
 * All response flags; of several in one record the first here decides. Network is the way to the upstream; upstream is what
 * was reached, or what health checks say of it; gateway is what Envoy or its configuration decided without it.
 */
export const ENVOY_FLAGS: readonly EnvoyFlag[] = [
  ['DC', 'DownstreamConnectionTermination', 'client'],
  ['DR', 'DownstreamRemoteReset', 'client'],
  ['DPE', 'DownstreamProtocolError', 'client'],
  ['IH', 'InvalidEnvoyRequestHeaders', 'client'],
  ['UF', 'UpstreamConnectionFailure', 'network'],
  ['DF', 'DnsResolutionFailed', 'network'],
  ['UC', 'UpstreamConnectionTermination', 'upstream'],
  ['UT', 'UpstreamRequestTimeout', 'upstream'],
  ['UR', 'UpstreamRemoteReset', 'upstream'],
  ['UPE', 'UpstreamProtocolError', 'upstream'],
  ['UH', 'NoHealthyUpstream', 'upstream'],
  ['UMSDR', 'UpstreamMaxStreamDurationReached', 'upstream'],
  ['SI', 'StreamIdleTimeout', 'upstream'],
  ['LH', 'FailedLocalHealthCheck', 'upstream'],
  ['UO', 'UpstreamOverflow', 'gateway'],
  ['LR', 'LocalReset', 'gateway'],
  ['NR', 'NoRouteFound', 'gateway'],
  ['NC', 'NoClusterFound', 'gateway'],
  ['NFCF', 'NoFilterConfigFound', 'gateway'],
  ['DT', 'DurationTimeout', 'gateway'],
  ['RL', 'RateLimited', 'gateway'],
  ['RLSE', 'RateLimitServiceError', 'gateway'],
  ['UAEX', 'UnauthorizedExternalService', 'gateway'],
  ['FI', 'FaultInjected', 'gateway'],
  ['OM', 'OverloadManagerTerminated', 'gateway'],
  ['DO', 'DropOverload', 'gateway'],
  ['UDO', 'UnconditionalDropOverload', 'gateway'],
  // Retries were used up: the last attempt failed by what another flag says, or with an answer of the upstream.
  ['URX', 'UpstreamRetryLimitExceeded', 'upstream'],
  ['DI', 'DelayInjected', null],
  ['RFCF', 'ResponseFromCacheFilter', null],
].map(([flag, long, owner]) => ({ flag, long, owner }) as EnvoyFlag)
