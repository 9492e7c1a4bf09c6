# frozen_string_literal: true

require 'json'
require_relative 'private_file'
require_relative 'request'

module Heapdump
  # The requests and their progress, in a file of the rendezvous: a new leader continues where the old one was killed,
  # and recognizes a replayed id. Holds no secret.
  #
  # {"since": seconds,
  #  "answers": {id: {"at": seconds, "event": {…}}},
  #  "current": {"request": {…}, "processes": [pid], "until": null, "outcomes": {pid: event}, "cancelled": true or absent},
  #  "history": [{"at": seconds, "id": id, "stored": true or false}],      for the limits
  #  "rules_at": seconds}                                                  `at` of the newest rules read from the bucket
  class Ledger
    HISTORY_SECONDS = 7 * 86_400
    # Each change writes the whole file.
    MOST_ANSWERS = 200
    MOST_REQUESTS = 500

    # began_at: when the dyno's Ruby started, Unix seconds.
    def initialize(path, began_at)
      @path = path
      @began_at = began_at
      @mutex = Mutex.new
      @content = load
    end

    # Requests from before that time are in no ledger: a dyno's ledger ends with the dyno.
    def since
      @mutex.synchronize { @content['since'] }
    end

    # The first answer to this id, or nil.
    def answer(id)
      @mutex.synchronize { @content['answers'].dig(id, 'event') }
    end

    def remember(request, event)
      update do |content|
        content['answers'].delete_if { |_, answer| Request.forgettable?(answer['at']) }
        content['answers'][request.id] = {'at' => request.at, 'event' => event}
        content['answers'].shift while content['answers'].size > MOST_ANSWERS
      end
    end

    def current
      @mutex.synchronize { @content['current'] }
    end

    def begin(request, pids)
      update do |content|
        content['current'] = {'request' => request.to_h, 'processes' => pids, 'until' => nil, 'outcomes' => {}}
        content['history'].delete_if { |entry| entry['at'] < Time.now.to_i - HISTORY_SECONDS }
        content['history'] << {'at' => Time.now.to_i, 'id' => request.id, 'stored' => false}
        content['history'].shift while content['history'].size > MOST_REQUESTS
      end
    end

    # Whether these rules are at least as new as all rules read before.
    def newest_rules?(at)
      return false if at < @mutex.synchronize { @content['rules_at'] }

      update { |content| content['rules_at'] = at }
      true
    end

    def history
      @mutex.synchronize { @content['history'].map(&:dup) }
    end

    def tracing(until_at)
      update { |content| content['current']['until'] = until_at }
    end

    # event: its `finished` or `failed`.
    def outcome(pid, event)
      update { |content| content['current']['outcomes'][pid.to_s] = event }
    end

    # The next leader, too, dumps no more processes.
    def cancel
      update { |content| content['current']['cancelled'] = true if content['current'] }
    end

    def finish
      update do |content|
        stored = content['current'] && content['current']['outcomes'].each_value.any? { |event| event['type'] == 'finished' }
        content['history'].last.update('at' => Time.now.to_i, 'stored' => true) if stored && content['history'].any?
        content['current'] = nil
      end
    end

    private

    def load
      content = JSON.parse(File.read(@path))
      content['answers'].is_a?(Hash) ? empty.merge(content) : empty
    rescue SystemCallError, JSON::ParserError, TypeError, NoMethodError
      empty
    end

    def empty
      {'since' => @began_at, 'answers' => {}, 'current' => nil, 'history' => [], 'rules_at' => 0}
    end

    # On a full disk, requests are only forgotten when the leader changes.
    def update
      @mutex.synchronize do
        yield @content
        PrivateFile.replace(@path, JSON.generate(@content))
      rescue SystemCallError => error
        Log.once(:ledger, "cannot save the ledger of requests: #{error.class}")
      end
    end
  end
end
