/** Of the JSON documents (docs/schema): it rises when a key goes, or means another thing; more keys are no new version. */
export const SCHEMA_VERSION = 1
