import { Base1764000001000 } from './1764000001000-base.js'
import { Alerts1764000002000 } from './1764000002000-alerts.js'
import { Secrets1764000003000 } from './1764000003000-secrets.js'
import { EventKeys1764000004000 } from './1764000004000-event-keys.js'
import { SampleDetail1764000005000 } from './1764000005000-sample-detail.js'
import { Rollups1764000006000 } from './1764000006000-rollups.js'
import { Packing1764000007000 } from './1764000007000-packing.js'

/** Every migration, oldest first. Forward only. */
export const migrations = [
  Base1764000001000,
  Alerts1764000002000,
  Secrets1764000003000,
  EventKeys1764000004000,
  SampleDetail1764000005000,
  Rollups1764000006000,
  Packing1764000007000,
]
