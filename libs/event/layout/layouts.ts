import { kong } from './json/kong.js'
import { traefik } from './json/traefik.js'
import { caddy } from './json/caddy.js'
import { alb } from './text/alb.js'
import { cloudfront } from './text/cloudfront.js'
import { cloudfrontJson } from './json/cloudfront-json.js'
import { w3c } from './text/w3c.js'
import { apisix } from './json/apisix.js'
import { pinoHttp } from './json/pino-http.js'
import { ecs } from './json/ecs.js'
import { otel } from './json/otel.js'
import { apiGateway } from './json/api-gateway.js'
import { haproxy } from './text/haproxy.js'
import { ingressNginx } from './text/ingress-nginx.js'
import { morgan } from './text/morgan.js'
import { traefikClf } from './text/traefik-clf.js'
import { cloudflare } from './json/cloudflare.js'
import { fastly } from './json/fastly.js'
import { cosmo } from './json/cosmo.js'
import { apolloRouter } from './json/apollo-router.js'
import { gcp } from './json/gcp.js'
import { azureGateway, azureGatewayV1 } from './json/azure-gateway.js'
import { azureFrontDoor } from './json/azure-front-door.js'
import { envoyJson } from './json/envoy.js'
import { istioJson } from './json/istio.js'
import { envoy } from './text/envoy.js'
import { istio } from './text/istio.js'
import type { Layout } from './layout.js'

/**
 * The built-in layouts in the order in which they are tried. Layouts that share a name are the text and the JSON form of
 * one product's log.
 */
export const LAYOUTS: readonly Layout[] = [
  haproxy,
  istio,
  istioJson,
  envoy,
  envoyJson,
  kong,
  traefik,
  traefikClf,
  ingressNginx,
  morgan,
  caddy,
  alb,
  cloudfront,
  cloudfrontJson,
  w3c,
  apisix,
  pinoHttp,
  apiGateway,
  cloudflare,
  fastly,
  cosmo,
  apolloRouter,
  ecs,
  otel,
  gcp,
  azureGateway,
  azureGatewayV1,
  azureFrontDoor,
]

/** Keys in lower case by which the byte scanner leaves a JSON record to the exact path. */
export const LAYOUT_MARKS: ReadonlySet<string> = new Set(
  LAYOUTS.flatMap((layout) => (layout.kind === 'json' ? layout.marks : [])),
)
