# frozen_string_literal: true

module Heapdump
  VERSION = '0.1.0'
end
