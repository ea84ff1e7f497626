import { Module } from '@nestjs/common'
import { LandingController } from './landing.controller.js'

/** The front page. */
@Module({ controllers: [LandingController] })
export class LandingModule {}
