# frozen_string_literal: true

require 'fileutils'
require 'socket'
require 'tmpdir'
require_relative 'descriptors'
require_relative 'process_entry'

module Heapdump
  # Where the processes of one dyno find each other: a private directory with a socket and a history per process, the
  # leader's lock, and the ledger of requests.
  class Rendezvous
    class Unsafe < StandardError; end

    LONGEST_PATH = 80 # sun_path has 108 bytes, which must also hold a file name
    OF_PROCESS = /\A(\d+)\.(?:sock|history|history\.new)\z/.freeze

    attr_reader :path

    def initialize(dyno)
      base = Dir.tmpdir
      base = '/tmp' if base.bytesize > LONGEST_PATH - 40
      @path = File.join(base, "heapdump-#{Process.euid}-#{dyno.gsub(/[^\w.-]/, '_')[0, 24]}")
    end

    # Anyone who can write to /tmp could have made this directory before us: accept it only if it is ours and private.
    def enter
      FileUtils.mkdir_p(path, mode: 0o700)
      stat = File.lstat(path)
      return self if stat.directory? && stat.owned? && (stat.mode & 0o077).zero?

      raise Unsafe, "#{path} is not a private directory of this user; remove it to allow dumps"
    end

    def ledger_path
      File.join(path, 'requests.json')
    end

    def socket_path(pid)
      File.join(path, "#{pid}.sock")
    end

    def history_path(pid)
      File.join(path, "#{pid}.history")
    end

    def open_socket
      remove(socket_path(Process.pid))
      Descriptors.own(UNIXServer.new(socket_path(Process.pid)))
    end

    def connect(pid)
      Descriptors.own(UNIXSocket.new(socket_path(pid)))
    end

    # Every process that can dump, without the masters of server workers (the heap of a Puma master is in its workers).
    # A process that forked something else stays, as single-mode Puma does for Solid Queue: it serves requests itself.
    def members
      entries = Dir.children(path).map { |file| file[/\A(\d+)\.sock\z/, 1] }.compact.map { |pid| ProcessEntry.new(pid.to_i) }
      living, dead = entries.partition(&:alive?)
      sweep if dead.any?
      masters = living.select(&:worker?).map(&:parent_pid)
      living.reject { |entry| masters.include?(entry.pid) && !entry.worker? }.sort_by(&:pid)
    rescue Errno::ENOENT
      []
    end

    # Removes what killed processes left.
    def sweep
      files = Dir.children(path).grep(OF_PROCESS).group_by(&:to_i)
      files.each { |pid, left| left.each { |file| remove(File.join(path, file)) } unless ProcessEntry.new(pid).alive? }
    rescue SystemCallError
      nil
    end

    # → the leader's lock, or nil. A kill -9 releases it. A file that was removed meanwhile is no longer the lock.
    def try_lock
      file = File.open(lock_path, File::RDONLY | File::CREAT, 0o600)
      return Descriptors.own(file) if file.flock(File::LOCK_EX | File::LOCK_NB) && same_file?(file)

      file.close
      nil
    end

    # The last process to leave removes the directory.
    def leave
      [socket_path(Process.pid), history_path(Process.pid)].each { |file| remove(file) }
      sweep
      return if Dir.children(path).any? { |file| file.end_with?('.sock') }

      [ledger_path, lock_path].each { |file| remove(file) }
      Dir.rmdir(path)
    rescue SystemCallError
      nil
    end

    private

    def lock_path
      File.join(path, 'leader.lock')
    end

    def same_file?(file)
      file.stat.ino == File.stat(lock_path).ino
    rescue Errno::ENOENT
      false
    end

    def remove(file)
      File.unlink(file)
    rescue Errno::ENOENT
      nil
    end
  end
end
