# Replaces the constants that tell a program what Ruby it runs in: PRETEND='jruby 3.1.4'. For `ruby -r`, before the agent.
engine, version = ENV.fetch('PRETEND').split
{RUBY_ENGINE: engine, RUBY_ENGINE_VERSION: version, RUBY_VERSION: version}.each do |name, value|
  Object.send(:remove_const, name)
  Object.const_set(name, value)
end
