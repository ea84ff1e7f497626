import { Module } from '@nestjs/common'
import { HealthController } from './health.controller.js'

/** Whether the process lives, and whether it is ready. */
@Module({ controllers: [HealthController] })
export class HealthModule {}
