#!/usr/bin/env node
// The plugin alone, without the Heroku CLI: `bin/run.js heapdump:analyze FILE`.
import {execute} from '@oclif/core'

await execute({dir: import.meta.url})
