/** Version of the JSON documents (docs/schema). It rises when a key is removed or changes its meaning, not for new keys. */
export const SCHEMA_VERSION = 1
