# frozen_string_literal: true

# The uploader: a Ruby without gems and without the app, started by UploaderProcess. stdin is the dump, descriptor 3 the order and
# the verdict, stdout the reports.
require 'rbconfig' # net/http of Ruby 3.4 needs it, and only RubyGems would load it
require_relative 'uploader/uploader'

$stdout.sync = true
Heapdump::Uploader.new(input: $stdin, orders: IO.for_fd(3, 'r'), reports: $stdout).run
