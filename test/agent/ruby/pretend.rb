# Replaces the constants that tell a program what Ruby it runs in: PRETEND='ruby 3.2.2', or 'jruby 9.4.8.0 3.1.4' for a
# version of JRuby that is like Ruby 3.1.4. For `ruby -r`, before the agent.
engine, own, like = ENV.fetch('PRETEND').split
pretended = {RUBY_ENGINE: engine, RUBY_VERSION: like || own, RUBY_DESCRIPTION: "#{engine} #{own}, pretended [x86_64-linux]"}
pretended.each do |name, value|
  Object.send(:remove_const, name)
  Object.const_set(name, value)
end
