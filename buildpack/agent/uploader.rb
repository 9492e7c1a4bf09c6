# frozen_string_literal: true

# The uploader: a Ruby without gems and without the app, started by UploaderProcess. stdin is the dump, descriptor 3
# carries the order and the verdict, 4 the parts of the memory record, stdout the reports.
require 'rbconfig' # Ruby 3.4's net/http needs it, and without RubyGems nothing else loads it
require_relative 'uploader/uploader'

$stdout.sync = true
Heapdump::Uploader.new(input: $stdin, orders: IO.for_fd(3, 'r'), memory: IO.for_fd(4, 'r'), reports: $stdout).run
