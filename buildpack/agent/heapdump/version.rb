# frozen_string_literal: true

module Heapdump
  VERSION = '0.1.0'
  # In the app's own repository, not brought by the buildpack.
  VENDORED = __dir__.end_with?('/vendor/heapdump/heapdump')
end
