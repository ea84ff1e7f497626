import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common'
import { type Rule, WindowDetector } from '#alert'
import { type Clock, type Logger, type WebhookSettings } from '#platform'
import { type AlertStore } from '#store'
import { AlertLoop } from './alert-loop.js'
import { WebhookDelivery } from './webhook-delivery.js'

const WEBHOOKS = Symbol('webhooks')

/** What alerts need from the process. */
export interface AlertModuleParts {
  readonly store: AlertStore
  readonly rules: readonly Rule[]
  readonly webhooks: readonly WebhookSettings[]
  readonly deliveryTimeoutMs: number
  readonly clock: Clock
  readonly log: Logger
}

/** Evaluation of alerts and delivery of notices, for the roles `all` and `alert`. */
@Module({})
export class AlertModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(AlertLoop) private readonly loop: AlertLoop,
    @Inject(WEBHOOKS) private readonly webhooks: readonly WebhookDelivery[],
  ) {}

  static register(parts: AlertModuleParts): DynamicModule {
    const { store, rules, clock, log, deliveryTimeoutMs } = parts
    const channels = parts.webhooks.map((webhook) => webhookOf(webhook, deliveryTimeoutMs, clock))
    const detector = new WindowDetector()
    const claimMs = deliveryTimeoutMs + 30_000
    const loop = new AlertLoop({ store, detector, rules, channels, claimMs, clock, log })
    return {
      module: AlertModule,
      providers: [
        { provide: AlertLoop, useValue: loop },
        { provide: WEBHOOKS, useValue: channels },
      ],
      exports: [AlertLoop],
    }
  }

  onApplicationBootstrap(): void {
    this.loop.start()
  }

  async onApplicationShutdown(): Promise<void> {
    await this.loop.stop()
    await Promise.all(this.webhooks.map((webhook) => webhook.close()))
  }
}

function webhookOf(settings: WebhookSettings, timeoutMs: number, clock: Clock): WebhookDelivery {
  const { name, url, secret, allowPrivate = false } = settings
  return new WebhookDelivery({ name, url: String(url), secret: secret.reveal(), allowPrivate, timeoutMs }, clock)
}
