# frozen_string_literal: true

require_relative 'units'

module Heapdump
  # Checks that there is enough memory for a dump. A forked child shares the app's pages until either side writes to
  # them. Measured, that costs a third of the process's memory when it is idle and two thirds under load, while the dump
  # runs. Over the limit, the kernel kills a process (or the dyno swaps until Heroku does), possibly the app.
  #
  # Three ceilings count, each with its own measure of usage: the memory cgroup (v2 or v1, with all its parents), the
  # dyno's quota (known only from the Platform API or a config var), and the machine.
  class MemoryCheck
    # kind: its name in the message.
    Ceiling = Struct.new(:kind, :limit, :used) do
      def left
        limit - used
      end
    end

    COPIED_SHARE = 2.0 / 3
    UPLOADER_BYTES = 80 << 20 # a Ruby process with a part of 5 MiB and two that pack the dump; measured at 74 MB
    UNLIMITED = 1 << 60 # cgroup v1 writes "none" as the largest number of pages

    # quota: bytes or nil. Only tests pass the roots.
    def initialize(quota: nil, proc_root: '/proc', cgroup_root: ENV.fetch('HEAPDUMP_CGROUP_ROOT', '/sys/fs/cgroup'))
      @quota = quota
      @proc_root = proc_root
      @cgroup_root = cgroup_root
    end

    # rss: bytes of the process to dump; waiting: compressed bytes that may wait for the bucket. → nil when there is
    # enough memory, otherwise {'message', 'limitBytes', 'usedBytes', 'neededBytes'}
    def refusal(rss, waiting = 0)
      needed = (rss * COPIED_SHARE).ceil + waiting + UPLOADER_BYTES
      tightest = ceilings.min_by(&:left)
      return nil if tightest.nil? || tightest.left >= needed

      left = Units.megabytes([tightest.left, 0].max)
      {
        'message' => "not enough memory: dumping this process (#{Units.megabytes(rss)}) may take " \
                     "#{Units.megabytes(needed)}, and #{tightest.kind} leaves #{left}",
        'limitBytes' => tightest.limit, 'usedBytes' => tightest.used, 'neededBytes' => needed
      }
    end

    def ceilings
      [cgroup, quota, machine].compact
    end

    # The dyno's limit; nil if unknown.
    def limit
      [cgroup, quota].compact.min_by(&:left)
    end

    def quota
      @quota && Ceiling.new("the dyno's quota", @quota, used_by_processes)
    end

    # A parent's limit counts as much as the group's own. In a container, the path in /proc/self/cgroup may be the
    # host's while the mount is the container's: missing files are skipped.
    def cgroup
      candidates = []
      each_parent(cgroup_path(/^0::(.*)$/)) { |path| candidates << second_version(File.join(@cgroup_root, path)) }
      each_parent(cgroup_path(/^\d+:(?:\w+,)*memory(?:,\w+)*:(.*)$/)) { |path| candidates << first_version(File.join(@cgroup_root, 'memory', path)) }
      candidates.compact.min_by(&:left)
    end

    # The processes of this dyno: all that are visible from it. Pages shared by several processes (a preloaded app)
    # count once where the kernel reports PSS.
    def used_by_processes
      own = read("#{@proc_root}/self/cgroup")
      Dir.glob("#{@proc_root}/[0-9]*").sum do |directory|
        next 0 unless read("#{directory}/cgroup") == own

        kilobytes = read("#{directory}/smaps_rollup").to_s[/^Pss:\s+(\d+) kB/, 1] || read("#{directory}/status").to_s[/^VmRSS:\s+(\d+) kB/, 1]
        kilobytes.to_i * 1024
      end
    end

    private

    def machine
      total, available = %w[MemTotal MemAvailable].map { |name| read("#{@proc_root}/meminfo").to_s[/^#{name}:\s+(\d+) kB/, 1] }
      total && available && Ceiling.new('the machine', total.to_i * 1024, (total.to_i - available.to_i) * 1024)
    end

    def cgroup_path(pattern)
      read("#{@proc_root}/self/cgroup").to_s[pattern, 1] || '/'
    end

    def each_parent(path)
      path = '/' if path.include?('..') # outside our cgroup namespace
      loop do
        yield path
        break if path == '/' || path.empty?

        path = File.dirname(path)
      end
    end

    def second_version(directory)
      ceiling(read("#{directory}/memory.max"), read("#{directory}/memory.current"), read("#{directory}/memory.stat"), 'inactive_file')
    end

    def first_version(directory)
      ceiling(read("#{directory}/memory.limit_in_bytes"), read("#{directory}/memory.usage_in_bytes"),
              read("#{directory}/memory.stat"), 'total_inactive_file')
    end

    # The kernel drops unused file cache before it kills anything.
    def ceiling(limit, usage, stat, cache)
      limit = Integer(limit, exception: false)
      usage = Integer(usage, exception: false)
      return nil unless limit && usage && limit < UNLIMITED

      Ceiling.new("the dyno's memory limit", limit, [usage - stat.to_s[/^#{cache} (\d+)$/, 1].to_i, 0].max)
    end

    def read(path)
      File.read(path)
    rescue SystemCallError
      nil
    end
  end
end
