export {
  CLASS_INDEX,
  OUTCOME_INDEX,
  OUTCOMES,
  OWNER_INDEX,
  OWNERS,
  STATUS_CLASSES,
  type Outcome,
  type Owner,
  type StatusClass,
} from './vocabulary.js'
export {
  classIndex,
  classOf,
  isAbsentStatus,
  isCountableStatus,
  outcomeIndex,
  outcomeOf,
  ownerIndex,
  ownerIndexOf,
  ownerOf,
  UPSTREAM_NONE,
  UPSTREAM_UNTOLD,
} from './classification.js'
export { Catalog } from './catalog.js'
export { documentedCodes } from './documented-codes.js'
export { graphqlCode, graphqlOutcome, UNCODED_GRAPHQL_ERROR, type GraphqlOutcome } from './graphql-outcome.js'
export { grpcStatus, grpcStatuses, grpcStatusNamed, type GrpcStatus } from './grpc-status.js'
export { overlaysFrom, type ConfiguredCode, type Overlay, type OverlayCode } from './overlay.js'
export type { StatusCode } from './status-code.js'
