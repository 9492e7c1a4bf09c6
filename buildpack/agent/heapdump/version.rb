# frozen_string_literal: true

module Heapdump
  VERSION = '0.1.0'
  # Whether the agent is in the app's own repository instead of installed by the buildpack.
  VENDORED = __dir__.end_with?('/vendor/heapdump/heapdump')
end
