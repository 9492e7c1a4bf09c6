# frozen_string_literal: true

require 'securerandom'
require 'timeout'
require 'zlib'
require_relative '../heapdump/spare_time'
require_relative '../heapdump/wide_pipe'
require_relative 'packer'

module Heapdump
  # Turns a dump into gzip in several processes, because redaction takes a process three times as long as Ruby takes to
  # write the dump, and the dump child, which shares its memory with the app, should live briefly. The processes get
  # chunks of whole lines in turns; their results are put together in the same order.
  #
  # A value cannot span two lines, because Ruby escapes line breaks in it. A longer line than a chunk goes to one process
  # in pieces, so no process ever holds much.
  class Packers
    # One of the processes ended before the dump did.
    class Broken < StandardError; end

    # The process as seen from here. unsent: bytes that its pipe had no space for.
    Peer = Struct.new(:pid, :input, :output, :unsent, :received)

    MOST = 2 # each takes 20 MB; with one more, the dump child would soon be the slowest
    CHUNK_BYTES = 1 << 20
    READ_BYTES = 1 << 18
    START_SECONDS = 3
    HEADER = [0x1f, 0x8b, 8, 0, 0, 4, 3].pack('CCCCL<CC') # gzip by the fastest method, on Unix, without name and time
    LAST_BLOCK = "\x03\x00".b # of a deflate stream: empty

    # bytes, objects: of the chunks that are packed, after redaction.
    attr_reader :bytes, :objects

    # others: descriptors that the processes must close. spare_time: see SpareTime.
    def initialize(count, others, redact:, spare_time: false)
      @salt = redact ? SecureRandom.bytes(16) : nil
      @others = others
      @peers = []
      @read = ''.b
      count.clamp(1, MOST).times { @peers << start(spare_time) }
      @filling = 0 # the index of the peer that gets the current chunk
      @filled = 0 # bytes of it
      @finished = false
      @turns = [] # peers with unfinished chunks, in the order of the chunks
      @bytes = @objects = @checksum = 0
    end

    # Whether `add` may be called: what it was given before is on its way.
    def hungry?
      @peers.all? { |peer| peer.unsent.empty? }
    end

    # block: bytes of the dump, cut anywhere.
    def add(block)
      newline = block.rindex("\n") if @filled + block.bytesize >= CHUNK_BYTES
      return give(block) unless newline

      give(block.byteslice(0, newline + 1))
      end_chunk
      rest = block.byteslice(newline + 1, block.bytesize)
      give(rest) unless rest.empty?
    end

    # No more blocks will come.
    def finish
      end_chunk if @filled.positive?
      @finished = true
    end

    # Whether everything is packed, after `finish`.
    def done?
      @finished && @turns.empty?
    end

    # For IO.select.
    def readable
      @turns.first(1).map(&:output)
    end

    def writable
      @peers.reject { |peer| peer.unsent.empty? }.map(&:input)
    end

    # Moves data where IO.select found that it can. Yields what goes between HEADER and `trailer`. Raises Broken.
    def move(readable, writable, &packed)
      @peers.each { |peer| write_to(peer) if writable.include?(peer.input) }
      receive(@turns.first, &packed) if @turns.any? && readable.include?(@turns.first.output)
    rescue EOFError, Errno::EPIPE
      raise Broken
    end

    # The end of the gzip stream, once all is done.
    def trailer
      LAST_BLOCK + [@checksum, @bytes & 0xffffffff].pack('L<L<')
    end

    # Ends the processes, also in the middle of a dump.
    def close
      @peers.each { |peer| [peer.input, peer.output].each { |io| io.close unless io.closed? } }
      @peers.each { |peer| Process.wait(peer.pid) }
      @peers.clear
    rescue SystemCallError
      nil
    end

    private

    def start(spare_time)
      input, ours = IO.pipe
      theirs, output = IO.pipe
      [input, theirs].each { |pipe| WidePipe.widen(pipe) }
      # When the kernel refuses a new process, Ruby retries every second, forever.
      pid = Timeout.timeout(START_SECONDS, Errno::EAGAIN) { fork }
      unless pid
        foreign = @others + @peers.flat_map { |peer| [peer.input, peer.output] } + [ours, theirs]
        pack(input, output, foreign, spare_time)
      end
      [input, output].each(&:close)
      Peer.new(pid, ours.binmode, theirs.binmode, ''.b, ''.b)
    end

    # In the new process.
    def pack(input, output, foreign, spare_time)
      %w[TERM INT].each { |name| Signal.trap(name, 'DEFAULT') }
      foreign.each(&:close)
      Process.setproctitle('heapdump: packing a dump')
      SpareTime.patiently if spare_time
      [input, output].each(&:binmode)
      output.sync = true
      Packer.new(input, output, @salt).run
    rescue StandardError, NoMemoryError, SignalException
      nil # the uploader notices that the stream broke off
    ensure
      exit!
    end

    def give(block)
      peer = @peers[@filling]
      @turns << peer if @filled.zero?
      @filled += block.bytesize
      peer.unsent << [block.bytesize].pack(Packer::SIZE) << block
      write_to(peer)
    rescue Errno::EPIPE
      raise Broken
    end

    def end_chunk
      peer = @peers[@filling]
      peer.unsent << [0].pack(Packer::SIZE)
      @filled = 0
      @filling = (@filling + 1) % @peers.size
    end

    def write_to(peer)
      written = peer.input.write_nonblock(peer.unsent, exception: false)
      return if written == :wait_writable

      # `clear` frees the memory at once; garbage of this size would add up to 30 MB before Ruby collects it.
      written == peer.unsent.bytesize ? peer.unsent.clear : peer.unsent.slice!(0, written)
    end

    # The next one in turn may have been read too far, and have frames already.
    def receive(peer, &packed)
      peer.received << peer.output.read_nonblock(READ_BYTES, @read)
      while (peer = @turns.first) && (frame = frame_of(peer))
        frame == :end ? @turns.shift : packed.call(frame)
      end
    end

    # → packed bytes, :end after the last of a chunk, nil if the frame has not arrived entirely
    def frame_of(peer)
      size = peer.received.unpack1(Packer::SIZE)
      return nil unless size

      whole = Packer::SIZE_BYTES + (size.zero? ? Packer::SUMMARY_BYTES : size)
      return nil if peer.received.bytesize < whole

      frame = peer.received.slice!(0, whole).byteslice(Packer::SIZE_BYTES, whole)
      return frame unless size.zero?

      add_up(*frame.unpack(Packer::SUMMARY))
      :end
    end

    def add_up(bytes, objects, checksum)
      @checksum = Zlib.crc32_combine(@checksum, checksum, bytes)
      @bytes += bytes
      @objects += objects
    end
  end
end
