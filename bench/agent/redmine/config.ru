# Runs Debian's Redmine from a directory that the buildpack may write to.
Dir.chdir('/usr/share/redmine')
require '/usr/share/redmine/config/environment'
run Rails.application
