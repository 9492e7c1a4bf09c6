// The flags of heapdump:setup.
import {Flags, type Interfaces} from '@oclif/core'

export const SETUP_FLAGS = {
  'bucket-env': Flags.string({
    description: 'use your own bucket instead of an add-on: set the AWS_* variables of this file on the app',
    helpGroup: 'bucket',
    helpValue: 'FILE',
  }),
  buildpack: Flags.string({
    description: "URL of the heapdump buildpack (default: this plugin's repository)",
    helpGroup: 'agent',
    helpValue: 'URL',
  }),
  'dry-run': Flags.boolean({description: 'only show what would be done'}),
  dyno: Flags.string({
    description: "dyno to enable: web.1, web, 'worker.*' or '*'; can be repeated (default: web.1)",
    helpGroup: 'agent',
    helpValue: 'web.1',
    multiple: true,
  }),
  plan: Flags.string({
    default: 'bucketeer:hobbyist',
    description: 'add-on plan that provides a bucket if the app has none',
    helpGroup: 'bucket',
    helpValue: 'PLAN',
  }),
  remove: Flags.boolean({
    description: 'undo a setup, but keep the bucket and its dumps',
    exclusive: ['bucket-env', 'buildpack', 'dyno', 'vendor'],
  }),
  vendor: Flags.boolean({
    description: "copy the agent into the app's repository instead of adding a buildpack",
    exclusive: ['buildpack'],
    helpGroup: 'agent',
  }),
  yes: Flags.boolean({char: 'y', description: 'skip the confirmation prompt'}),
}

export type SetupFlags = Interfaces.InferredFlags<typeof SETUP_FLAGS>
