import { labelOf } from '../../label.js'
import type { JsonObject } from '../layout.js'
import { textAt } from '../value-at.js'

/** Categories of Azure's diagnostic logs: requests, and what else the same resources log. */
export const GATEWAY_REQUESTS = 'ApplicationGatewayAccessLog'
const FRONT_DOOR_REQUESTS: ReadonlySet<string> = new Set(['FrontDoorAccessLog', 'FrontdoorAccessLog'])
const OTHERS =
  /^(?:ApplicationGateway(?:Firewall|Performance)Log|Front[Dd]oor(?:WebApplicationFirewall|HealthProbe)Log)$/

/** What a record of these resources is about; null where it is of another one. */
export function azureCategoryOf(record: JsonObject): 'gateway' | 'front_door' | 'other' | null {
  if (textAt(record, 'resourceId') === undefined) return null
  const category = textAt(record, 'category') ?? ''
  if (category === GATEWAY_REQUESTS) return 'gateway'
  if (FRONT_DOOR_REQUESTS.has(category)) return 'front_door'
  return OTHERS.test(category) ? 'other' : null
}

/** The resource's own name. Azure writes resource ids in capitals here and as they are there. */
export function azureResourceOf(record: JsonObject): string | undefined {
  return labelOf(textAt(record, 'resourceId')?.split('/').at(-1)?.toLowerCase() ?? '')
}
