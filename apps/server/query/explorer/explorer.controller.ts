import { Controller, Get, Header } from '@nestjs/common'
import { RouteConfig } from '@nestjs/platform-fastify'
import { page } from './page.js'
import { script } from './script.js'
import { style } from './style.js'

const OWN_FILES_ONLY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
/** The files hold no data, so that the page opens without a key and asks for one. */
const OPEN = { scope: 'open' }

/** The GraphQL explorer: a page of our own, which needs nothing from anywhere else. */
@Controller('graphiql')
export class ExplorerController {
  @Get()
  @RouteConfig(OPEN)
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', OWN_FILES_ONLY)
  page(): string {
    return page
  }

  @Get('explorer.js')
  @RouteConfig(OPEN)
  @Header('content-type', 'text/javascript; charset=utf-8')
  script(): string {
    return script
  }

  @Get('explorer.css')
  @RouteConfig(OPEN)
  @Header('content-type', 'text/css; charset=utf-8')
  style(): string {
    return style
  }
}
