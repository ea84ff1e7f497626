import type { Envelope } from '#event'
import { firstToldText } from './told-text.js'

/** Labels that name the service, the first that there is. */
export const SERVICE_LABELS = [
  'service_name',
  'service.name',
  'service',
  'app_kubernetes_io_name',
  'app.kubernetes.io/name',
  'app',
  'application',
] as const
/** Labels that only tell where a line was found: asked where neither these nor the line tells a service or a host. */
export const PLACE_LABELS = ['container', 'container_name', 'job'] as const
const GATEWAY_LABELS = ['gateway', 'gateway_name'] as const

/** What fields or attributes that a sender puts beside its records tell about them. */
export function labelEnvelope(
  labels: Readonly<Record<string, unknown>>,
  serviceLabels: readonly string[] = SERVICE_LABELS,
): Envelope {
  const service = firstToldText(labels, serviceLabels)
  const host = firstToldText(labels, PLACE_LABELS)
  const gateway = firstToldText(labels, GATEWAY_LABELS)
  return {
    ...(service !== undefined && { service }),
    ...(host !== undefined && { host }),
    ...(gateway !== undefined && { gateway }),
  }
}
