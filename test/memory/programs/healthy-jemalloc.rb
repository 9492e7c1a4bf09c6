# The same traffic as healthy.rb, with jemalloc.
#
# needs: jemalloc
# rule: none
# env: LD_PRELOAD=libjemalloc.so.2
load File.join(__dir__, 'healthy.rb')
