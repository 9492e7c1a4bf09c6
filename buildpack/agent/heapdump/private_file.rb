# frozen_string_literal: true

module Heapdump
  # Replaces a small file, readable only by this user. Renamed into place: a process killed while writing leaves the
  # previous file intact.
  module PrivateFile
    # Raises SystemCallError, on a full disk for example; then the previous file is unchanged.
    def self.replace(path, text)
      written = "#{path}.new"
      File.write(written, text, perm: 0o600)
      File.rename(written, path)
    rescue SystemCallError
      File.unlink(written) if File.exist?(written)
      raise
    end
  end
end
