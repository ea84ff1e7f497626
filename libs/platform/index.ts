export { Clock, SystemClock } from './clock.js'
export { EmbeddedPostgresError } from './embedded-postgres/error.js'
export { startEmbeddedPostgres } from './embedded-postgres/embedded-postgres.js'
export { noRoom } from './embedded-postgres/folder-problem.js'
export { keepEmbeddedPostgres, type KeptPostgres } from './embedded-postgres/kept-postgres.js'
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres/embedded-postgres.js'
export type { Config, OverlayCode, SourceSettings, WebhookSettings } from './config/config.js'
export { ConfigError } from './config/config-error.js'
export { describeConfig, settingRows, type SettingRow } from './config/describe-config.js'
export { loadConfig } from './config/load-config.js'
export { bindProblem, settingProblems, type NamedThings } from './config/setting-problems.js'
export { unknownVariables } from './config/unknown-variables.js'
export { Secret } from './config/secret.js'
export { boundHeapGrowth } from './heap-growth.js'
export { hashApiKey, newApiKey, sameHash, SCOPES, type Scope } from './api-key.js'
export {
  isLocalHostHeader,
  isLoopback,
  judgeCaller,
  mayListen,
  type CallerHeaders,
  type CallerVerdict,
} from './bind-rule.js'
export { createLogger, type Logger, type LogLevel } from './log.js'
export { METRICS, type LabelsOf, type MetricName, type MetricRow } from './metric-table.js'
export { seededRandom } from './seeded-random.js'
export { SelfMetrics } from './self-metrics.js'
export { StopOrder, stopOnSignals, type SignalTarget, type StopResult } from './stop-order.js'
export { isCidr, PeerRules, type PeerRule } from './peer-rules.js'
