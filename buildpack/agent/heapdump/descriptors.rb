# frozen_string_literal: true

module Heapdump
  # The open files that a forked child must not keep. An inherited flock outlives a dead leader in its children, an
  # inherited pipe end hides EOF from the uploader, and an inherited listening socket accepts connections that nobody
  # serves.
  module Descriptors
    @owned = {}.compare_by_identity

    class << self
      def own(io)
        @owned[io] = proc { io.close }
        io
      end

      # A child that exits with an inherited libpq connection says goodbye on it, which ends the parent's session. So
      # the child's copy of the socket is reopened on /dev/null (as ActiveRecord's discard! does).
      def own_libpq(connection)
        socket = connection.socket_io
        @owned[connection] = proc { socket.reopen(IO::NULL) }
        connection
      end

      def disown(io)
        @owned.delete(io)
        io
      end

      def close(io)
        disown(io)
        io.close unless io.closed?
      rescue SystemCallError, IOError
        nil
      end

      # In a forked child only.
      def abandon
        @owned.each_value do |let_go|
          let_go.call
        rescue StandardError
          nil
        end
        @owned = {}.compare_by_identity
      end
    end
  end
end
