# Each upload starts a thread that waits for a signal, deep in its call stack.
#
# rule: threads, thread-stacks
# remedy: UPLOADS=16
class Upload
  def initialize
    @done = Queue.new
  end

  def start
    Thread.new { wait(150) }
  end

  private

  def wait(depth)
    depth.zero? ? @done.pop : [depth].each { |left| wait(left - 1) }
  end
end

ENV.fetch('UPLOADS', 300).to_i.times { Upload.new.start }
sleep 1
ready
