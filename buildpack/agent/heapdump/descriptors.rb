# frozen_string_literal: true

module Heapdump
  # The open files a forked child must not keep. An inherited flock outlives a dead leader in its children, an inherited pipe end
  # keeps the uploader from seeing its end, an inherited listening socket accepts what nobody serves.
  module Descriptors
    @owned = {}.compare_by_identity

    class << self
      def own(io)
        @owned[io] = proc { io.close }
        io
      end

      # A child that exits after inheriting a libpq connection says goodbye on it, and ends the parent's session. Its copy of the
      # socket therefore leads to /dev/null from now on (what ActiveRecord's discard! does).
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
      def abandon(except: nil)
        @owned.each do |io, let_go|
          let_go.call unless io.equal?(except)
        rescue StandardError
          nil
        end
        @owned = {}.compare_by_identity
      end
    end
  end
end
